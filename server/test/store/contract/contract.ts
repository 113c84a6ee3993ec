// The contract of the store, as tests: the guarantees of every verb of the port, on either engine.
// Rule: a test uses the port alone, so it cannot know which engine it runs on, and it makes its own data.
// Deliberately absent: faults that only one engine can have (files, batches, lost connections). See the folder above.
import { describe } from "node:test";
import { describeAdministration } from "./administration.ts";
import { describeAnnouncements } from "./announcements.ts";
import { describeApiKeys } from "./api-keys.ts";
import { describeAttempts } from "./attempts.ts";
import { describeAuditEvents } from "./audit-events.ts";
import { describeAuditRetention } from "./audit-retention.ts";
import { describeEventFeed } from "./event-feed.ts";
import { describeDeviceLogins } from "./device-logins.ts";
import { describeDirectory } from "./directory.ts";
import { describeDomainJoinings } from "./domain-joinings.ts";
import { describeEmailLinks } from "./email-links.ts";
import { describeCalendarFeeds } from "./calendar-feeds.ts";
import { describeExpiries } from "./expiries.ts";
import { describeFollowUps } from "./follow-ups.ts";
import { describeHandOffs } from "./hand-offs.ts";
import { describeInstance } from "./instance.ts";
import { describeInvitations } from "./invitations.ts";
import { describeLimits } from "./limits.ts";
import { describeManagementKeys } from "./management-keys.ts";
import { describeMemberships } from "./memberships.ts";
import { describeNotices } from "./notices.ts";
import { describeOffboarding } from "./offboarding.ts";
import { describeOrganizations } from "./organizations.ts";
import { describeOutbox } from "./outbox.ts";
import { describeRaces } from "./races.ts";
import { describeServices } from "./services.ts";
import { describeSessions } from "./sessions.ts";
import { describeTokenSearch } from "./token-search.ts";
import { describeTokens } from "./tokens.ts";
import { describeTransactions } from "./transactions.ts";
import { type OpenStore, storeForSuite } from "./under-test.ts";
import { describeOverview } from "./overview.ts";
import { describeUsage } from "./usage.ts";
import { describeUseHistory } from "./use-history.ts";
import { describeUsers } from "./users.ts";
import { describeVerification } from "./verification.ts";

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
    describeDirectory(store, open);
    describeHandOffs(store);
    describeDomainJoinings(store);
    describeTokens(store);
    describeTokenSearch(store);
    describeFollowUps(store, open);
    describeOffboarding(store);
    describeApiKeys(store);
    describeEventFeed(open);
    describeExpiries(open);
    describeServices(store, open);
    describeManagementKeys(store, open);
    describeVerification(store, open);
    describeUsage(store);
    describeUseHistory(store, open);
    describeOverview(store);
    describeAuditEvents(store);
    describeAuditRetention(store, open);
    describeNotices(store, open);
    describeAnnouncements(open);
    describeOutbox(open);
    describeCalendarFeeds(store);
    describeRaces(store, open);
  });
}
