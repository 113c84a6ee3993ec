import type {
  AccountWrites,
  AdministrationWrites,
  AuditWrites,
  CredentialWrites,
  EmailLinkWrites,
  JoiningWrites,
  MemberWrites,
  Transaction,
  UsageWrites,
  UseHistoryWrites,
} from "../store.ts";
import { appointInstanceAdmin, dismissInstanceAdmin } from "./administration.ts";
import {
  insertApiKey,
  lockApiKey,
  revokeApiKey,
  revokeApiKeysCreatedBy,
  revokeApiKeysOfOrganization,
} from "./api-keys.ts";
import { clearAttempts, countAttempt, forgetAttempts } from "./attempts.ts";
import { insertAuditEvents } from "./audit-event-insert.ts";
import { pruneAuditEvents, setAuditRetention } from "./audit-retention.ts";
import { clearDomainJoining, clearDomainJoiningsSetBy, setDomainJoining } from "./domain-joinings.ts";
import { endEmailLinks, forgetEmailLinks, insertEmailLink, useEmailLink } from "./email-links.ts";
import { noteExpiries } from "./expiries.ts";
import { deviceLoginWrites } from "./device-logins.ts";
import { followUpWrites } from "./follow-ups.ts";
import { countSetupAttempt, lockInstance, markSetUp, setSetupCode } from "./instance.ts";
import {
  acceptInvitation,
  insertInvitation,
  lockInvitation,
  renewInvitation,
  withdrawInvitation,
  withdrawInvitationsIssuedBy,
  withdrawInvitationsOfOrganization,
} from "./invitations.ts";
import { limitWrites } from "./limits.ts";
import {
  endMembership,
  endMembershipsOfOrganization,
  insertMembership,
  lockMembership,
  reinstateMembership,
  setMemberRole,
  suspendMembership,
} from "./memberships.ts";
import {
  deleteOrganization,
  insertOrganization,
  lockOrganization,
  renameOrganization,
  setPolicy,
} from "./organizations.ts";
import { noticeWrites } from "./notice-verbs.ts";
import { insertService, noteServiceUse, renameService, revokeService } from "./services.ts";
import {
  endSession,
  endSessionsOfUser,
  insertSession,
  moveSessions,
  moveSessionsOfOrganization,
  setSessionAuthenticated,
  setSessionOrganization,
  touchSession,
} from "./sessions.ts";
import { dismissToken, insertToken, lockToken, renameToken, revokeToken } from "./tokens.ts";
import { countNetworks, countSightings, recordSightings, recordUses } from "./usage.ts";
import { forgetUseHistory, recordUseHistory } from "./use-history.ts";
import {
  countInstanceAdmins,
  deleteUser,
  insertUser,
  lockUser,
  reinstateUser,
  setPasswordHash,
  setUserEmail,
  setUserName,
  suspendUser,
  verifyUserEmail,
} from "./users.ts";
import type { SqlContext } from "./context.ts";
import { createReads } from "./reads.ts";

/** Every verb of the port over the connection of one transaction. */
export function createTransaction(context: SqlContext): Transaction {
  return {
    ...createReads(context),
    ...accountWrites(context),
    ...administrationWrites(context),
    ...deviceLoginWrites(context),
    ...emailLinkWrites(context),
    ...followUpWrites(context),
    ...joiningWrites(context),
    ...limitWrites(context),
    ...memberWrites(context),
    ...credentialWrites(context),
    ...auditWrites(context),
    ...noticeWrites(context),
    ...usageWrites(context),
    ...useHistoryWrites(context),
  };
}

function accountWrites(context: SqlContext): AccountWrites {
  return {
    lockInstance: () => lockInstance(context),
    setSetupCode: (code) => setSetupCode(context, code),
    countSetupAttempt: () => countSetupAttempt(context),
    markSetUp: (at) => markSetUp(context, at),
    lockUser: (id) => lockUser(context, id),
    insertUser: (user) => insertUser(context, user),
    setUserName: (id, name) => setUserName(context, id, name),
    setUserEmail: (id, email) => setUserEmail(context, id, email),
    verifyUserEmail: (id, at) => verifyUserEmail(context, id, at),
    setPasswordHash: (id, passwordHash) => setPasswordHash(context, id, passwordHash),
    suspendUser: (id, at, by) => suspendUser(context, id, at, by),
    reinstateUser: (id) => reinstateUser(context, id),
    deleteUser: (id, at) => deleteUser(context, id, at),
    countInstanceAdmins: () => countInstanceAdmins(context),
    insertSession: (session) => insertSession(context, session),
    setSessionOrganization: (id, organizationId) => setSessionOrganization(context, id, organizationId),
    setSessionAuthenticated: (id, at) => setSessionAuthenticated(context, id, at),
    touchSession: (id, seen) => touchSession(context, id, seen),
    endSession: (userId, id, at) => endSession(context, userId, id, at),
    endSessionsOfUser: (userId, except, at) => endSessionsOfUser(context, userId, except, at),
    moveSessions: (userId, from, to) => moveSessions(context, userId, from, to),
    moveSessionsOfOrganization: (from, limit) => moveSessionsOfOrganization(context, from, limit),
    countAttempt: (key, windowMs, now) => countAttempt(context, key, windowMs, now),
    clearAttempts: (key) => clearAttempts(context, key),
    forgetAttempts: (before, except) => forgetAttempts(context, before, except),
  };
}

