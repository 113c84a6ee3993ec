import type { Command } from "commander";
import { openPage } from "../browser.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { findToken, parseTokenId, TOKEN_ARGUMENT } from "../find-token.ts";

interface ReplaceOptions extends HostOptions {
  /** `false` with --no-open. */
  readonly open: boolean;
}

export function addTokensReplace(parent: Command, context: Context): void {
  withHostOptions(parent.command("replace"))
    .description("open the page that replaces a token in your browser, because a token cannot create another")
    .argument("[id]", TOKEN_ARGUMENT, "current")
    .option("--no-open", "print the page's address without opening a browser")
    .addHelpText("after", "\nExamples:\n  mintmark tokens replace\n  mintmark tokens replace current --no-open")
    .action((id: string, options: ReplaceOptions) => replace(context, id, options));
}

async function replace(context: Context, typed: string, options: ReplaceOptions): Promise<void> {
  const { output } = context;
  const id = parseTokenId(typed);
  const { client, host } = await connect(context, options);
  const token = await findToken(client, id);
  const url = `${host}/settings/tokens/${encodeURIComponent(token.id)}/replace`;
  const opened = options.open && !output.json && (await openPage(context, url));
  output.result({ id: token.id, name: token.name, url }, () => {
    output.line(`${opened ? "Opened the page that replaces" : "Open this page to replace"} "${token.name}":`);
    output.line(`  ${url}`);
    output.line("Then store the new secret: mintmark login --with-token");
  });
}
