// The history of the schema on PostgreSQL, oldest first.
// Rule: a migration that was released never changes; the next change is a new file with the next number,
// and the other engine has one of the same name.
import type { Migration } from "../../migration.ts";
import { sql as initial } from "./0001-initial.ts";
import { sql as emailLinks } from "./0002-email-links.ts";
import { sql as tokenSearch } from "./0003-token-search.ts";
import { sql as auditRetention } from "./0004-audit-retention.ts";
import { sql as useHistory } from "./0005-use-history.ts";
import { sql as notices } from "./0006-notices.ts";
import { sql as instanceLists } from "./0007-instance-lists.ts";
import { sql as instanceAudit } from "./0008-instance-audit.ts";
import { sql as deviceLogins } from "./0009-device-logins.ts";
import { sql as lastUsedRoute } from "./0010-last-used-route.ts";
import { sql as rowNumbers } from "./0011-row-numbers.ts";
import { sql as invitationTokens } from "./0012-invitation-tokens.ts";
import { sql as liveCounts } from "./0013-live-counts.ts";
import { sql as firstProof } from "./0014-first-proof.ts";
import { sql as followUps } from "./0015-follow-ups.ts";

export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  { name: "0001-initial", sql: initial },
  { name: "0002-email-links", sql: emailLinks },
  { name: "0003-token-search", sql: tokenSearch },
  { name: "0004-audit-retention", sql: auditRetention },
  { name: "0005-use-history", sql: useHistory },
  { name: "0006-notices", sql: notices },
  { name: "0007-instance-lists", sql: instanceLists },
  { name: "0008-instance-audit", sql: instanceAudit },
  { name: "0009-device-logins", sql: deviceLogins },
  { name: "0010-last-used-route", sql: lastUsedRoute },
  { name: "0011-row-numbers", sql: rowNumbers },
  { name: "0012-invitation-tokens", sql: invitationTokens },
  { name: "0013-live-counts", sql: liveCounts },
  { name: "0014-first-proof", sql: firstProof },
  { name: "0015-follow-ups", sql: followUps },
];
