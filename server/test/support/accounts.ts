// People who can type a password. Theirs are hashed as cheaply as argon2id allows, so that checking one
// costs a test nothing; what the server itself hashes keeps its full price.
import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import type { InvitationId, OrganizationId, UserId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../src/secrets/generate.ts";
import type { RequestOrigin, SessionActor } from "../../src/use-cases/use-case.ts";
import { startSession } from "../../src/use-cases/session/session.ts";
import type { Client, Reply } from "./client.ts";
import type { TestInstance } from "./instance.ts";
import type { Person, Seed } from "./seed.ts";

/** The password of everyone that `personWithPassword` makes. */
export const PASSWORD = "correct horse battery staple";
export const WRONG_PASSWORD = "incorrect horse battery staple";

const HASH_OF_PASSWORD = passwordHashOf(PASSWORD);

/** The stored form of a password, with the smallest work factor. */
export function passwordHashOf(password: string): string {
  const nonce = Buffer.alloc(16, 7);
  const cheapest = { nonce, parallelism: 1, tagLength: 32, memory: 8, passes: 1 };
  const tag = argon2Sync("argon2id", { message: password, ...cheapest });
  const unpadded = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=8,t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}`;
}

export function personWithPassword(
  seed: Seed,
  name?: string,
  options: { readonly instanceAdmin?: boolean } = {},
): Promise<Person> {
  return seed.person(name, { ...options, passwordHash: HASH_OF_PASSWORD });
}

/** The browser that got this answer, with the session cookie it set. */
export function browserOf(instance: TestInstance, reply: Reply): Client {
  const [cookie, ...others] = reply.headers.getSetCookie();
  assert.ok(cookie !== undefined && others.length === 0, `one cookie is set, not ${others.length}`);
  assert.match(cookie, /^mintmark_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
  return instance.client().withCookie(cookie.split(";")[0] as string);
}

/** Whether the answer tells the browser to forget its session. */
export function clearsCookie(reply: Reply): boolean {
  return reply.headers.getSetCookie().some((cookie) => /^mintmark_session=;.*Max-Age=0/.test(cookie));
}

/** A session of the person in their personal organization, as use cases take it. */
export async function actAs(instance: TestInstance, person: Person): Promise<SessionActor> {
  const { store, clock } = instance.deps;
  return store.transaction(async (tx) => {
    const user = await tx.findUser(person.id);
    assert.ok(user !== null);
    const start = { user, organizationId: person.personal.id, method: "password", at: clock() } as const;
    return (await startSession(tx, { ...start, origin: originAt(null) })).actor;
  });
}

export function originAt(ip: string | null): RequestOrigin {
  return { ip, userAgent: "test", requestId: "0".repeat(32) };
}

/** Asserts by which status and code a request was refused, in the form of a problem. */
export function assertProblem(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.body?.code], [status, code], JSON.stringify(reply.body));
  assert.equal(reply.headers.get("content-type"), "application/problem+json");
}

const ALL = { limit: 200, after: null };

/** All there is to know about a user's account, so that a test can say that a refusal changed none of it. */
export async function accountState(instance: TestInstance, id: UserId): Promise<unknown> {
  const { reads } = instance.deps.store;
  const events = await reads.listAuditEvents({ concerning: id }, ALL);
  return {
    user: await reads.findUser(id),
    passwordHash: await reads.findPasswordHash(id),
    // When and where from a session was last seen is what any request leaves behind.
    sessions: (await reads.listSessions(id, 0)).map((session) => ({
      ...session,
      lastSeenAt: 0,
      ip: "",
      userAgent: "",
    })),
    organizations: await reads.listOrganizationsOfUser(id),
    tokens: (await reads.listTokensOfUser(id, null, ALL)).items.map(({ revokedAt, ...token }) => [token.id, revokedAt]),
    services: await reads.listServices(ALL),
    events: events.items.filter(({ action }) => !/\.(used|denied)$/.test(action)).map((event) => event.id),
  };
}

/** Sends something that must be refused, and asserts by which code and that the account is as it was. */
export async function assertRefused(
  instance: TestInstance,
  person: { readonly id: UserId },
  send: () => Promise<Reply>,
  [status, code]: readonly [number, string],
): Promise<Reply> {
  const before = await accountState(instance, person.id);
  const reply = await send();
  assertProblem(reply, status, code);
  assert.deepEqual(reply.headers.getSetCookie(), [], "a refusal sets no cookie");
  assert.deepEqual(await accountState(instance, person.id), before);
  return reply;
}

/** The user's own audit log, newest first, as `action` or `action (denied)`. */
export async function actionsOf(instance: TestInstance, person: { readonly id: UserId }): Promise<readonly string[]> {
  const { items } = await instance.deps.store.reads.listAuditEvents({ concerning: person.id }, ALL);
  return items.map(({ action, outcome }) => (outcome === "ok" ? action : `${action} (${outcome})`));
}

export interface SeededInvitation {
  readonly id: InvitationId;
  /** The text after `#token=` in the link. */
  readonly token: string;
}

/** A pending invitation to the address, issued by a member of the organization. */
export async function invite(
  instance: TestInstance,
  organization: { readonly id: OrganizationId },
  issuer: Person,
  invitee: { readonly email: string; readonly role?: string; readonly expiresAt?: number },
): Promise<SeededInvitation> {
  const { store, clock } = instance.deps;
  const link = newLinkSecret();
  const id = newId("invitation");
  await store.transaction(async (tx) => {
    const membership = await tx.findMembership(organization.id, issuer.id);
    await tx.insertInvitation({
      id,
      hash: hashSecret(link),
      organizationId: organization.id,
      email: invitee.email,
      role: invitee.role ?? "member",
      invitedByMembershipId: membership?.id ?? null,
      invitedByTokenId: null,
      invitedBy: { id: issuer.id, name: issuer.name },
      createdAt: clock(),
      expiresAt: invitee.expiresAt ?? clock() + 86_400_000,
    });
  });
  return { id, token: link.expose() };
}
