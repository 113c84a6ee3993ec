// People, organizations and credentials for tests, written straight through the store's verbs: fast, and
// independent of the use cases under test. Passwords of seeded people are not usable (no argon2 per test);
// a test about passwords signs up through the API.
import type { MembershipId, OrganizationId, UserId } from "@mintmark/core";
import { prefixOf } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret, newSecret } from "../../src/secrets/generate.ts";
import type { NewApiKey, NewToken } from "../../src/store/store.ts";
import type { Client } from "./client.ts";
import { type TestInstance, uniqueName } from "./instance.ts";

/** The hash of no password: well-formed, and matched by nothing. */
const NO_PASSWORD = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

export interface Person {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly personal: { readonly id: OrganizationId; readonly membershipId: MembershipId };
}

export interface SeededOrganization {
  readonly id: OrganizationId;
  readonly name: string;
}

export interface SeededCredential<I extends string> {
  readonly id: I;
  readonly secret: string;
  readonly client: Client;
}

export class Seed {
  readonly instance: TestInstance;

  constructor(instance: TestInstance) {
    this.instance = instance;
  }

  #now(): number {
    return this.instance.deps.clock();
  }

  /** A user with a personal organization. */
  async person(
    name = uniqueName("person"),
    options: { readonly instanceAdmin?: boolean; readonly passwordHash?: string } = {},
  ): Promise<Person> {
    const now = this.#now();
    const person: Person = {
      id: newId("user"),
      name,
      email: `${name.toLowerCase().replaceAll(/[^a-z0-9]/g, "-")}-${uniqueName("x")}@example.com`,
      personal: { id: newId("organization"), membershipId: newId("membership") },
    };
    await this.instance.deps.store.transaction(async (tx) => {
      await tx.insertUser({
        id: person.id,
        name,
        email: person.email,
        passwordHash: options.passwordHash ?? NO_PASSWORD,
        createdAt: now,
        instanceAdminAt: options.instanceAdmin === true ? now : null,
      });
      await tx.insertOrganization({ id: person.personal.id, name, personalOf: person.id, createdAt: now });
      await tx.insertMembership({
        id: person.personal.membershipId,
        organizationId: person.personal.id,
        userId: person.id,
        role: "owner",
        joinedAt: now,
      });
    });
    return person;
  }

  /** An organization owned by this person. */
  async organization(owner: Person, name = uniqueName("org")): Promise<SeededOrganization> {
    const id = newId("organization");
    await this.instance.deps.store.transaction(async (tx) => {
      await tx.insertOrganization({ id, name, personalOf: null, createdAt: this.#now() });
      await tx.insertMembership({
        id: newId("membership"),
        organizationId: id,
        userId: owner.id,
        role: "owner",
        joinedAt: this.#now(),
      });
    });
    return { id, name };
  }

  /** Makes the person a member, and returns the membership's id. */
  async member(organization: SeededOrganization, person: Person, role: string): Promise<MembershipId> {
    const id = newId("membership");
    await this.instance.deps.store.transaction((tx) =>
      tx.insertMembership({ id, organizationId: organization.id, userId: person.id, role, joinedAt: this.#now() }),
    );
    return id;
  }

  /** A browser signed in as this person, with the organization active. `authenticatedAgoMs` ages the password. */
  async session(
    person: Person,
    organization: { readonly id: OrganizationId } = person.personal,
    authenticatedAgoMs = 0,
  ): Promise<Client> {
    const cookie = newLinkSecret();
    const now = this.#now();
    await this.instance.deps.store.transaction((tx) =>
      tx.insertSession({
        id: newId("session"),
        hash: hashSecret(cookie),
        userId: person.id,
        organizationId: organization.id,
        createdAt: now - authenticatedAgoMs,
        authenticatedAt: now - authenticatedAgoMs,
        expiresAt: now + 86_400_000,
        ip: null,
        userAgent: null,
      }),
    );
    return this.instance.client().withCookie(`mintmark_session=${cookie.expose()}`);
  }

  /** A token of the person in the organization. */
  async token(
    person: Person,
    organization: { readonly id: OrganizationId },
    overrides: Partial<Pick<NewToken, "name" | "permissions" | "createdAt" | "expiresAt" | "expiryNoticeAt">> = {},
  ): Promise<SeededCredential<NewToken["id"]>> {
    const secret = newSecret("mm", "pat");
    const id = newId("token");
    await this.instance.deps.store.transaction(async (tx) => {
      const membership = await tx.findMembership(organization.id, person.id);
      if (membership === null) throw new Error("the person is no member of the organization");
      await tx.insertToken({
        id,
        hash: hashSecret(secret),
        prefix: prefixOf(secret),
        name: uniqueName("token"),
        userId: person.id,
        organizationId: organization.id,
        membershipId: membership.id,
        permissions: null,
        createdAt: this.#now(),
        expiresAt: null,
        replaces: null,
        ...overrides,
      });
    });
    return { id, secret: secret.expose(), client: this.instance.client().withBearer(secret.expose()) };
  }

  /** An API key of the organization. */
  async apiKey(
    organization: { readonly id: OrganizationId },
    creator: Person,
    overrides: Partial<Pick<NewApiKey, "name" | "role" | "permissions" | "expiresAt">> = {},
  ): Promise<SeededCredential<NewApiKey["id"]>> {
    const secret = newSecret("mm", "api_key");
    const id = newId("apiKey");
    await this.instance.deps.store.transaction((tx) =>
      tx.insertApiKey({
        id,
        hash: hashSecret(secret),
        prefix: prefixOf(secret),
        name: uniqueName("key"),
        organizationId: organization.id,
        role: "admin",
        permissions: null,
        createdBy: creator.id,
        createdAt: this.#now(),
        expiresAt: null,
        ...overrides,
      }),
    );
    return { id, secret: secret.expose(), client: this.instance.client().withApiKey(secret.expose()) };
  }

  /** A registered service. */
  async service(creator: Person): Promise<SeededCredential<string>> {
    const secret = newSecret("mm", "service_key");
    const id = newId("service");
    await this.instance.deps.store.transaction((tx) =>
      tx.insertService({
        id,
        hash: hashSecret(secret),
        prefix: prefixOf(secret),
        name: uniqueName("service"),
        createdAt: this.#now(),
        createdBy: creator.id,
      }),
    );
    return { id, secret: secret.expose(), client: this.instance.client().withBearer(secret.expose()) };
  }
}
