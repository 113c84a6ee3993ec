import type {
  AccountReads,
  AdministrationReads,
  AuditReads,
  CredentialReads,
  EmailLinkReads,
  JoiningReads,
  MemberReads,
  OverviewReads,
  Reads,
  TokenSearchReads,
  UseHistoryReads,
} from "../store.ts";
import { findApiKey, listApiKeys } from "./api-keys.ts";
import { findAttempts } from "./attempts.ts";
import { listAuditEvents } from "./audit-events.ts";
import { findAuditRetention, listAuditRetentions } from "./audit-retention.ts";
import { countLiveTokensOfUser, findOrganizationSummary, listOrganizations, listOwners } from "./administration.ts";
import type { SqlContext } from "./context.ts";
import { deviceLoginReads } from "./device-logins.ts";
import { findDomainJoining, listJoinableOrganizations, wasRemoved } from "./domain-joinings.ts";
import { findEmailLink } from "./email-links.ts";
import { followUpReads } from "./follow-ups.ts";
import { getInstance } from "./instance.ts";
import {
  findInvitation,
  findInvitationByHash,
  findInvitationByMailedHash,
  findPendingInvitation,
  listInvitations,
} from "./invitations.ts";
import { countActiveOwners, findMember, findMembership, listMembers } from "./memberships.ts";
import { limitReads } from "./limits.ts";
import {
  findOrganization,
  findOrganizationOfUser,
  findPersonalOrganization,
  listOrganizationsOfUser,
  pageOrganizationsOfUser,
} from "./organizations.ts";
import { noticeReads } from "./notice-verbs.ts";
import { offboardingReads } from "./offboarding.ts";
import { findService, findServiceByHash, listServices } from "./services.ts";
import { findOpenSession, findSession, listSessions, pageSessions } from "./sessions.ts";
import { searchTokens } from "./token-search.ts";
import { findToken, listTokensOfOrganization, listTokensOfUser, listUnrevokedTokensOfOrganization } from "./tokens.ts";
import { listLiveTokens, listTokensById } from "./overview.ts";
import {
  findFirstUse,
  listOutcomeDays,
  listUseDays,
  listUseFacets,
  selectApiKeys,
  selectTokens,
} from "./use-history-reads.ts";
import { findPasswordHash, findUser, findUserByEmail, listUsers } from "./users.ts";

/** Every reading verb of the port over one context: a connection of its own, or that of a transaction. */
export function createReads(context: SqlContext): Reads {
  return {
    ...accountReads(context),
    ...administrationReads(context),
    ...deviceLoginReads(context),
    ...emailLinkReads(context),
    ...followUpReads(context),
    ...joiningReads(context),
    ...limitReads(context),
    ...memberReads(context),
    ...credentialReads(context),
    ...auditReads(context),
    ...useHistoryReads(context),
    ...offboardingReads(context),
    ...overviewReads(context),
    ...noticeReads(context),
  };
}

function accountReads(context: SqlContext): AccountReads {
  return {
    getInstance: () => getInstance(context),
    findUser: (id) => findUser(context, id),
    findUserByEmail: (email) => findUserByEmail(context, email),
    findPasswordHash: (id) => findPasswordHash(context, id),
    listUsers: (filter, page) => listUsers(context, filter, page),
    findSession: (hash) => findSession(context, hash),
    findOpenSession: (userId, id, now) => findOpenSession(context, userId, id, now),
    pageSessions: (userId, at, page) => pageSessions(context, userId, at, page),
    listSessions: (userId, now) => listSessions(context, userId, now),
    findAttempts: (key) => findAttempts(context, key),
  };
}

function administrationReads(context: SqlContext): AdministrationReads {
  return {
    listOrganizations: (filter, now, page) => listOrganizations(context, filter, now, page),
    findOrganizationSummary: (id, now) => findOrganizationSummary(context, id, now),
    listOwners: (organizationId, now) => listOwners(context, organizationId, now),
    countLiveTokensOfUser: (userId, now) => countLiveTokensOfUser(context, userId, now),
  };
}

