// The contract of the store, as tests: what every verb of the port guarantees, on either engine.
// Rule: a test uses the port alone, so it cannot know which engine it runs on, and it makes its own data.
// Deliberately absent: what only one engine can do wrong (files, batches, lost connections); see test/store.
import { describe } from "node:test";
import { describeAdministration } from "./contract/administration.ts";
import { describeApiKeys } from "./contract/api-keys.ts";
import { describeAttempts } from "./contract/attempts.ts";
import { describeAuditEvents } from "./contract/audit-events.ts";
import { describeAuditRetention } from "./contract/audit-retention.ts";
import { describeDeviceLogins } from "./contract/device-logins.ts";
import { describeDomainJoinings } from "./contract/domain-joinings.ts";
import { describeEmailLinks } from "./contract/email-links.ts";
import { describeCalendarFeeds } from "./contract/calendar-feeds.ts";
import { describeExpiries } from "./contract/expiries.ts";
import { describeFollowUps } from "./contract/follow-ups.ts";
import { describeInstance } from "./contract/instance.ts";
import { describeInvitations } from "./contract/invitations.ts";
import { describeLimits } from "./contract/limits.ts";
import { describeMemberships } from "./contract/memberships.ts";
import { describeNoticeLetters } from "./contract/notice-letters.ts";
import { describeNotices } from "./contract/notices.ts";
import { describeOffboarding } from "./contract/offboarding.ts";
import { describeOrganizations } from "./contract/organizations.ts";
import { describeRaces } from "./contract/races.ts";
import { describeServices } from "./contract/services.ts";
import { describeSessions } from "./contract/sessions.ts";
import { describeTokenSearch } from "./contract/token-search.ts";
import { describeTokens } from "./contract/tokens.ts";
import { describeTransactions } from "./contract/transactions.ts";
import { type OpenStore, storeForSuite } from "./contract/under-test.ts";
import { describeOverview } from "./contract/overview.ts";
import { describeUsage } from "./contract/usage.ts";
import { describeUseHistory } from "./contract/use-history.ts";
import { describeUsers } from "./contract/users.ts";
import { describeVerification } from "./contract/verification.ts";

/** Runs the contract on an engine. `open` makes an empty database each time, with its schema. */
export function describeStoreContract(name: string, open: OpenStore): void {
  describe(`store contract on ${name}`, () => {
    const store = storeForSuite(open);
    describeTransactions(store, open);
    describeInstance(open);
    describeUsers(store, open);
    describeSessions(store);
    describeAttempts(store);
    describeOrganizations(store);
    describeAdministration(store, open);
    describeMemberships(store);
    describeInvitations(store);
    describeLimits(store);
    describeEmailLinks(store);
    describeDeviceLogins(store);
    describeDomainJoinings(store);
    describeTokens(store);
    describeTokenSearch(store);
    describeFollowUps(store, open);
    describeOffboarding(store);
    describeApiKeys(store);
    describeExpiries(open);
    describeServices(store, open);
    describeVerification(store, open);
    describeUsage(store);
    describeUseHistory(store, open);
    describeOverview(store);
    describeAuditEvents(store);
    describeAuditRetention(store, open);
    describeNotices(store, open);
    describeNoticeLetters(open);
    describeCalendarFeeds(store);
    describeRaces(store, open);
  });
}
