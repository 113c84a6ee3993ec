// Where each number of the guides comes from. A binding is a phrase of a guide with `{}` for each number, and for each
// `{}` its source: a file, then an expression of the constants in that file. `limits.ts: signUp.most` is the property
// `most` behind `signUp`. The guides may write a number in digits or as a word.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";

export type Binding = readonly [phrase: string, ...sources: readonly string[]];

/** What the code does not decide: standards, versions, dates, statuses, addresses, steps, and measurements with their command. */
export const OUTSIDE: readonly RegExp[] = [
  /RFC \d+(?: §[\d.]+)?/g,
  /SHA-256|UTF-8|OpenAPI 3\.1/g,
  /IPv[46](?: \/\d+)?/g,
  /\bHTTP\/\d(?:\.\d)?/g,
  /Apache-2\.0/g,
  /\[\d{4}\]|^# \d{4}: /g,
  /\b20\d\d-\d\d-\d\d\b|\bthose of 2025|\bClients of 2025/g,
  /\b(?:Node|Node from|any Node from|jq|nginx|Caddy|HAProxy|Version) \d+(?:\.\d+)*/g,
  /\| \d+\.\d+\.\d+ \|/g,
  /127\.0\.0\.\d(?::\d+)?/g,
  /(?:## |\*\*)\d+\. /g,
  /- \*\*401 at the first call/g,
  /\bFive minutes\b|in five minutes - \[Concepts|in ten minutes|four months of history/g,
  /mode 0600/g,
  // The MCP library's, as are the forms of its messages.
  /a comment every 15 seconds/g,
  // Examples of the rule beside them.
  /7\.5 days for a token of 30 days|for one of 90|This one allows tokens of at most 90 days/g,
  // Measured, with the command beside it.
  /With 500 of them, each with another token, a process took .* MB with none\)|took 50 seconds, and needed twice|cost 6 % of all verifications|About 1 KB an event/g,
  // A pattern (core/src/format.ts), and a number of cores (server/src/secrets/password-queue.ts).
  /one to four characters|at once, 1 to 3/g,
  /exit code is \d(?: after a signal)?|exit code \d|exits with \d|(?:, \d|and \d|or \d) when [a-z]+|\| \d+ \| (?:success|failure|wrong|not auth|interr|`…`: the token)/g,
  /\b(?:200|204|206|304|4[0-3]\d|451|50[0-8])\b(?! (?:days|tokens|networks|tools|at a time|in a|in an|in ten|free|for each|of them))/g,
];

const CORE = "core/src";
const SERVER = "server/src";
const LIFETIME = `${CORE}/lifetime.ts`;
const BOUNDS = `${CORE}/bounds.ts`;
const RETENTION = `${CORE}/retention.ts`;
const LIMITS = `${SERVER}/use-cases/limits/limits.ts`;
const EMAILS = `${SERVER}/use-cases/limits/emails.ts`;
const OUTBOX = `${SERVER}/use-cases/mail/outbox.ts`;
const SENDER = `${SERVER}/use-cases/mail/sender.ts`;
const DELIVERY = `${SERVER}/use-cases/event/delivery.ts`;
const WAITING = `${SERVER}/use-cases/event/waiting.ts`;
const CALLS = `${SERVER}/use-cases/limits/calls.ts`;
const SIGN_IN = `${SERVER}/use-cases/limits/sign-in.ts`;
const RECORDER = `${SERVER}/verify/use-recorder.ts`;
const STREAMS = `${SERVER}/mcp/streams.ts`;
const POSTGRES = `${SERVER}/store/postgres/open.ts`;
const RESERVE = `${SERVER}/store/sqlite/storage-reserve.ts`;
const DEVICE = `${SERVER}/use-cases/device/login.ts`;
const SET_UP = `${SERVER}/use-cases/admin/set-up.ts`;
const CONFIG = `${SERVER}/config/config.ts`;
const SESSION = `${SERVER}/use-cases/session/session.ts`;
const SERVE = `${SERVER}/serve.ts`;
const HTTP = `${SERVER}/http/server.ts`;
const PASSWORD = `${SERVER}/secrets/password.ts`;
const QUEUE = `${SERVER}/secrets/password-queue.ts`;
const CODE_BITS = `${SERVER}/secrets/generate.ts: Math.floor(USER_CODE_LENGTH * Math.log2(20))`;
const OWNERS = `${SERVER}/use-cases/notice/from-events.ts: OWNERS_NOTIFIED`;
const WARNING_DAYS = `${CORE}/policy.ts: LONGEST_WARNING_DAYS`;
const STALE = [`${CORE}/stale.ts: STALE_DAYS`, `${CORE}/stale.ts: NEVER_USED_DAYS`] as const;

const REAUTHENTICATION: Binding = [
  "password given within the last {} minutes",
  `${LIFETIME}: REAUTHENTICATION_MS / 60000`,
];
const WITHIN_100_MS: Binding = ["within {} ms", `${STREAMS}: EVERY_MS * 2`];

export const DOCUMENTED: Readonly<Partial<Record<string, readonly Binding[]>>> = {
  "SECURITY.md": [
    ["{} random bits or more", `${SERVER}/secrets/generate.ts: newSetupCode.randomBytes * 8`],
    ["| {} random bits.", `${CORE}/format.ts: SECRET_RANDOM_BYTES * 8`],
    WITHIN_100_MS,
    ["database, within {} seconds", `${STREAMS}: DEADLINE_MS / 1000`],
    [
      "{} random bits for {} minutes and {} tries",
      CODE_BITS,
      `${DEVICE}: DEVICE_LOGIN_MS / 60000`,
      `${LIMITS}: BY_SESSION.most`,
    ],
    ["the first {} characters for lists", `${CORE}/format.ts: PREFIX_LENGTH`],
    ["argon2id, {} MiB, {} passes", `${PASSWORD}: MEMORY_KIB / 1024`, `${PASSWORD}: PASSES`],
    ["for {} days: uses and refusals", `${SERVER}/use-cases/usage/usage.ts: USE_HISTORY_DAYS`],
    [
      "for {} days after they were sent, for {} after they failed",
      `${SENDER}: KEPT_MS / DAY_MS`,
      `${SENDER}: FAILURE_KEPT_MS / DAY_MS`,
    ],
    ["the address of a sign-in for {} days", `${SIGN_IN}: KNOWN_ADDRESS_MS / DAY_MS`],
    [
      "none younger than {} days; a shorter retention takes effect after {} days",
      `${RETENTION}: MIN_RETENTION_DAYS`,
      `${RETENTION}: RETENTION_NOTICE_MS / DAY_MS`,
    ],
  ],
  "docs/decisions/0010-counts-may-be-lost-with-the-machine.md": [
    ["written every {} seconds", `${RECORDER}: COUNT_PAUSE_MS / 1000`],
    ["loses up to {} seconds anyway", `${RECORDER}: (COUNT_PAUSE_MS + FLUSH_MS) / 1000`],
  ],
  "docs/events.md": [
    ["both secrets sign for {} hours", `${SERVER}/use-cases/event/webhook.ts: OVERLAP_MS / 3600000`],
    ["any 2xx status within {} seconds", `${SERVER}/webhook/post.ts: ATTEMPT_MS / 1000`],
    [
      "then after up to {} hours, for {} days",
      `${DELIVERY}: LONGEST_RETRY_MS / 3600000`,
      `${DELIVERY}: TRIED_FOR_MS / DAY_MS`,
    ],
    ["has failed for {} days is turned off", `${DELIVERY}: TRIED_FOR_MS / DAY_MS`],
    ["attempts and time, for {} days", `${DELIVERY}: KEPT_MS / DAY_MS`],
    ["At most {} deliveries", `${DELIVERY}: AT_ONCE`],
    ["While {} wait", `${DELIVERY}: MOST_PENDING`],
    [
      "is {} seconds at most. {} requests of one key",
      `${WAITING}: LONGEST_WAIT_SECONDS`,
      `${WAITING}: WAITING_OF_CALLER`,
    ],
  ],
  "docs/operating.md": [
    ["the last {} minutes at", `${SERVER}/metrics/metrics.ts: RECENT_S / 60`],
    [
      "most recent {} addresses and {} routes",
      `${SERVER}/store/usage/history.ts: ADDRESSES_KEPT`,
      `${SERVER}/store/usage/history.ts: ROUTES_KEPT`,
    ],
    ["kept for {} days and then deleted", `${SERVER}/use-cases/usage/usage.ts: USE_HISTORY_DAYS`],
    ["({} s) the instance keeps serving", `${CONFIG}: MINTMARK_SHUTDOWN_GRACE.default`],
    ["under way have {} s", `${HTTP}: SHUTDOWN_MS / 1000`],
    ["exits {} seconds after the grace", `${SERVE}: LONGEST_END_MS / 1000`],
    ["waits up to {} seconds for a PostgreSQL", `${SERVE}: DATABASE_PATIENCE_MS / 1000`],
    [
      "written every {} seconds. So a killed process loses at most those of the last {} seconds",
      `${RECORDER}: COUNT_PAUSE_MS / 1000`,
      `${RECORDER}: (COUNT_PAUSE_MS + FLUSH_MS) / 1000`,
    ],
    ["in an invitation for {} days", `${SERVER}/use-cases/invitation/invitation.ts: INVITATION_MS / DAY_MS`],
    REAUTHENTICATION,
    ["password again after {} minutes", `${LIFETIME}: REAUTHENTICATION_MS / 60000`],
    ["the instance admin | {} in an hour", `${LIMITS}: resetLink.most`],
    ["the person | {} in a minute", `${CONFIG}: MINTMARK_MINT_LIMIT.default`],
    ["have signed in from there before | {} free in an hour", `${SIGN_IN}: FREE_FAILURES_OF_ADDRESS`],
    ["| {} free in an hour", `${SIGN_IN}: FREE_FAILURES`],
    ["waits of {} s to {} s", `${SIGN_IN}: FIRST_WAIT_MS / 1000`, `${SIGN_IN}: LONGEST_WAIT_MS / 1000`],
    [
      "more than twice in a row. One address or account may fill a quarter of a queue | {} for each hash that runs at once, waiting {} s at most",
      `${QUEUE}: WAITING_FOR_EACH`,
      `${QUEUE}: passwordQueue.waitMs / 1000`,
    ],
    [
      "the account | {}, waiting {} s at most | 429 when the queue is full, 503 `…` after {} s",
      `${SIGN_IN}: LONGEST_LINE`,
      `${SIGN_IN}: LONGEST_TURN_MS / 1000`,
      `${SIGN_IN}: LONGEST_TURN_MS / 1000`,
    ],
    ["Sign-ups without an invitation | the client address | {} in an hour", `${LIMITS}: signUp.most`],
    ["password resets | the client address | {} in an hour", `${LIMITS}: passwordReset.most`],
    ["reset | the mailbox | {} in an hour", `${EMAILS}: TO_MAILBOX.invitation`],
    ["reset | the mailbox | {} in an hour", `${EMAILS}: TO_MAILBOX.verification`],
    ["reset | the mailbox | {} in an hour", `${EMAILS}: TO_MAILBOX.reset`],
    ["for sign-ups the client address | {} in an hour", `${EMAILS}: PROOFS_BY_PERSON`],
    ["the person who causes it | {}; {} in an hour", `${EMAILS}: TO_MAILBOX.news`, `${EMAILS}: NEWS_BY_PERSON`],
    ["changed password | the mailbox | {} in an hour", `${EMAILS}: TO_MAILBOX.password`],
    ["Notices by email | the mailbox | {} in an hour", `${EMAILS}: TO_MAILBOX.notice`],
    ["Test emails | the instance admin | {} in an hour", `${EMAILS}: TO_MAILBOX.test`],
    ["at least every {} hours", `${SENDER}: LONGEST_RETRY_MS / 3600000`],
    ["for {} days; a confirmation", `${OUTBOX}: DAYS_OF_TRYING / DAY_MS`],
    ["a reset for {} hours", `${OUTBOX}: TRIED_FOR_MS.reset_password / 3600000`],
    ["waits {} minutes for the answer", `${SERVER}/mail/mailer.ts: MAIL_TIMES.answerMs / 60000`],
    ["{} times in all", `${SENDER}: MOST_UNKNOWN`],
    ["{} emails are sent at the same time", `${SENDER}: AT_ONCE`],
    [
      "deleted after {} days, and those that failed for good after {}",
      `${SENDER}: KEPT_MS / DAY_MS`,
      `${SENDER}: FAILURE_KEPT_MS / DAY_MS`,
    ],
    ["address | the person | {} in an hour", `${LIMITS}: emailChange.most`],
    ["the session, the person | {}, {} in an hour", `${LIMITS}: BY_SESSION.most`, `${LIMITS}: wrongCode.most`],
    [
      "link of the command | the person | {} in {} minutes",
      `${LIMITS}: loopbackLogin.most`,
      `${LIMITS}: loopbackLogin.windowMs / 60000`,
    ],
    [
      "started by a device | the client address | {} in {} minutes",
      `${LIMITS}: deviceLogin.most`,
      `${LIMITS}: deviceLogin.windowMs / 60000`,
    ],
    [
      "nobody has opened | the instance | {}; each is deleted {} minutes after",
      `${DEVICE}: MOST_WAITING`,
      `${DEVICE}: (DEVICE_LOGIN_MS + OVER_MS) / 60000`,
    ],
    ["the source of its management key | {} in a minute", `${LIMITS}: handOff.most`],
    ["that nobody has opened | the person | {} |", `${SERVER}/use-cases/hand-off/create.ts: LINKS_OF_PERSON`],
    ["Sessions of hand-offs | the person | {} |", `${SERVER}/use-cases/hand-off/redeem.ts: SESSIONS_OF_PERSON`],
    ["calendar | the feed | {} in a minute", `${LIMITS}: calendar.most`],
    ["does not exist | the client address | {} in a minute", `${LIMITS}: unknownCalendar.most`],
    [
      "together | {}, {}, {} in a minute",
      `${CALLS}: CALLS_PER_MINUTE`,
      `${CALLS}: CALLS_TOGETHER_PER_MINUTE`,
      `${CALLS}: CALLS_TOGETHER_PER_MINUTE`,
    ],
    [
      "all people | {}, {}, {} | refused",
      `${STREAMS}: MOST_STREAMS.credential`,
      `${STREAMS}: MOST_STREAMS.person`,
      `${STREAMS}: MOST_STREAMS.instance`,
    ],
    ["Set-up codes | the code | {} wrong tries", `${SET_UP}: SETUP_CODE_TRIES`],
    ["or up to {} at once", `${BOUNDS}: REVOKED_AT_ONCE`],
    ["longer than {} ms", `${SERVER}/store/postgres/migrate.ts: STEP_LOCK_TIMEOUT`],
    ["keeps {} MB beside the database", `${SERVER}/instance.ts: STORAGE_RESERVE_BYTES / 1048576`],
    ["less than {} MB is free", `${RESERVE}: LEAST_BYTES / 1048576`],
    ["the reserve and {} MB more", `${RESERVE}: SPARE_BYTES / 1048576`],
    ["off by more than {} seconds", `${SERVER}/background.ts: TOLERANCE_MS / 1000`],
    [
      "for a lock for {} seconds at most, and runs for {} at most",
      `${POSTGRES}: lock_timeout`,
      `${POSTGRES}: statement_timeout`,
    ],
    ["loses its locks after {} seconds", `${POSTGRES}: idle_in_transaction_session_timeout`],
    [
      "up to {} connections: {} for general work, and {} for verification",
      `${POSTGRES}: CONNECTIONS + VERIFICATION_CONNECTIONS`,
      `${POSTGRES}: CONNECTIONS`,
      `${POSTGRES}: VERIFICATION_CONNECTIONS`,
    ],
    ["after {} hours, and after {} wrong tries", `${SET_UP}: SETUP_CODE_MS / 3600000`, `${SET_UP}: SETUP_CODE_TRIES`],
  ],
  "docs/audit.md": [
    ["more than {} tokens, the transaction", `${SERVER}/use-cases/token/revoke.ts: ENDED_AT_ONCE`],
    ["at most {} a day for one credential", `${SERVER}/verify/use-novelty.ts: NOVELTIES_PER_DAY`],
    ["{} days to {}, on the audit log's page", `${RETENTION}: MIN_RETENTION_DAYS`, `${RETENTION}: MAX_RETENTION_DAYS`],
    ["shorten the time below {} days", `${RETENTION}: MIN_RETENTION_DAYS`],
    REAUTHENTICATION,
    ["A shorter one takes effect **{} days later**", `${RETENTION}: RETENTION_NOTICE_MS / DAY_MS`],
    ["organization, {} at a time", `${SERVER}/use-cases/audit.ts: AT_ONCE`],
  ],
  "docs/http.md": [
    [
      "up to {} KiB, or {} KiB where",
      `${SERVER}/wire/schema.ts: BODY_LIMIT / 1024`,
      `${SERVER}/http/routes/verification.ts: VERIFY_BODY_LIMIT / 1024`,
    ],
    [
      "from 1 to {} (without it {})",
      `${SERVER}/wire/schema.ts: HIGHEST_LIMIT`,
      `${SERVER}/wire/schema.ts: DEFAULT_LIMIT`,
    ],
    ["within {} seconds, its headers within {};", `${HTTP}: requestTimeout / 1000`, `${HTTP}: headersTimeout / 1000`],
    ["after {} seconds", `${HTTP}: keepAliveTimeout / 1000`],
    [
      "{} days after the sign-in, and after {} days without use",
      `${SESSION}: SESSION_MS / DAY_MS`,
      `${LIFETIME}: SESSION_IDLE_MS / DAY_MS`,
    ],
    ["for {} minutes", `${LIFETIME}: REAUTHENTICATION_MS / 60000`],
    ["an invitation for {} days", `${SERVER}/use-cases/invitation/invitation.ts: INVITATION_MS / DAY_MS`],
    ["at most {} days before, in", WARNING_DAYS],
    ["has {} to {} characters", `${CORE}/input.ts: PASSWORD_MIN_LENGTH`, `${CORE}/input.ts: PASSWORD_MAX_LENGTH`],
  ],
  "docs/jobs.md": [["up to {} tokens, all or none", `${BOUNDS}: REVOKED_AT_ONCE`]],
  "docs/management-key.md": [
    ["Each source has {} active keys at most", `${CORE}/management.ts: KEYS_AT_ONCE`],
    ["may also hold {} keys", `${CORE}/management.ts: KEYS_AT_ONCE`],
  ],
  "docs/mcp.md": [
    ["unused for {} days, or never used and created {} days ago", ...STALE],
    ["every {} ms while a stream is open", `${STREAMS}: EVERY_MS`],
    WITHIN_100_MS,
    ["database, within {} seconds", `${STREAMS}: DEADLINE_MS / 1000`],
    ["at most {} streams, a person {} with", `${STREAMS}: MOST_STREAMS.credential`, `${STREAMS}: MOST_STREAMS.person`],
    ["all people together {}.", `${STREAMS}: MOST_STREAMS.instance`],
    ["may call {} tools a minute", `${CALLS}: CALLS_PER_MINUTE`],
    ["more than {} KiB", `${SERVER}/wire/schema.ts: BODY_LIMIT / 1024`],
    ["(1 to {})", `${SERVER}/wire/schema.ts: HIGHEST_LIMIT`],
  ],
  "docs/terminal-login.md": [
    ["code: {} letters such as", `${SERVER}/secrets/generate.ts: USER_CODE_LENGTH`],
    ["asks the server every {} seconds", `${DEVICE}: POLL_INTERVAL_MS / 1000`],
    ["makes the interval {} seconds longer", `${DEVICE}: POLL_INTERVAL_MS / 1000`],
    ["There are {} billion codes", `${SERVER}/secrets/generate.ts: Math.floor(20 ** USER_CODE_LENGTH / 1e9)`],
    [
      "Each works for {} minutes; a session has {} wrong tries, and a person {} in an hour",
      `${DEVICE}: DEVICE_LOGIN_MS / 60000`,
      `${LIMITS}: BY_SESSION.most`,
      `${LIMITS}: wrongCode.most`,
    ],
    ["The login takes {} minutes at most", `${DEVICE}: DEVICE_LOGIN_MS / 60000`],
  ],
  "docs/concepts.md": [
    REAUTHENTICATION,
    ["or for more than {} days", `${LIFETIME}: LONG_LIFETIME_DAYS`],
    ["at most {} days before", WARNING_DAYS],
    ["{} for one of 90", WARNING_DAYS],
    ["for {} days, or was never used and created {} days ago", ...STALE],
  ],
  "docs/hand-off.md": [
    ["after {} minutes, or with the membership", `${CORE}/hand-off.ts: COOKIE_MS / 60000`],
    ["works once, for {} minute.", `${CORE}/hand-off.ts: HAND_OFF_LINK_MS / 60000`],
    ["within the last {} minutes", `${LIFETIME}: REAUTHENTICATION_MS / 60000`],
  ],
  "docs/embed.md": [["token of the page for {} minutes", `${CORE}/hand-off.ts: PAGE_TOKEN_MS / 60000`]],
  "docs/configuration.md": [
    ["Up to {} exact origins", `${CONFIG}: MOST_EMBED_ORIGINS`],
    ["within {} s.", `${LIMITS}: MINUTE_MS / 1000`],
    ["personal one, up to {}.", `${BOUNDS}: organizationsOfPerson.highest`],
    ["signed in with, up to {}.", `${BOUNDS}: sessionsOfPerson.highest`],
    ["tokens of one membership, up to {}.", `${BOUNDS}: tokensOfMembership.highest`],
    ["Members of one organization, up to {}.", `${BOUNDS}: membersOfOrganization.highest`],
    ["invitations of one organization, up to {}.", `${BOUNDS}: invitationsOfOrganization.highest`],
    ["keys of one organization, up to {}.", `${BOUNDS}: apiKeysOfOrganization.highest`],
    ["Services of the instance, up to {}.", `${BOUNDS}: servicesOfInstance.highest`],
    ["of the instance, up to {}. See", `${BOUNDS}: webhooksOfInstance.highest`],
    ["| {} characters or more. If set", `${CONFIG}: MINTMARK_METRICS_TOKEN.min`],
    ["| {} to {}: how many days", `${RETENTION}: MIN_RETENTION_DAYS`, `${RETENTION}: MAX_RETENTION_DAYS`],
    ["whole number up to {}, for", `${CONFIG}: LONGEST_GRACE_S`],
    ["[remembers], up to {}; each", `${CONFIG}: MOST_CACHED_CREDENTIALS`],
    ["a policy has up to {} networks", `${CORE}/bounds.ts: NETWORKS_OF_POLICY`],
  ],
  "docs/sdk.md": [
    ["in milliseconds; {} by default", "sdk/src/verifier.ts: TIMEOUT_MS"],
    ["by more than {} minutes", "sdk/src/webhook.ts: TOLERANCE_MS / 60_000"],
  ],
  "docs/cli.md": [["at most {} days before its end", WARNING_DAYS]],
  "docs/notices.md": [
    [
      "again {} days and {} day before",
      `${CORE}/policy.ts: LATER_NOTICE_DAYS.0`,
      `${CORE}/policy.ts: LATER_NOTICE_DAYS.1`,
    ],
    ["up to {} owners of the organization", OWNERS],
    ["At most {} owners get it", OWNERS],
    ["at most {} times a token", `${SERVER}/verify/new-networks.ts: NEW_NETWORKS_A_DAY`],
    ["can be read {} times a minute", `${LIMITS}: calendar.most`],
  ],
  "docs/directory.md": [
    [
      "organization: {} to {} printable",
      `${CORE}/input.ts: EXTERNAL_ID_LENGTHS.least`,
      `${CORE}/input.ts: EXTERNAL_ID_LENGTHS.most`,
    ],
    ["whole number from {}, or", `${SERVER}/wire/directory.ts: LEAST_VERSION`],
    ["remembered for {} days", `${SERVER}/use-cases/directory/apply.ts: VERSIONS_KEPT_MS / DAY_MS`],
    ["makes up to {} changes", `${BOUNDS}: CHANGES_OF_BATCH`],
    ["A list has up to {} members", `${BOUNDS}: MEMBERS_OF_LIST`],
  ],
  "docs/offboarding.md": [
    ["more than {} tokens end", `${SERVER}/use-cases/token/revoke.ts: ENDED_AT_ONCE`],
    ["unused for {} days, or never used and created {} days ago", ...STALE],
    ["at most {} tokens for a page", `${SERVER}/store/token/search.ts: LOOKED_THROUGH`],
    ["revokes up to {} at once", `${BOUNDS}: REVOKED_AT_ONCE`],
  ],
  "docs/integrate.md": [["at most {} lines", "e2e/test/afternoon.test.ts: MOST_LINES"]],
  "docs/recipes.md": [
    ["at most {} lines", "e2e/test/recipes.test.ts: MOST_LINES"],
    ["only for {} minutes", "examples/recipes/signature.js: TOLERANCE_S / 60"],
  ],
  "docs/protect-an-api.md": [
    ["Up to {} credentials can be verified", `${SERVER}/http/routes/verification.ts: QUESTIONS`],
  ],
  "docs/proxies.md": [["accepts {} KiB of headers", `${HTTP}: MAX_HEADER_KIB`]],
};

/** The value of `path: expression`. Throws when the file has no such constant. */
export function valueOf(root: string, source: string): number {
  const [path = "", expression = ""] = source.split(": ");
  return evaluate(readFileSync(join(root, path), "utf8"), expression, source);
}

function evaluate(text: string, expression: string, source: string): number {
  const digits = expression.replaceAll(/(?<=\d)_(?=\d)/g, "");
  const numbers = digits.replaceAll(/(?<![\d.\w])(?!Math\b)[A-Za-z_][\w.]*/g, (name) =>
    name === "DAY_MS" ? "86400000" : `(${evaluate(text, definitionOf(text, name, source), source)})`,
  );
  return Number(runInNewContext(numbers));
}

/** The text that defines a constant, a property, an item of a list (`DAYS.0`), a default of the configuration, or a setting of PostgreSQL. */
function definitionOf(text: string, name: string, source: string): string {
  let rest = text;
  for (const part of name.split(".")) {
    if (/^\d+$/.test(part)) {
      rest = `=${/^= \[([^\]]*)\]/.exec(rest)?.[1]?.split(",")[Number(part)] ?? ""}`;
      continue;
    }
    const at = new RegExp(`\\b${part}\\b(?:: [\\w<>[\\] ]+)? ?[=:(]`).exec(rest);
    if (at === null) throw new Error(`${source}: there is no ${name}`);
    rest = rest.slice(at.index + at[0].length - 1);
  }
  const value = /^[=:(]\s*['"]?([\d_.A-Z*+ ]*[\dA-Z_])/.exec(rest)?.[1];
  if (value === undefined) throw new Error(`${source}: ${name} is not a number`);
  return value;
}
