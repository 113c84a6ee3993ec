import type { Command } from "commander";
import { type BrowserOptions, showPage, withBrowserOption } from "../browser.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { findOwnToken, parseTokenId, TOKEN_ARGUMENT } from "../find-token.ts";

type ReplaceOptions = HostOptions & BrowserOptions;

export function addTokensReplace(parent: Command, context: Context): void {
  withBrowserOption(withHostOptions(parent.command("replace")))
    .description("open the page that replaces a token in your browser, because a token cannot create another")
    .argument("[id]", TOKEN_ARGUMENT, "current")
    .addHelpText("after", "\nExamples:\n  mintmark tokens replace\n  mintmark tokens replace current --no-browser")
    .action((id: string, options: ReplaceOptions) => replace(context, id, options));
}

async function replace(context: Context, typed: string, options: ReplaceOptions): Promise<void> {
  const id = parseTokenId(typed);
  const { client, host } = await connect(context, options);
  const token = await findOwnToken(client, id);
  await showPage(context, options, {
    url: `${host}/settings/tokens/${encodeURIComponent(token.id)}/replace`,
    what: `the page that replaces "${token.name}"`,
    after: ["Then store the new secret: mintmark login --with-token"],
    data: { id: token.id, name: token.name },
  });
}
