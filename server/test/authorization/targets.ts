// The targets of the matrix: in each collection of the API one thing that the caller may reach, and one that exists and
// belongs to somebody else.
import { DEFAULT_SOURCE } from "@mintmark/core";
import { newId } from "../../src/secrets/generate.ts";
import { issueUnsubscribeLink } from "../../src/use-cases/notice/notice.ts";
import { requestLogin } from "../../src/use-cases/device/login.ts";
import { newEmail } from "../../src/use-cases/mail/outbox.ts";
import { issueEmailLink } from "../../src/use-cases/account/email-link.ts";
import { invite, originAt, personWithPassword } from "../support/accounts.ts";
import { uniqueName } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import type { Cast, MatrixActor } from "./actors.ts";
import type { Target } from "./expectation.ts";

/** One person's things in one organization, by the collection in whose path they are named. */
type Things = Readonly<Record<string, string>>;

/** The things that bodies of requests name. */
export interface Belongings {
  readonly person: Person;
  readonly things: Things;
  /** The secret of the token among the things. */
  readonly secret: string;
  /** A token that was revoked. */
  readonly revokedToken: string;
  /**
   * The secret after `#token=` in the link of an invitation to this person, and of an email that asks to confirm the
   * address.
   */
  readonly invitation: string;
  readonly confirmation: string;
}

/** The owner of the things in a path. */
export type Area = "organization" | "instance" | "self" | "host";

/** A source that no key of the matrix keeps. */
const OTHER_SOURCE = "idp";

const UNKNOWN = "none_00000000000000000000000000000000";

export class Targets {
  readonly #cast: Cast;
  readonly #own = new Map<string, Belongings>();
  readonly #bystander: Belongings;
  readonly #stranger: Belongings;
  /** Someone without an account, invited to the organization. */
  readonly guest: { readonly email: string; readonly invitation: string };
  /** The code of a login from a terminal that nobody has opened. */
  readonly userCode: string;
  /** The code of a hand-off of the bystander. */
  readonly handOffCode: string;

  private constructor(
    cast: Cast,
    bystander: Belongings,
    stranger: Belongings,
    { guest, userCode, handOffCode }: Pick<Targets, "guest" | "userCode" | "handOffCode">,
  ) {
    this.#cast = cast;
    this.#bystander = bystander;
    this.#stranger = stranger;
    this.guest = guest;
    this.userCode = userCode;
    this.handOffCode = handOffCode;
  }

