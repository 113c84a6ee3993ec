// Opens pages in the person's browser. The library that starts the browser is loaded only when it is needed.
import { type Command, Option } from "commander";
import type { Context } from "./context.ts";

export interface BrowserOptions {
  /** `false` with --no-browser. */
  readonly browser: boolean;
  /** `false` with --no-open, the former name of --no-browser. */
  readonly open: boolean;
}

/** Adds the option of every command that opens a page. */
export function withBrowserOption(command: Command): Command {
  return command
    .option("-n, --no-browser", "print the page's address without opening a browser")
    .addOption(new Option("--no-open").hideHelp());
}

export function wantsBrowser({ browser, open }: BrowserOptions): boolean {
  return browser && open;
}

/**
 * Opens the page unless --no-browser or --json is given, and prints `data` and the address. `what` completes the
 * sentences "Opened …" and "Open …".
 */
export async function showPage(
  context: Context,
  options: BrowserOptions,
  { url, what, after = [], data = {} }: PageToShow,
): Promise<void> {
  const { output } = context;
  const opened = wantsBrowser(options) && !output.json && (await openPage(context, url));
  output.result({ ...data, url }, () => {
    output.line(`${opened ? "Opened" : "Open"} ${what}:`);
    output.line(`  ${url}`);
    for (const line of after) output.line(line);
  });
}

export interface PageToShow {
  readonly url: string;
  readonly what: string;
  /** Lines after the address that say what to do next. */
  readonly after?: readonly string[];
  /** For programs, beside the address. */
  readonly data?: object;
}

/** Opens the page if there is a browser here. Returns whether a browser was started. */
export async function openPage({ config }: Context, url: string): Promise<boolean> {
  if (!config.hasBrowser) return false;
  try {
    const { default: open } = await import("open");
    const child = await open(url);
    // The browser outlives the command, and shows its own errors.
    child.on("error", () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}
