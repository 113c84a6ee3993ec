import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addAuthStatus } from "./auth-status.ts";
import { addAuthSwitch } from "./auth-switch.ts";
import { addAuthToken } from "./auth-token.ts";
import { addLogin } from "./login.ts";
import { addLogout } from "./logout.ts";

export function addAuth(program: Command, context: Context): void {
  const auth = program.command("auth").description("log in and out, and show and switch your logins");
  addLogin(auth, context);
  addLogout(auth, context);
  addAuthStatus(auth, context);
  addAuthSwitch(auth, context);
  addAuthToken(auth, context);
}
