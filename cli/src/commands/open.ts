// `mintmark open`: opens a page of the web app, by its name or by the id of a token.
import { isId } from "@mintmark/core/format";
import { Argument, type Command } from "commander";
import { usageFailure } from "@mintmark/terminal";
import { type BrowserOptions, showPage, withBrowserOption } from "../browser.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { PAGES } from "../pages.ts";

const NAMES = Object.keys(PAGES);

export function addOpen(program: Command, context: Context): void {
  withBrowserOption(withHostOptions(program.command("open")))
    .description("open a page of the web app in your browser")
    .addArgument(
      new Argument("[page]", "the name of a page, or the id of one of your tokens")
        .choices(NAMES)
        .argParser(pathOf)
        .default(PAGES["tokens"], "tokens"),
    )
    .addHelpText("after", "\nExamples:\n  mintmark open --no-browser\n  mintmark open audit --no-browser")
    .action((path: string, options: HostOptions & BrowserOptions) => openOne(context, path, options));
}

async function openOne(context: Context, path: string, options: HostOptions & BrowserOptions): Promise<void> {
  const { host } = chooseLogin(context, openMemory(context).settings, options);
  await showPage(context, options, { url: `${host}${path}`, what: "this page" });
}

function pathOf(typed: string): string {
  if (isId(typed, "token")) return `/settings/tokens/${typed}`;
  const path = Object.hasOwn(PAGES, typed) ? PAGES[typed] : undefined;
  if (path !== undefined) return path;
  throw usageFailure("there is no page of this name", `use one of ${NAMES.join(", ")}`);
}
