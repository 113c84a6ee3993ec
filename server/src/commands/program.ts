// The commands of `mintmark-server`, which operate an instance on the machine that holds its database. Each command has
// a file in this folder. `mintmark serve` and its like call these commands.
// Deliberately absent: commands for people with a token, which talk to an instance over HTTP.
import type { ProgramDeclaration, Running } from "@mintmark/terminal";
import { VERSION } from "../version.ts";

const AFTER_HELP = `
The configuration comes from the environment: MINTMARK_DATA or DATABASE_URL, MINTMARK_HOST,
MINTMARK_PORT, MINTMARK_BASE_URL and others.

Exit codes:
  0 success   1 failure   2 wrong usage or configuration   130 interrupted

Examples:
  mintmark-server serve
  mintmark-server setup-code
  mintmark-server password-reset ada@example.com
  mintmark-server management-key create shop
  mintmark-server backup /var/backups/mintmark.db
`;

export const SERVER_PROGRAM: ProgramDeclaration<Running> = {
  name: "mintmark-server",
  description: "Run an instance of Mintmark: personal access tokens for your product.",
  version: VERSION,
  commands: {
    serve: async () => (await import("./serve.ts")).addServe,
    migrate: async () => (await import("./migrate.ts")).addMigrate,
    "setup-code": async () => (await import("./setup-code.ts")).addSetupCode,
    "management-key": async () => (await import("./management-key.ts")).addManagementKey,
    "password-reset": async () => (await import("./password-reset.ts")).addPasswordReset,
    healthcheck: async () => (await import("./healthcheck.ts")).addHealthcheck,
    backup: async () => (await import("./backup.ts")).addBackup,
    restore: async () => (await import("./backup.ts")).addRestore,
  },
  afterHelp: AFTER_HELP,
};