function administrationWrites(context: SqlContext): AdministrationWrites {
  return {
    appointInstanceAdmin: (id, at) => appointInstanceAdmin(context, id, at),
    dismissInstanceAdmin: (id) => dismissInstanceAdmin(context, id),
  };
}

function emailLinkWrites(context: SqlContext): EmailLinkWrites {
  return {
    insertEmailLink: (link) => insertEmailLink(context, link),
    useEmailLink: (kind, hash) => useEmailLink(context, kind, hash),
    endEmailLinks: (kind, userId) => endEmailLinks(context, kind, userId),
    forgetEmailLinks: (userId, before) => forgetEmailLinks(context, userId, before),
  };
}

function joiningWrites(context: SqlContext): JoiningWrites {
  return {
    setDomainJoining: (joining) => setDomainJoining(context, joining),
    clearDomainJoining: (organizationId) => clearDomainJoining(context, organizationId),
    clearDomainJoiningsSetBy: (userId) => clearDomainJoiningsSetBy(context, userId),
  };
}

function memberWrites(context: SqlContext): MemberWrites {
  return {
    lockOrganization: (id, mode) => lockOrganization(context, id, mode),
    insertOrganization: (organization) => insertOrganization(context, organization),
    renameOrganization: (id, name) => renameOrganization(context, id, name),
    setPolicy: (id, policy) => setPolicy(context, id, policy),
    deleteOrganization: (id, at, by) => deleteOrganization(context, id, at, by),
    insertMembership: (membership) => insertMembership(context, membership),
    lockMembership: (id) => lockMembership(context, id),
    setMemberRole: (id, role) => setMemberRole(context, id, role),
    suspendMembership: (id, at, by) => suspendMembership(context, id, at, by),
    reinstateMembership: (id) => reinstateMembership(context, id),
    endMembership: (id, at, by) => endMembership(context, id, at, by),
    endMembershipsOfOrganization: (organizationId, at, by, limit) =>
      endMembershipsOfOrganization(context, organizationId, at, by, limit),
    insertInvitation: (invitation) => insertInvitation(context, invitation),
    lockInvitation: (id) => lockInvitation(context, id),
    acceptInvitation: (id, at, by) => acceptInvitation(context, id, at, by),
    withdrawInvitation: (id, at) => withdrawInvitation(context, id, at),
    renewInvitation: (id, renewal) => renewInvitation(context, id, renewal),
    withdrawInvitationsIssuedBy: (membershipId, at) => withdrawInvitationsIssuedBy(context, membershipId, at),
    withdrawInvitationsOfOrganization: (organizationId, at, limit) =>
      withdrawInvitationsOfOrganization(context, organizationId, at, limit),
  };
}

function credentialWrites(context: SqlContext): CredentialWrites {
  return {
    insertToken: (token) => insertToken(context, token),
    lockToken: (id) => lockToken(context, id),
    renameToken: (id, name) => renameToken(context, id, name),
    revokeToken: (id, revocation) => revokeToken(context, id, revocation),
    dismissToken: (id, at) => dismissToken(context, id, at),
    insertApiKey: (key) => insertApiKey(context, key),
    lockApiKey: (id) => lockApiKey(context, id),
    revokeApiKey: (id, revocation) => revokeApiKey(context, id, revocation),
    revokeApiKeysOfOrganization: (id, revocation, limit) => revokeApiKeysOfOrganization(context, id, revocation, limit),
    revokeApiKeysCreatedBy: (id, revocation) => revokeApiKeysCreatedBy(context, id, revocation),
    noteExpiries: (kind, now, limit) => noteExpiries(context, kind, now, limit),
    insertService: (service) => insertService(context, service),
    noteServiceUse: (id, at) => noteServiceUse(context, id, at),
    renameService: (id, name) => renameService(context, id, name),
    revokeService: (id, at, by) => revokeService(context, id, at, by),
  };
}

function auditWrites(context: SqlContext): AuditWrites {
  return {
    insertAuditEvents: (events) => insertAuditEvents(context, events),
    setAuditRetention: (id, retention) => setAuditRetention(context, id, retention),
    pruneAuditEvents: (organizationId, before, limit) => pruneAuditEvents(context, organizationId, before, limit),
  };
}

function usageWrites(context: SqlContext): UsageWrites {
  return {
    recordUses: (batch) => recordUses(context, batch),
    recordSightings: (sightings) => recordSightings(context, sightings),
    countNetworks: (credentialId, since) => countNetworks(context, credentialId, since),
    countSightings: (credentialId, since) => countSightings(context, credentialId, since),
  };
}

function useHistoryWrites(context: SqlContext): UseHistoryWrites {
  return {
    recordUseHistory: (history) => recordUseHistory(context, history),
    forgetUseHistory: (beforeDay, limit) => forgetUseHistory(context, beforeDay, limit),
  };
}
