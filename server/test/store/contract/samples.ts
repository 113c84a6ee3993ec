// Data for the contract: each call makes something new that no other test has.
import { randomBytes } from "node:crypto";
import { formatId, type IdKind, type IdTypes, type OrganizationId } from "@mintmark/core";
import type {
  ActorRef,
  AuditEventRecord,
  Hash,
  MembershipRecord,
  NewApiKey,
  NewInvitation,
  NewSession,
  NewToken,
  NewUser,
  OrganizationRecord,
  Revocation,
  Store,
  UserRecord,
} from "../../../src/store/store.ts";

/** Of an event that names nobody whom the host keeps. */
export const NO_HOST_IDS = { actor: null, target: null, organization: null };

/** An arbitrary instant. Tests give times as offsets from it. */
export const T0 = 1_790_000_000_000;

export function newId<K extends IdKind>(kind: K): IdTypes[K] {
  return formatId(kind, randomBytes(16).toString("hex"));
}

export function newHash(): Hash {
  return new Uint8Array(randomBytes(32));
}

export function newUser(fields: Partial<NewUser> = {}): NewUser {
  const id = newId("user");
  return {
    id,
    name: "Ada Lovelace",
    email: `${id}@example.test`,
    passwordHash: "$argon2id$sample",
    createdAt: T0,
    instanceAdminAt: null,
    ...fields,
  };
}

export interface Member {
  readonly user: UserRecord;
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
}

export async function addUser(store: Store, fields: Partial<NewUser> = {}): Promise<UserRecord> {
  const user = newUser(fields);
  await store.transaction((tx) => tx.insertUser(user));
  return present(await store.reads.findUser(user.id));
}

export async function addOrganization(store: Store, name = "Analytical Engines"): Promise<OrganizationRecord> {
  const id = newId("organization");
  await store.transaction((tx) => tx.insertOrganization({ id, name, personalOf: null, createdAt: T0 }));
  return present(await store.reads.findOrganization(id));
}

/** A new user with a membership, in a new organization unless one is given. */
export async function addMember(
  store: Store,
  fields: {
    readonly organization?: OrganizationRecord;
    readonly user?: Partial<NewUser>;
    readonly role?: string;
    readonly joinedAt?: number;
  } = {},
): Promise<Member> {
  const organization = fields.organization ?? (await addOrganization(store));
  const user = await addUser(store, fields.user);
  const membership = await join(store, organization.id, user, fields);
  return { user, organization, membership };
}

/** One more membership of an existing user. */
export async function join(
  store: Store,
  organizationId: OrganizationId,
  user: UserRecord,
  fields: { readonly role?: string; readonly joinedAt?: number } = {},
): Promise<MembershipRecord> {
  const { role = "member", joinedAt = T0 } = fields;
  await store.transaction((tx) =>
    tx.insertMembership({ id: newId("membership"), organizationId, userId: user.id, role, joinedAt }),
  );
  return present(await store.reads.findMembership(organizationId, user.id));
}

export function newToken(member: Member, fields: Partial<NewToken> = {}): NewToken {
  return {
    id: newId("token"),
    hash: newHash(),
    prefix: "mm_pat_0a1",
    name: "deploy",
    userId: member.user.id,
    organizationId: member.organization.id,
    membershipId: member.membership.id,
    permissions: null,
    createdAt: T0,
    expiresAt: null,
    replaces: null,
    ...fields,
  };
}

export async function addToken(store: Store, member: Member, fields: Partial<NewToken> = {}): Promise<NewToken> {
  const token = newToken(member, fields);
  await store.transaction((tx) => tx.insertToken(token));
  return token;
}

export async function addApiKey(store: Store, member: Member, fields: Partial<NewApiKey> = {}): Promise<NewApiKey> {
  const key: NewApiKey = {
    id: newId("apiKey"),
    hash: newHash(),
    prefix: "mm_key_0a1",
    name: "pipeline",
    organizationId: member.organization.id,
    role: "member",
    permissions: null,
    createdBy: member.user.id,
    createdAt: T0,
    expiresAt: null,
    ...fields,
  };
  await store.transaction((tx) => tx.insertApiKey(key));
  return key;
}

export function newInvitation(member: Member, fields: Partial<NewInvitation> = {}): NewInvitation {
  const id = newId("invitation");
  return {
    id,
    hash: newHash(),
    organizationId: member.organization.id,
    email: `${id}@example.test`,
    role: "member",
    invitedByMembershipId: member.membership.id,
    invitedByTokenId: null,
    invitedBy: { id: member.user.id, name: member.user.name },
    createdAt: T0,
    expiresAt: T0 + 1_000,
    ...fields,
  };
}

export async function addInvitation(
  store: Store,
  member: Member,
  fields: Partial<NewInvitation> = {},
): Promise<NewInvitation> {
  const invitation = newInvitation(member, fields);
  await store.transaction((tx) => tx.insertInvitation(invitation));
  return invitation;
}

export async function addSession(store: Store, member: Member, fields: Partial<NewSession> = {}): Promise<NewSession> {
  const session: NewSession = {
    id: newId("session"),
    hash: newHash(),
    userId: member.user.id,
    organizationId: member.organization.id,
    createdAt: T0,
    authenticatedAt: T0,
    expiresAt: T0 + 1_000,
    ip: "192.0.2.1",
    userAgent: "Sample/1",
    ...fields,
  };
  await store.transaction((tx) => tx.insertSession(session));
  return session;
}

export function newEvent(fields: Partial<AuditEventRecord> = {}): AuditEventRecord {
  return {
    id: newId("auditEvent"),
    at: T0,
    organizationId: null,
    actor: actorOf({ id: newId("user"), name: "Ada Lovelace" }),
    via: null,
    action: "user.renamed",
    target: null,
    outcome: "ok",
    ip: null,
    userAgent: null,
    requestId: null,
    details: {},
    ...fields,
  };
}

export function actorOf(user: Pick<UserRecord, "id" | "name">): ActorRef {
  return { kind: "user", id: user.id, name: user.name };
}

export function revocation(fields: Partial<Revocation> = {}): Revocation {
  return { at: T0 + 10, by: { kind: "system", id: "system", name: "Mintmark" }, reason: "admin", ...fields };
}

/** Returns the value, which must be present. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("the test expected a value to be present");
  return value;
}
