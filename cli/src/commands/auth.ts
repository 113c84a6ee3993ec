import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addAuthStatus } from "./auth-status.ts";
import { addAuthSwitch } from "./auth-switch.ts";
import { addAuthToken } from "./auth-token.ts";

export function addAuth(program: Command, context: Context): void {
  const auth = program.command("auth").description("show and switch your logins");
  addAuthStatus(auth, context);
  addAuthSwitch(auth, context);
  addAuthToken(auth, context);
}
