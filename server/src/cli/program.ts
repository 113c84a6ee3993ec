// The commands as commander knows them: names, options, help. What each does is in commands/, one file a command or
// a group of them. Only the file of the command that was typed is loaded; help, and a name that does not exist, take all.
import { Command } from "commander";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";

/** Declares a command and what it does. */
type AddCommand = (program: Command, context: Context) => void;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import("./commands/serve.ts")).addServe,
  migrate: async () => (await import("./commands/migrate.ts")).addMigrate,
  "setup-code": async () => (await import("./commands/setup-code.ts")).addSetupCode,
  backup: async () => (await import("./commands/backup.ts")).addBackup,
  restore: async () => (await import("./commands/backup.ts")).addRestore,
  login: async () => (await import("./commands/login.ts")).addLogin,
  logout: async () => (await import("./commands/logout.ts")).addLogout,
  auth: async () => (await import("./commands/auth.ts")).addAuth,
  whoami: async () => (await import("./commands/whoami.ts")).addWhoami,
  tokens: async () => (await import("./commands/tokens.ts")).addTokens,
  token: async () => (await import("./commands/token.ts")).addToken,
  org: async () => (await import("./commands/org.ts")).addOrg,
  audit: async () => (await import("./commands/audit.ts")).addAudit,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  "service-key": async () => (await import("./commands/service-key.ts")).addServiceKey,
  api: async () => (await import("./commands/api.ts")).addApi,
  mcp: async () => (await import("./commands/mcp.ts")).addMcp,
  "scanner-rules": async () => (await import("./commands/scanner-rules.ts")).addScannerRules,
  completion: async () => (await import("./commands/completion.ts")).addCompletion,
  "completion-profiles": async () => (await import("./commands/completion-profiles.ts")).addCompletionProfiles,
};

const AFTER_HELP = `
Environment:
  MINTMARK_TOKEN           the token to use; wins over every stored one
  MINTMARK_PROFILE         the login to use, by its name
  MINTMARK_URL             the Mintmark to talk to
  MINTMARK_SERVICE_KEY     the key that mintmark verify asks with
  MINTMARK_KEYRING         off: keep tokens in a file, not in the system's keyring
  MINTMARK_EXPIRY_WARNING  off: do not warn of a token that ends within 14 days
  NO_COLOR                 anything: no colors

Exit codes:
  0 done   1 failed   2 typed wrong   4 not authenticated   130 interrupted

Examples:
  mintmark serve
  mintmark login --host https://mintmark.example.com
  mintmark whoami --json
  mintmark tokens list
  mintmark tokens revoke current --yes
`;

/**
 * `write` takes what commander prints by itself: help and the version. `typed` are the arguments that the program is
 * for; without them it has all commands.
 */
export async function createProgram(
  context: Context,
  write: (text: string) => void,
  typed: readonly string[] = [],
): Promise<Command> {
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
  for (const load of loadersFor(typed)) (await load())(program, context);
  return program;
}

/** The program's own options take no value, so the first word that is no option is the command. */
function loadersFor(typed: readonly string[]): readonly (() => Promise<AddCommand>)[] {
  const name = typed.find((word) => !word.startsWith("-"));
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return load === undefined ? Object.values(COMMANDS) : [load];
}
