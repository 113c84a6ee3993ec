// The commands of `mintmark`. commands/ has one file for each command or group of commands.
import type { ProgramDeclaration } from "@mintmark/terminal";
import type { Context } from "./context.ts";
import { serverCommands } from "./server-commands.ts";
import { VERSION } from "./version.ts";

const AFTER_HELP = `
Environment:
  MINTMARK_TOKEN           the token to use instead of a stored one
  MINTMARK_PROFILE         the profile to use
  MINTMARK_URL             the address of the Mintmark to use
  MINTMARK_SERVICE_KEY     the service key for mintmark verify
  MINTMARK_KEYRING         off: store tokens in a file, not in the system's keyring
  MINTMARK_EXPIRY_WARNING  off: do not warn when the token expires within 14 days
  NO_COLOR                 any value: no colors

Exit codes:
  0 success   1 failure   2 wrong usage   4 not authenticated   130 interrupted

Examples:
  mintmark serve
  mintmark login --host https://mintmark.example.com
  mintmark whoami --json
  mintmark tokens list
  mintmark tokens revoke current --yes
`;

export const PROGRAM: ProgramDeclaration<Context> = {
  name: "mintmark",
  description: "Personal access tokens for your product: run an instance, and use tokens from the shell.",
  version: VERSION,
  commands: {
    ...serverCommands,
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
  },
  afterHelp: AFTER_HELP,
};
