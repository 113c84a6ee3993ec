// The tools of the demo's history: people who sign in, organizations and credentials under short names, and the
// server's use cases.
// Rule: every change goes through a use case, with the clock at the instant of the change. So the audit log agrees with
// the data, and the demo shows only what the product can do.
import { randomBytes } from "node:crypto";
import {
  type ApiKeyFacts,
  type ApiKeyId,
  DAY_MS,
  evaluate,
  type MembershipId,
  type OrganizationId,
  type Secret,
  type TokenFacts,
  type TokenId,
  type UserId,
} from "@mintmark/core";
import { isAddressIn } from "../network/client-address.ts";
import type { Deps, RequestOrigin, SessionActor } from "../use-cases/use-case.ts";
import { type SignedIn, startSession } from "../use-cases/session/session.ts";
import { noteExpiries } from "../use-cases/token/token.ts";
import { routeOf } from "../verify/request.ts";
import type { UseRecorder } from "../verify/use-recorder.ts";
import { CAST, type Place, type Who } from "./cast.ts";
import { Chance, type Timeline } from "./timeline.ts";

/** How long a person keeps their session before they sign in again. */
const SESSION_MS = 12 * 60_000;
/** Longer than it takes to sign in and mint, and about the delay after which Mintmark records an expiry. */
const NOTED_AFTER_MS = 3 * 60_000;

export type OrganizationKey = "northwind" | "harbor";

interface KeptCredential {
  readonly id: TokenId | ApiKeyId;
  readonly secret: Secret;
}

export class Stage {
  readonly deps: Deps;
  readonly timeline: Timeline;
  readonly chance = new Chance(2_042_026);
  /** A separate sequence, so that the choice of requests changes nothing else in the history. */
  readonly #requestChance = new Chance(17_042_026);
  readonly #uses: UseRecorder;
  readonly #users = new Map<Who, UserId>();
  readonly #organizations = new Map<OrganizationKey, OrganizationId>();
  readonly #credentials = new Map<string, KeptCredential>();
  #recording: Promise<void>[] = [];
  #day = 0;
  readonly #sessions = new Map<Who, { readonly actor: SessionActor; readonly since: number }>();

  constructor(parts: { readonly deps: Deps; readonly uses: UseRecorder; readonly timeline: Timeline }) {
    this.deps = parts.deps;
    this.#uses = parts.uses;
    this.timeline = parts.timeline;
  }

  /** Adds a scene to the history: the number of days before today, and a time of day in UTC. */
  on(daysAgo: number, time: string, scene: () => Promise<unknown>): void {
    this.timeline.add(this.timeline.instant(daysAgo, time), async () => {
      await this.settle();
      await scene();
    });
  }

  /** Records the expiry of a credential with this lifetime, if it lies in the past. */
  expireAfter(daysAgo: number, time: string, days: number | null | undefined): void {
    if (days === undefined || days === null) return;
    const expiresAt = this.timeline.instant(daysAgo, time) + days * DAY_MS;
    this.timeline.add(expiresAt + NOTED_AFTER_MS, () => noteExpiries(this.deps));
  }

  originOf({ ip, userAgent }: Place): RequestOrigin {
    return { ip, userAgent, requestId: randomBytes(16).toString("hex") };
  }

  /** Remembers a person who signed up and continues their session. */
  enter(who: Who, { actor }: SignedIn): SessionActor {
    this.#users.set(who, actor.user.id);
    return this.resume(who, actor);
  }

  /** Remembers a person's session for their next actions. */
  resume(who: Who, actor: SessionActor): SessionActor {
    this.#sessions.set(who, { actor, since: this.deps.clock() });
    return actor;
  }

