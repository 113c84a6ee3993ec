// The commands of `mintmark`. commands/ has one file for each command or group of commands.
import type { ProgramDeclaration } from "@mintmark/terminal";
import type { Context } from "./context.ts";
import { serverCommands } from "./server-commands.ts";
import { VERSION } from "./version.ts";

/** The names that people who know gh, glab or kubectl type first, beside the one in the documents. */
const ALIASES: ProgramDeclaration<Context>["aliases"] = {
  tokens: ["token"],
  orgs: ["org"],
  members: ["member"],
  "api-keys": ["api-key"],
  policy: ["policies"],
  list: ["ls"],
  show: ["view"],
  get: ["show", "view"],
  tail: ["list", "ls"],
  create: ["new"],
  revoke: ["delete"],
  replace: ["rotate"],
  open: ["browse"],
};

const AFTER_HELP = `
Other names:
${Object.entries(ALIASES)
  .map(([name, others]) => `  ${name}: ${others.join(", ")}`)
  .join("\n")}

Environment:
  MINTMARK_TOKEN           the token to use instead of a stored one
  MINTMARK_PROFILE         the profile to use
  MINTMARK_URL             the address of the Mintmark to use
  MINTMARK_SERVICE_KEY     the service key for mintmark verify
  MINTMARK_KEYRING         off: store tokens in a file, not in the system's keyring
  MINTMARK_EXPIRY_WARNING  off: do not warn when the token ends soon
  HTTPS_PROXY, HTTP_PROXY  the proxy for https and for http hosts
  NO_PROXY                 hosts to reach without it, separated by commas
  NO_COLOR                 any value: no colors

Exit codes:
  0    success
  1    failure
  2    wrong usage
  3    mintmark verify: the token is not active
  4    not authenticated
  5    mintmark verify: the token lacks the permission
  130  interrupted by Ctrl-C

Examples:
  mintmark login --host https://mintmark.example.com
  mintmark whoami --json
  mintmark tokens list
  mintmark tokens revoke current --yes
  mintmark serve
`;

export const PROGRAM: ProgramDeclaration<Context> = {
  name: "mintmark",
  description: "Personal access tokens for your product: use them from the shell, and run an instance.",
  version: VERSION,
  commands: {
    login: async () => (await import("./commands/login.ts")).addLogin,
    logout: async () => (await import("./commands/logout.ts")).addLogout,
    status: async () => (await import("./commands/auth-status.ts")).addAuthStatus,
    auth: async () => (await import("./commands/auth.ts")).addAuth,
    whoami: async () => (await import("./commands/whoami.ts")).addWhoami,
    tokens: async () => (await import("./commands/tokens.ts")).addTokens,
    orgs: async () => (await import("./commands/orgs.ts")).addOrgs,
    members: async () => (await import("./commands/members.ts")).addMembers,
    "api-keys": async () => (await import("./commands/api-keys.ts")).addApiKeys,
    policy: async () => (await import("./commands/policy.ts")).addPolicy,
    audit: async () => (await import("./commands/audit.ts")).addAudit,
    verify: async () => (await import("./commands/verify.ts")).addVerify,
    "service-key": async () => (await import("./commands/service-key.ts")).addServiceKey,
    api: async () => (await import("./commands/api.ts")).addApi,
    open: async () => (await import("./commands/open.ts")).addOpen,
    mcp: async () => (await import("./commands/mcp.ts")).addMcp,
    types: async () => (await import("./commands/types.ts")).addTypes,
    "scanner-rules": async () => (await import("./commands/scanner-rules.ts")).addScannerRules,
    completion: async () => (await import("./commands/completion.ts")).addCompletion,
    version: async () => (await import("./commands/version.ts")).addVersion,
    "completion-profiles": async () => (await import("./commands/completion-profiles.ts")).addCompletionProfiles,
    ...serverCommands,
  },
  aliases: ALIASES,
  loadFilter: async (query) => (await import("./jq.ts")).loadFilter(query),
  afterHelp: AFTER_HELP,
};
