// The history of the schema on SQLite, oldest first.
// Rule: a migration that was released never changes. The next change is a new file with the next number, and the other
// engine has one of the same name.
import type { Migration } from "../../migration.ts";
import { sql as initial } from "./0001-initial.ts";
import { sql as removedAddresses } from "./0002-removed-addresses.ts";
import { sql as handedLinks } from "./0003-handed-links.ts";
import { sql as forgottenAddresses } from "./0004-forgotten-addresses.ts";
import { sql as ends } from "./0005-ends.ts";
import { sql as outbox } from "./0006-outbox.ts";
import { sql as unsubscribeLinks } from "./0007-unsubscribe-links.ts";
import { sql as directory } from "./0008-directory.ts";
import { sql as managementKeys } from "./0009-management-keys.ts";
import { sql as handOffs } from "./0010-hand-offs.ts";
import { sql as sessionsWithoutOrganization } from "./0011-sessions-without-organization.ts";
import { sql as eventNumbers } from "./0012-event-numbers.ts";
import { sql as serviceKeys } from "./0013-service-keys.ts";
import { sql as webhooks } from "./0014-webhooks.ts";
import { sql as authorityLog } from "./0015-authority-log.ts";

export const SQLITE_MIGRATIONS: readonly Migration[] = [
  { name: "0001-initial", sql: initial },
  { name: "0002-removed-addresses", sql: removedAddresses },
  { name: "0003-handed-links", sql: handedLinks },
  { name: "0004-forgotten-addresses", sql: forgottenAddresses },
  { name: "0005-ends", sql: ends },
  { name: "0006-outbox", sql: outbox },
  { name: "0007-unsubscribe-links", sql: unsubscribeLinks },
  { name: "0008-directory", sql: directory },
  { name: "0009-management-keys", sql: managementKeys },
  { name: "0010-hand-offs", sql: handOffs },
  { name: "0011-sessions-without-organization", sql: sessionsWithoutOrganization },
  { name: "0012-event-numbers", sql: eventNumbers },
  { name: "0013-service-keys", sql: serviceKeys },
  { name: "0014-webhooks", sql: webhooks },
  { name: "0015-authority-log", sql: authorityLog },
];