  /** The person's current session. Signs in again when the last one is too old. */
  async browserOf(who: Who): Promise<SessionActor> {
    const session = this.#sessions.get(who);
    if (session !== undefined && this.deps.clock() - session.since < SESSION_MS) return session.actor;
    const { actor } = await this.deps.store.transaction(async (tx) => {
      const user = await tx.findUser(this.userId(who));
      if (user === null) throw new Error(`${who} has no account`);
      const entries = await tx.listOrganizationsOfUser(user.id);
      const home = entries.find(({ organization }) => organization.id === this.#organizations.get("northwind"));
      const [first] = entries;
      if (first === undefined) throw new Error(`${who} has no organization`);
      return startSession(tx, {
        user,
        organizationId: (home ?? first).organization.id,
        method: "password",
        origin: this.originOf(CAST[who].desk),
        at: this.deps.clock(),
      });
    });
    this.resume(who, actor);
    this.timeline.pass(this.chance.between(25, 90));
    return actor;
  }

  userId(who: Who): UserId {
    return found(this.#users, who);
  }

  nameOrganization(key: OrganizationKey, id: OrganizationId): void {
    this.#organizations.set(key, id);
  }

  organizationId(key: OrganizationKey): OrganizationId {
    return found(this.#organizations, key);
  }

  async personalOrganizationId(who: Who): Promise<OrganizationId> {
    const organization = await this.deps.store.reads.findPersonalOrganization(this.userId(who));
    if (organization === null) throw new Error(`${who} has no personal organization`);
    return organization.id;
  }

  async membershipId(key: OrganizationKey, who: Who): Promise<MembershipId> {
    const membership = await this.deps.store.reads.findMembership(this.organizationId(key), this.userId(who));
    if (membership === null) throw new Error(`${who} is not a member of ${key}`);
    return membership.id;
  }

  keepToken(label: string, id: TokenId, secret: Secret): void {
    this.#credentials.set(label, { id, secret });
  }

  keepApiKey(label: string, id: ApiKeyId, secret: Secret): void {
    this.#credentials.set(label, { id, secret });
  }

  tokenId(label: string): TokenId {
    return found(this.#credentials, label).id as TokenId;
  }

  apiKeyId(label: string): ApiKeyId {
    return found(this.#credentials, label).id as ApiKeyId;
  }

  secretOf(label: string): Secret {
    return found(this.#credentials, label).secret;
  }

  /** Verifies a credential several times in a row, seconds apart, each time for one of these requests. */
  async use(label: string, place: Place, times: number, requests: readonly string[]): Promise<void> {
    await this.#settleAtMidnight();
    const facts = await this.#factsOf(label);
    let now = this.deps.clock();
    for (let i = 0; i < times && now < this.timeline.end; i++) {
      const verdict = evaluate(facts, {
        catalogue: this.deps.catalogue,
        now,
        allowPersonal: this.deps.settings.allowPersonalTokens,
        isClientIn: (networks) => isAddressIn(place.ip, networks),
      });
      const [method, url] = this.#requestChance.pick(requests).split(" ");
      const client = { ip: place.ip, userAgent: place.userAgent, route: routeOf(method, url) };
      if (verdict.ok) this.#keep(this.#uses.recordUse(facts, client, now));
      else this.#uses.recordDenial(facts, verdict.code, client, now);
      now += this.chance.between(1, 12) * 1000;
    }
  }

  /**
   * Waits until all uses so far are written. The uses of one day are written together, which saves hundreds of commits.
   */
  async settle(): Promise<void> {
    const recording = this.#recording;
    this.#recording = [];
    await Promise.all(recording);
  }

  #keep(recording: Promise<void> | undefined): void {
    if (recording !== undefined) this.#recording.push(recording);
  }

  async #settleAtMidnight(): Promise<void> {
    const day = Math.floor(this.deps.clock() / DAY_MS);
    if (day !== this.#day) await this.settle();
    this.#day = day;
  }

  async #factsOf(label: string): Promise<TokenFacts | ApiKeyFacts> {
    const { id } = found(this.#credentials, label);
    const { reads } = this.deps.store;
    const facts = (await reads.findToken(id as TokenId)) ?? (await reads.findApiKey(id as ApiKeyId));
    if (facts === null) throw new Error(`there is no credential ${label}`);
    return facts;
  }
}

function found<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the history uses ${String(key)} before it exists`);
  return value;
}
