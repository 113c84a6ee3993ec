import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addTokenCheck } from "./token-check.ts";

export function addToken(program: Command, context: Context): void {
  addTokenCheck(program.command("token").description("check a token without a server"), context);
}
