// A real Chromium for tests, from npm (@sparticuz/chromium) on Linux x64, so nothing has to be installed.
// Elsewhere it is the Chrome or Chromium of the machine, or the one MINTMARK_TEST_CHROMIUM names.
// The launch flags of the package are not used, because they switch off web security and site isolation, and so hide
// CSP, cookie and cross-origin mistakes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";
import { unpackedChromium } from "./chromium-files.ts";

interface Installation {
  readonly executablePath: string;
  /** Variables for the browser only. A library path in this process's environment would reach every other child. */
  readonly env: Readonly<Record<string, string>>;
}

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const INSTALLED_AT = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Starts a headless browser with an empty profile and the given extra flags. The caller closes it. It also ends with
 * this process.
 */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({
    executablePath,
    // Chromium's sandbox does not start as root, and containers often forbid it to other users.
    chromiumSandbox: false,
    args: [...FLAGS, ...flags],
    env: { ...definedEnvironment(), ...env },
  });
}

async function findChromium(): Promise<Installation> {
  const named = process.env["MINTMARK_TEST_CHROMIUM"];
  if (named !== undefined) return { executablePath: named, env: {} };
  if (process.platform === "linux" && process.arch === "x64") {
    const folder = await unpackedChromium();
    return {
      executablePath: join(folder, "chromium"),
      env: { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_PATH: join(folder, "fonts") },
    };
  }
  const installed = INSTALLED_AT.find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, env: {} };
  throw new Error(
    `Cannot start a browser for the tests: no Chrome or Chromium found on ${process.platform} ${process.arch}. ` +
      "Install one, or set MINTMARK_TEST_CHROMIUM to its program.",
  );
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
