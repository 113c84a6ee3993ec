// People, organizations and credentials for tests, written straight through the store's verbs: fast, and
// independent of the use cases under test. Passwords of seeded people are not usable (no argon2 per test);
// a test about passwords signs up through the API.
import type {
  HandOffId,
  ManagementKeyId,
  MembershipId,
  OrganizationId,
  ServiceId,
  ServiceKeyId,
  UserId,
} from "@mintmark/core";
import { DEFAULT_SOURCE, HAND_OFF_LINK_MS, MANAGEMENT_SCOPES, prefixOf } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret, newSecret } from "../../src/secrets/generate.ts";
import type { External, NewApiKey, NewHandOff, NewManagementKey, NewToken } from "../../src/store/store.ts";
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

function externalOf(id: string | External | undefined): { readonly external?: External } {
  if (id === undefined) return {};
  return { external: typeof id === "string" ? { source: DEFAULT_SOURCE, id } : id };
}

interface SeededHandOff {
  readonly id: HandOffId;
  readonly code: string;
  readonly membershipId: MembershipId;
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
    options: {
      readonly instanceAdmin?: boolean;
      readonly passwordHash?: string;
      /** The id by which the host knows the person. */
      readonly externalId?: string | External;
    } = {},
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
        ...externalOf(options.externalId),
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
  async organization(
    owner: Person,
    name = uniqueName("org"),
    externalId?: string | External,
  ): Promise<SeededOrganization> {
    const id = newId("organization");
    await this.instance.deps.store.transaction(async (tx) => {
      await tx.insertOrganization({ id, name, personalOf: null, createdAt: this.#now(), ...externalOf(externalId) });
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

  /** A hand-off of the person in the organization, made by no host in particular, and the code of its link. */
  async handOff(
    person: Person,
    organization: { readonly id: OrganizationId },
    overrides: Partial<Omit<NewHandOff, "id" | "codeHash">> = {},
  ): Promise<SeededHandOff> {
    const code = newLinkSecret();
    const id = newId("handOff");
    const createdAt = this.#now();
    const membershipId = await this.#membershipId(person, organization);
    await this.instance.deps.store.transaction((tx) =>
      tx.insertHandOff({
        id,
        codeHash: hashSecret(code),
        madeBy: newId("managementKey"),
        userId: person.id,
        membershipId,
        organizationId: organization.id,
        page: "tokens",
        returnTo: null,
        returnUrl: null,
        authenticatedAt: createdAt,
        createdAt,
        expiresAt: createdAt + HAND_OFF_LINK_MS,
        ...overrides,
      }),
    );
    return { id, code: code.expose(), membershipId };
  }

  /** A browser with the session of a hand-off. */
  async handedOff(
    person: Person,
    organization: { readonly id: OrganizationId },
    overrides: Partial<Omit<NewHandOff, "id" | "codeHash">> = {},
  ): Promise<SeededHandOff & { readonly client: Client }> {
    const handOff = await this.handOff(person, organization, overrides);
    const reply = await this.instance.client().post("/api/hand-offs/redeem", { code: handOff.code });
    const cookie = reply.headers.getSetCookie()[0]?.split(";")[0];
    if (cookie === undefined) throw new Error(`the hand-off was refused: ${JSON.stringify(reply.body)}`);
    return { ...handOff, client: this.instance.client().withCookie(cookie) };
  }

  /** The token of a framed page with the session of a hand-off. */
  async pageToken(person: Person, organization: { readonly id: OrganizationId }): Promise<string> {
    const { code } = await this.handOff(person, organization);
    const { body } = await this.instance.client().post("/api/hand-offs/redeem", { code, as: "page-token" });
    return body.pageToken;
  }

  async #membershipId(person: Person, organization: { readonly id: OrganizationId }): Promise<MembershipId> {
    const membership = await this.instance.deps.store.reads.findMembership(organization.id, person.id);
    if (membership === null) throw new Error("the person is no member of the organization");
    return membership.id;
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
  async service(
    creator: Person,
    { expiresAt = null }: { readonly expiresAt?: number | null } = {},
  ): Promise<SeededCredential<ServiceId> & { readonly keyId: ServiceKeyId }> {
    const secret = newSecret("mm", "service_key");
    const [id, keyId] = [newId("service"), newId("serviceKey")];
    await this.instance.deps.store.transaction((tx) =>
      tx.insertService({
        id,
        name: uniqueName("service"),
        key: {
          id: keyId,
          hash: hashSecret(secret),
          prefix: prefixOf(secret),
          createdAt: this.#now(),
          createdBy: creator.id,
          expiresAt,
        },
      }),
    );
    return { id, keyId, secret: secret.expose(), client: this.instance.client().withBearer(secret.expose()) };
  }

  /** A management key, by default with every scope and for any network. */
  async managementKey(overrides: Partial<NewManagementKey> = {}): Promise<SeededCredential<ManagementKeyId>> {
    const secret = newSecret("mm", "management_key");
    const id = newId("managementKey");
    await this.instance.deps.store.transaction((tx) =>
      tx.insertManagementKey({
        id,
        hash: hashSecret(secret),
        prefix: prefixOf(secret),
        name: uniqueName("management-key"),
        source: DEFAULT_SOURCE,
        scopes: MANAGEMENT_SCOPES,
        networks: [],
        isDeclared: false,
        createdAt: this.#now(),
        createdBy: { kind: "system", id: "test", name: "Test" },
        expiresAt: null,
        ...overrides,
      }),
    );
    return { id, secret: secret.expose(), client: this.instance.client().withBearer(secret.expose()) };
  }
}