function emailLinkReads(context: SqlContext): EmailLinkReads {
  return { findEmailLink: (kind, hash) => findEmailLink(context, kind, hash) };
}

function joiningReads(context: SqlContext): JoiningReads {
  return {
    findDomainJoining: (organizationId) => findDomainJoining(context, organizationId),
    listJoinableOrganizations: (filter, page) => listJoinableOrganizations(context, filter, page),
    wasRemoved: (organizationId, userId) => wasRemoved(context, organizationId, userId),
  };
}

function memberReads(context: SqlContext): MemberReads {
  return {
    findOrganization: (id) => findOrganization(context, id),
    findPersonalOrganization: (userId) => findPersonalOrganization(context, userId),
    listOrganizationsOfUser: (userId) => listOrganizationsOfUser(context, userId),
    findOrganizationOfUser: (userId, id) => findOrganizationOfUser(context, userId, id),
    pageOrganizationsOfUser: (userId, query, page) => pageOrganizationsOfUser(context, userId, query, page),
    findMembership: (organizationId, userId) => findMembership(context, organizationId, userId),
    findMember: (organizationId, id, now) => findMember(context, organizationId, id, now),
    listMembers: (organizationId, filter, page) => listMembers(context, organizationId, filter, page),
    countActiveOwners: (organizationId) => countActiveOwners(context, organizationId),
    findInvitationByHash: (hash) => findInvitationByHash(context, hash),
    findInvitationByMailedHash: (hash) => findInvitationByMailedHash(context, hash),
    findInvitation: (organizationId, id) => findInvitation(context, organizationId, id),
    findPendingInvitation: (organizationId, email) => findPendingInvitation(context, organizationId, email),
    listInvitations: (organizationId, page) => listInvitations(context, organizationId, page),
  };
}

function credentialReads(context: SqlContext): CredentialReads & TokenSearchReads {
  return {
    findToken: (id) => findToken(context, id),
    listTokensOfUser: (userId, organizationId, page) => listTokensOfUser(context, userId, organizationId, page),
    listTokensOfOrganization: (organizationId, page) => listTokensOfOrganization(context, organizationId, page),
    listUnrevokedTokensOfOrganization: (organizationId, page) =>
      listUnrevokedTokensOfOrganization(context, organizationId, page),
    searchTokens: (organizationId, search, page) => searchTokens(context, organizationId, search, page),
    findApiKey: (id) => findApiKey(context, id),
    listApiKeys: (organizationId, page) => listApiKeys(context, organizationId, page),
    findServiceByHash: (hash) => findServiceByHash(context, hash),
    findService: (id) => findService(context, id),
    listServices: (page) => listServices(context, page),
  };
}

function auditReads(context: SqlContext): AuditReads {
  return {
    listAuditEvents: (filter, page) => listAuditEvents(context, filter, page),
    findAuditRetention: (id) => findAuditRetention(context, id),
    listAuditRetentions: (which, after, limit) => listAuditRetentions(context, which, after, limit),
  };
}

function useHistoryReads(context: SqlContext): UseHistoryReads {
  return {
    listUseDays: (credentialIds, fromDay) => listUseDays(context, credentialIds, fromDay),
    listUseFacets: (credentialId) => listUseFacets(context, credentialId),
    findFirstUse: (credentialId) => findFirstUse(context, credentialId),
    listOutcomeDays: (organizationId, fromDay) => listOutcomeDays(context, organizationId, fromDay),
    selectTokens: (ids, of) => selectTokens(context, ids, of),
    selectApiKeys: (ids, organizationId) => selectApiKeys(context, ids, organizationId),
  };
}

function overviewReads(context: SqlContext): OverviewReads {
  return {
    listLiveTokens: (organizationId, now, page) => listLiveTokens(context, organizationId, now, page),
    listTokensById: (ids) => listTokensById(context, ids),
  };
}
