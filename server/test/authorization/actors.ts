// The actors of the authorization matrix: every kind of person and credential, each presented in every way.
import assert from "node:assert/strict";
import { type CredentialKind, MANAGEMENT_SCOPES, type ManagementScope, REAUTHENTICATION_MS } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import type { TestInstance } from "../support/instance.ts";
import { personWithPassword } from "../support/accounts.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

type Headers = Readonly<Record<string, string>>;

export interface MatrixActor {
  readonly name: string;
  readonly kind: "anonymous" | "session" | CredentialKind;
  /** Each way to present the credential, by the name of its header. */
  readonly presented: Readonly<Record<string, Headers>>;
  /** The owner of the session or token. */
  readonly person: Person | null;
  /**
   * The permissions that the catalogue gives it in the organization of the matrix; `null` where it has no part in it.
   */
  readonly permissions: readonly string[] | null;
  /** The organization of the credential, or the one that is active in the session. */
  readonly organization: SeededOrganization | null;
  readonly isInstanceAdmin: boolean;
  readonly isSuspended: boolean;
  /** The scopes of a management key. */
  readonly scopes: readonly ManagementScope[];
  /** Whether the password was given too long ago for operations that need a recent one. */
  readonly isStale: boolean;
  /** Whether the session is that of a hand-off. */
  readonly isHandOff: boolean;
}

export interface Cast {
  readonly seed: Seed;
  /** The organization for which every route of an organization is called. */
  readonly organization: SeededOrganization;
  /** The organization of another tenant, with its own owner. */
  readonly other: SeededOrganization;
  readonly owner: Person;
  readonly outsider: Person;
  readonly actors: readonly MatrixActor[];
  /** A token of the owner that was narrowed to everything but this permission. */
  readonly without: (permission: string) => MatrixActor;
  /** A management key with every scope but this one. */
  readonly withoutScope: (scope: ManagementScope) => MatrixActor;
}

const LONG_AGO_MS = REAUTHENTICATION_MS + 60_000;
const ROLES = ["owner", "admin", "member", "viewer"] as const;