  static async place(cast: Cast): Promise<Targets> {
    const { seed, organization, other, owner, outsider, actors } = cast;
    const inviter = await seed.person("inviter");
    const third = await seed.organization(inviter, "Third");
    await placeExternal(seed);
    const belongings = async (person: Person, where: SeededOrganization, boss: Person): Promise<Belongings> => {
      const { token: invitation } = await invite(seed.instance, third, inviter, { email: person.email });
      return placeBelongings(cast, person, where, boss, invitation);
    };
    const bystander = await personWithPassword(seed, "bystander");
    const stranger = await personWithPassword(seed, "stranger");
    await seed.member(organization, bystander, "viewer");
    await seed.member(other, stranger, "viewer");
    const email = "guest@example.com";
    const { userCode } = await requestLogin(seed.instance.deps, {}, originAt(null));
    const targets = new Targets(
      cast,
      await belongings(bystander, organization, owner),
      await belongings(stranger, other, outsider),
      {
        guest: {
          email,
          invitation: (await invite(seed.instance, organization, owner, { email, role: "viewer" })).token,
        },
        userCode: userCode.expose(),
        handOffCode: (await seed.handOff(bystander, organization, { expiresAt: Date.UTC(2100, 0) })).code,
      },
    );
    for (const source of [DEFAULT_SOURCE, OTHER_SOURCE]) await placeDirectory(cast, source);
    for (const { person, organization: where } of actors) {
      if (person === null || where === null || targets.#own.has(person.id)) continue;
      targets.#own.set(person.id, await belongings(person, where, person));
    }
    return targets;
  }

  /** The things of the actor, or of a bystander where the actor has none. */
  of(actor: MatrixActor): Belongings {
    return (actor.person === null ? undefined : this.#own.get(actor.person.id)) ?? this.#bystander;
  }

  get bystander(): Belongings {
    return this.#bystander;
  }

  /** The id that follows this collection in a path. */
  idIn(collection: string, area: Area, actor: MatrixActor, target: Target): string {
    if (!(collection in this.#bystander.things))
      throw new Error(`Nothing of the matrix lies in /${collection}/. Name one in targets.ts.`);
    // A path names a member by the user.
    if (area === "host") {
      const source = target === "own" ? DEFAULT_SOURCE : OTHER_SOURCE;
      return `${source}-${collection === "members" ? "users" : collection}`;
    }
    if (area === "organization") {
      if (collection === "organizations") return this.#cast.organization.id;
      return (target === "own" ? this.#bystander : this.#stranger).things[collection] as string;
    }
    if (area === "instance") return target === "own" ? (this.#bystander.things[collection] as string) : UNKNOWN;
    return (target === "own" ? this.of(actor) : this.#bystander).things[collection] as string;
  }
}

/** A member whom the host knows, with these ids. */
export const EXTERNAL = { user: "user-of-host", organization: "organization-of-host" } as const;

async function placeExternal(seed: Cast["seed"]): Promise<void> {
  const person = await seed.person("external", { externalId: EXTERNAL.user });
  await seed.organization(person, "External", EXTERNAL.organization);
}

/** A user, an organization and their membership, as a source keeps them. */
async function placeDirectory({ seed }: Cast, source: string): Promise<void> {
  const at = seed.instance.deps.clock();
  const [userId, organizationId] = [newId("user"), newId("organization")];
  const name = uniqueName(source);
  const user = { id: userId, name, email: `${name}@example.com`, passwordHash: null, instanceAdminAt: null };
  await seed.instance.deps.store.transaction(async (tx) => {
    await tx.insertUser({ ...user, createdAt: at, external: { source, id: `${source}-users` } });
    await tx.insertOrganization({ id: newId("organization"), name, personalOf: userId, createdAt: at });
    const external = { source, id: `${source}-organizations` };
    await tx.insertOrganization({ id: organizationId, name, personalOf: null, createdAt: at, external });
    await tx.insertMembership({ id: newId("membership"), organizationId, userId, role: "viewer", joinedAt: at });
  });
}

async function placeBelongings(
  { seed }: Cast,
  person: Person,
  where: SeededOrganization,
  boss: Person,
  invitation: string,
): Promise<Belongings> {
  const { reads } = seed.instance.deps.store;
  const token = await seed.token(person, where);
  const revoked = await seed.token(person, where);
  const by = { kind: "user", id: person.id, name: person.name } as const;
  const at = seed.instance.deps.clock();
  await seed.instance.deps.store.transaction((tx) => tx.revokeToken(revoked.id, { at, by, reason: "self" }));
  await seed.session(person, where);
  const [session] = await reads.listSessions(person.id, at);
  const membership = await reads.findMembership(where.id, person.id);
  const email = `${uniqueName("invited")}@example.com`;
  const notice = newId("notice");
  const test = newId("email");
  const unsubscribe = await seed.instance.deps.store.transaction((tx) =>
    issueUnsubscribeLink(tx, { userId: person.id, kind: "token.minted" }, at),
  );
  const confirmation = await seed.instance.deps.store.transaction(async (tx) => {
    const about = { userId: person.id, organizationId: where.id, token: null, details: {} };
    await tx.insertNotices([{ ...about, id: notice, kind: "token.minted", at }]);
    await tx.insertEmails([{ ...newEmail({ kind: "test", recipient: person.email }, at), id: test }]);
    return issueEmailLink(tx, "verify_email", person, at);
  });
  const service = await seed.service(person);
  const things: Things = {
    organizations: where.id,
    members: membership?.id ?? UNKNOWN,
    invitations: (await invite(seed.instance, where, boss, { email, role: "viewer" })).id,
    "api-keys": (await seed.apiKey(where, boss, { role: "viewer" })).id,
    "personal-access-tokens": token.id,
    sessions: session?.id ?? newId("session"),
    users: person.id,
    services: service.id,
    keys: service.keyId,
    "management-keys": (await seed.managementKey()).id,
    ...(await placeWebhook(seed, person, at)),
    notices: notice,
    tests: test,
    unsubscribe: unsubscribe?.expose() ?? UNKNOWN,
    "hand-offs": (await seed.handOff(person, where, { madeBy: (await seed.managementKey()).id })).id,
    calendar: `${"0".repeat(64)}.ics`,
    "offboarding-receipts": boss === person ? UNKNOWN : await suspendOnce(seed, boss, where, membership?.id),
  };
  return {
    person,
    things,
    secret: token.secret,
    revokedToken: revoked.id,
    invitation,
    confirmation: confirmation.expose(),
  };
}

/** A webhook that no event of the matrix is sent to, with a delivery that has ended. */
async function placeWebhook(seed: Cast["seed"], { id: userId, name }: Person, at: number): Promise<Things> {
  const [id, delivery] = [newId("webhook"), newId("webhookDelivery")];
  const createdBy = { id: userId, name };
  const content = { url: "https://localhost/", description: "", eventTypes: ["instance.restored"] };
  await seed.instance.deps.store.transaction(async (tx) => {
    await tx.insertWebhook({ ...content, id, createdAt: at, createdBy, secret: new Uint8Array(32) });
    const eventId = newId("auditEvent");
    await tx.insertDeliveries([{ id: delivery, webhookId: id, eventId, type: "instance.restored", at, giveUpAt: at }]);
    const ended = { at, responseStatus: 200, latencyMs: 1, error: null, next: "delivered" } as const;
    await tx.recordAttempt({ id: delivery, attempts: 0 }, ended);
  });
  return { webhooks: id, deliveries: delivery };
}

/** Suspends a member for a moment. Returns the event from which the receipt is made. */
async function suspendOnce(
  seed: Cast["seed"],
  boss: Person,
  { id }: SeededOrganization,
  membershipId = UNKNOWN,
): Promise<string> {
  const session = await seed.session(boss, { id });
  const path = `/api/organizations/${id}/members/${membershipId}`;
  await session.post(`${path}/suspend`);
  await session.post(`${path}/reinstate`);
  const { body } = await session.get(`/api/organizations/${id}/audit-events?action=member.suspended`);
  return body.items[0].id;
}
