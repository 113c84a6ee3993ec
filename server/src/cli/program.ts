// The commands as commander knows them: names, options, help. What each does is in commands/.
import { Command } from "commander";
import { VERSION } from "../version.ts";
import { addAuthStatus } from "./commands/auth-status.ts";
import { addLogin } from "./commands/login.ts";
import { addLogout } from "./commands/logout.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addServe } from "./commands/serve.ts";
import { addSetupCode } from "./commands/setup-code.ts";
import { addTokenCheck } from "./commands/token-check.ts";
import { addTokensList } from "./commands/tokens-list.ts";
import { addTokensRevoke } from "./commands/tokens-revoke.ts";
import { addWhoami } from "./commands/whoami.ts";
import type { Context } from "./context.ts";

const AFTER_HELP = `
Environment:
  MINTMARK_TOKEN    the token to use; wins over a stored one
  MINTMARK_URL      the Mintmark to talk to
  MINTMARK_KEYRING  off: keep tokens in a file, not in the system's keyring
  NO_COLOR          anything: no colors

Exit codes:
  0 done   1 failed   2 typed wrong   4 not authenticated   130 interrupted

Examples:
  mintmark serve
  mintmark login --with-token < token.txt
  mintmark whoami --json
  mintmark tokens list
  mintmark tokens revoke current --yes
`;

/** `write` takes what commander prints by itself: help and the version. */
export function createProgram(context: Context, write: (text: string) => void): Command {
  const program = new Command("mintmark")
    .description("Personal access tokens for your product: run an instance, and use tokens from the shell.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--json", "print data, and errors, as JSON")
    .option("--no-color", "print without colors")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
    .exitOverride()
    .addHelpText("after", AFTER_HELP);
  addServe(program, context);
  addMigrate(program, context);
  addSetupCode(program, context);
  addLogin(program, context);
  addLogout(program, context);
  addAuthStatus(program.command("auth").description("see what you are logged in to"), context);
  addWhoami(program, context);
  const tokens = program.command("tokens").description("your personal access tokens");
  addTokensList(tokens, context);
  addTokensRevoke(tokens, context);
  addTokenCheck(program.command("token").description("one token, without a server"), context);
  return program;
}