/** Fills an empty instance with the actors. */
export async function castActors(instance: TestInstance): Promise<Cast> {
  const seed = new Seed(instance);
  const { catalogue } = instance.deps;
  const actors: MatrixActor[] = [];
  const add = (actor: Partial<MatrixActor> & Pick<MatrixActor, "name" | "kind" | "presented">): void => {
    actors.push({
      person: null,
      permissions: null,
      organization: null,
      isInstanceAdmin: false,
      isSuspended: false,
      scopes: [],
      isStale: false,
      isHandOff: false,
      ...actor,
    });
  };
  const owner = await personWithPassword(seed, "owner");
  const outsider = await personWithPassword(seed, "outsider");
  const organization = await seed.organization(owner, "Matrix");
  const other = await seed.organization(outsider, "Other");
  // Without a second owner, an owner could neither leave nor delete the account.
  const coOwner = await seed.person("co-owner");
  await seed.member(organization, coOwner, "owner");
  await seed.member(other, coOwner, "owner");
  add({ name: "anonymous", kind: "anonymous", presented: { none: {} } });
  for (const role of ROLES) {
    const person = role === "owner" ? owner : await personWithPassword(seed, role);
    if (role !== "owner") await seed.member(organization, person, role);
    const permissions = catalogue.permissionsOf(role);
    const session = await seed.session(person, organization);
    add({ name: role, kind: "session", presented: cookie(session), person, permissions, organization });
    if (role === "owner") {
      const stale = cookie(await seed.session(person, organization, LONG_AGO_MS));
      add({
        name: "owner of long ago",
        kind: "session",
        presented: stale,
        person,
        permissions,
        organization,
        isStale: true,
      });
    }
    if (role === "owner" || role === "viewer") {
      const isStale = role === "owner";
      const { client } = await seed.handedOff(person, organization, isStale ? { authenticatedAt: null } : {});
      const name = `${role}'s hand-off${isStale ? " without a proof" : ""}`;
      const presented = cookie(client);
      add({ name, kind: "session", presented, person, permissions, organization, isStale, isHandOff: true });
    }
    if (role === "viewer") {
      const presented = bearer(await seed.pageToken(person, organization));
      add({ name: `${role}'s framed page`, kind: "page_token", presented, person, permissions, organization });
    }
    const token = await seed.token(person, organization);
    add({ name: `${role}'s token`, kind: "pat", presented: both(token), person, permissions, organization });
    // No key carries the owner's role.
    if (role === "owner") continue;
    const key = await seed.apiKey(organization, owner, { role });
    add({ name: `${role} key`, kind: "api_key", presented: both(key), permissions, organization });
  }
  const reading = catalogue
    .permissionsOf("owner")
    .filter((permission) => catalogue.permissions.get(permission)?.access === "read");
  assert.ok(reading.length > 0);
  const narrowed = async (name: string, permissions: readonly string[]): Promise<void> => {
    const presented = both(await seed.token(owner, organization, { permissions }));
    add({ name, kind: "pat", presented, person: owner, permissions, organization });
  };
  await narrowed("owner's read-only token", reading);
  await addOutsiders(seed, add, outsider, other);
  await addSuspended(seed, add, organization);
  // The last instance admin could not delete their account.
  await seed.person("second-admin", { instanceAdmin: true });
  const admin = await personWithPassword(seed, "instance-admin", { instanceAdmin: true });
  for (const isStale of [false, true]) {
    add({
      name: `instance admin${isStale ? " of long ago" : ""}`,
      kind: "session",
      presented: cookie(await seed.session(admin, admin.personal, isStale ? LONG_AGO_MS : 0)),
      person: admin,
      organization: { id: admin.personal.id, name: admin.name },
      isInstanceAdmin: true,
      isStale,
    });
  }
  add({ name: "service key", kind: "service_key", presented: both(await seed.service(admin)) });
  const managing = async (name: string, scopes: readonly ManagementScope[]): Promise<void> =>
    add({ name, kind: "management_key", presented: both(await seed.managementKey({ scopes })), scopes });
  await managing("management key", MANAGEMENT_SCOPES);
  const everybody = [...actors];
  const people = new Set(actors.flatMap(({ person }) => (person === null ? [] : [person.id])));
  // Only a person with a proved address of the domain may open an organization to it.
  await instance.deps.store.transaction(async (tx) => {
    for (const id of people) await tx.verifyUserEmail(id, instance.deps.clock());
  });
  const all = catalogue.permissionsOf("owner");
  for (const permission of all)
    await narrowed(
      lacking(permission),
      all.filter((held) => held !== permission),
    );
  for (const scope of MANAGEMENT_SCOPES)
    await managing(
      lackingScope(scope),
      MANAGEMENT_SCOPES.filter((held) => held !== scope),
    );
  const named = (wanted: string): MatrixActor =>
    actors.find(({ name }) => name === wanted) ?? assert.fail(`there is no actor "${wanted}"`);
  const without = (permission: string): MatrixActor => named(lacking(permission));
  const withoutScope = (scope: ManagementScope): MatrixActor => named(lackingScope(scope));
  return { seed, organization, other, owner, outsider, actors: everybody, without, withoutScope };
}

function lacking(permission: string): string {
  return `owner's token without ${permission}`;
}

function lackingScope(scope: ManagementScope): string {
  return `management key without ${scope}`;
}

type Add = (actor: Partial<MatrixActor> & Pick<MatrixActor, "name" | "kind" | "presented">) => void;

async function addOutsiders(seed: Seed, add: Add, person: Person, organization: SeededOrganization): Promise<void> {
  const name = "other organization's owner";
  add({
    name,
    kind: "session",
    presented: cookie(await seed.session(person, organization)),
    person,
    organization,
  });
  add({
    name: `${name}'s token`,
    kind: "pat",
    presented: both(await seed.token(person, organization)),
    person,
    organization,
  });
  const key = await seed.apiKey(organization, person, { role: "admin" });
  add({ name: "other organization's admin key", kind: "api_key", presented: both(key), organization });
}

/** An owner whose account is suspended, with a session and a token that were not revoked. */
async function addSuspended(seed: Seed, add: Add, organization: SeededOrganization): Promise<void> {
  const person = await personWithPassword(seed, "suspended");
  await seed.member(organization, person, "owner");
  const session = await seed.session(person, organization);
  const token = await seed.token(person, organization);
  const { store, clock } = seed.instance.deps;
  await store.transaction((tx) => tx.suspendUser(person.id, clock(), person.id));
  const suspended = { person, organization, isSuspended: true } as const;
  add({ name: "suspended owner", kind: "session", presented: cookie(session), ...suspended });
  add({ name: "suspended owner's token", kind: "pat", presented: both(token), ...suspended });
}

function cookie(session: Client): Readonly<Record<string, Headers>> {
  return { Cookie: session.headers };
}

function bearer(secret: string): Readonly<Record<string, Headers>> {
  return { Authorization: { Authorization: `Bearer ${secret}` } };
}

function both({ secret }: { readonly secret: string }): Readonly<Record<string, Headers>> {
  return { Authorization: { Authorization: `Bearer ${secret}` }, "X-API-Key": { "X-API-Key": secret } };
}
