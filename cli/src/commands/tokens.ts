import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addTokensCheck } from "./tokens-check.ts";
import { addTokensCreate } from "./tokens-create.ts";
import { addTokensList } from "./tokens-list.ts";
import { addTokensReplace } from "./tokens-replace.ts";
import { addTokensRevoke } from "./tokens-revoke.ts";
import { addTokensShow } from "./tokens-show.ts";

export function addTokens(program: Command, context: Context): void {
  const tokens = program.command("tokens").description("your personal access tokens");
  addTokensList(tokens, context);
  addTokensShow(tokens, context);
  addTokensCreate(tokens, context);
  addTokensRevoke(tokens, context);
  addTokensReplace(tokens, context);
  addTokensCheck(tokens, context);
}
