// The commands of `mintmark-server`, which open an instance's database or serve it, for its operator. What each does is
// in a file beside this one. `mintmark` passes its own `serve` and the like on to these.
// Deliberately absent: commands for people with a token, which talk to an instance over HTTP.
import type { ProgramDeclaration, Running } from "@mintmark/terminal";
import { VERSION } from "../version.ts";

const AFTER_HELP = `
The configuration comes from the environment: MINTMARK_DATA or DATABASE_URL, MINTMARK_HOST,
MINTMARK_PORT, MINTMARK_BASE_URL and others.

Exit codes:
  0 done   1 failed   2 typed wrong, or a configuration that cannot be used   130 interrupted

Examples:
  mintmark-server serve
  mintmark-server setup-code
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
    backup: async () => (await import("./backup.ts")).addBackup,
    restore: async () => (await import("./backup.ts")).addRestore,
  },
  afterHelp: AFTER_HELP,
};
