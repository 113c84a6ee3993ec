// Adds to the directory: new users, organizations and members, many in one transaction. It also recognizes changes that
// change nothing, and those that come too late. So an import, and a repeated synchronisation, take few round trips.
// Deliberately absent: changes of what is there. Each of them is a transaction (user.ts, organization.ts, member.ts). And
// personal organizations: the host's people work in the host's organizations, and a token elsewhere would be none of its.
import { emailKey, type OrganizationId, parseEmail, type UserId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import { newId } from "../../secrets/generate.ts";
import type {
  AuditEventRecord,
  DirectoryVersion,
  MembershipRecord,
  NewMembership,
  NewOrganization,
  NewUser,
  OrganizationRecord,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import { requireLiveManagementKey } from "../authority.ts";
import { actorRef, eventBy, type ManagementActor, type Receipt, receiptAt, Refusal } from "../use-case.ts";
import {
  type Applied,
  type DirectoryChange,
  type DirectoryDeps,
  externalIdOf,
  floorKeysOf,
  isLateEnd,
  isStale,
  keyOf,
  type MemberChange,
  type OrganizationChange,
  SeenVersions,
  tooLate,
  unchanged,
  type UserChange,
  type UserFacts,
  versionAfter,
} from "./change.ts";
import { isAsStated, usableFacts, usableName } from "./facts.ts";

/** How many changes one transaction makes at most. */
export const CHANGES_AT_ONCE = 500;

/**
 * Applies the first changes that only add something, change nothing or come too late, and returns their results: none
 * when the first one changes or ends what is there. All of them are one transaction. A change that is refused has no
 * effect, and the next ones go on. Throws a `Conflict` when another transaction added the same meanwhile.
 */
export function addFirst(
  deps: DirectoryDeps,
  actor: ManagementActor,
  changes: readonly DirectoryChange[],
): Promise<readonly (Applied | Refusal)[]> {
  return deps.store.transaction(async (tx) => {
    const adding = await Adding.begin(deps, tx, actor, changes);
    await requireLiveManagementKey(deps, tx, actor);
    const results: (Applied | Refusal)[] = [];
    for (const change of changes) {
      const result = adding.take(change);
      if (result === null) break;
      results.push(result);
    }
    await adding.write();
    return results;
  });
}

/** The things that the changes name, as they are now, and with those that earlier changes of the transaction added. */
class Adding {
  readonly #deps: DirectoryDeps;
  readonly #tx: Transaction;
  readonly #actor: ManagementActor;
  readonly #at: number;
  readonly #receipt: Receipt;
  readonly #seen: SeenVersions;
  readonly #versions: DirectoryVersion[] = [];
  readonly #users = new Map<string, UserRecord | NewUser>();
  readonly #organizations = new Map<string, OrganizationRecord | NewOrganization>();
  readonly #memberships = new Map<string, MembershipRecord | NewMembership>();
  readonly #addresses: Set<string>;
  /** How many organizations a user is in, and how many members an organization has. */
  readonly #counts = new Map<UserId | OrganizationId, number>();
  readonly #newUsers: NewUser[] = [];
  readonly #newOrganizations: NewOrganization[] = [];
  readonly #newMemberships: NewMembership[] = [];
  readonly #events: AuditEventRecord[] = [];

  private constructor(
    deps: DirectoryDeps,
    tx: Transaction,
    actor: ManagementActor,
    found: { readonly seen: SeenVersions; readonly addresses: readonly string[]; readonly receipt: Receipt },
  ) {
    this.#deps = deps;
    this.#tx = tx;
    this.#actor = actor;
    this.#receipt = found.receipt;
    this.#at = found.receipt.at;
    this.#seen = found.seen;
    this.#addresses = new Set(found.addresses);
  }

  /**
   * Locks the organizations and the users that somebody may join, and then the versions, and reads everything else. A
   * removed user or organization is not among them any more.
   */
  static async begin(
    deps: DirectoryDeps,
    tx: Transaction,
    actor: ManagementActor,
    changes: readonly DirectoryChange[],
  ): Promise<Adding> {
    const { source } = actor.key;
    const members = changes.filter((change): change is MemberChange => change.kind === "member");
    const named = (part: "user" | "organization"): string[] => [...new Set(members.map((change) => change[part]))];
    const [joined, joiners] = [
      await tx.findOrganizationsByExternalIds(source, named("organization")),
      await tx.findUsersByExternalIds(source, named("user")),
    ];
    const organizations = await tx.lockOrganizations(joined.map(({ id }) => id));
    const users = await tx.lockUsers(joiners.map(({ id }) => id));
    const versioned = changes.filter(({ version }) => version !== null);
    const own = await tx.lockDirectoryVersions(source, versioned.map(keyOf), deps.clock());
    const floors = await tx.findDirectoryVersions(source, versioned.flatMap(floorKeysOf));
    const stated = changes.filter((change): change is UserChange => change.kind === "user");
    const keys = stated.flatMap(({ facts }) => emailKey(parseEmail(facts?.email ?? "") ?? ""));
    const addresses = await tx.findAddressesInUse([...new Set(keys)]);
    // A change that repeats an earlier one waits for that one too.
    const receipt = await receiptAt(tx, deps.clock());
    const adding = new Adding(deps, tx, actor, { seen: new SeenVersions([...floors, ...own]), addresses, receipt });
    const others = changes.flatMap((change) => (change.kind === "organization" ? [change.organization] : []));
    adding.#know(
      [
        ...(await tx.findUsersByExternalIds(
          source,
          stated.map(({ user }) => user),
        )),
        ...users,
      ],
      [...(await tx.findOrganizationsByExternalIds(source, others)), ...organizations],
    );
    await adding.#readMemberships(members);
    return adding;
  }

  #know(users: readonly UserRecord[], organizations: readonly OrganizationRecord[]): void {
    for (const user of users) if (user.deletedAt === null) this.#users.set(user.externalId ?? "", user);
    for (const organization of organizations)
      if (organization.deletedAt === null) this.#organizations.set(organization.externalId ?? "", organization);
  }

  async #readMemberships(members: readonly MemberChange[]): Promise<void> {
    const pairs = members.flatMap((change) => {
      const [organization, user] = [this.#organizations.get(change.organization), this.#users.get(change.user)];
      return organization === undefined || user === undefined
        ? []
        : [{ organizationId: organization.id, userId: user.id }];
    });
    for (const membership of await this.#tx.findMemberships(pairs))
      this.#memberships.set(pairText(membership), membership);
    const userIds = [...new Set(pairs.map(({ userId }) => userId))];
    for (const [id, count] of await this.#tx.countOrganizationsOfUsers(userIds)) this.#counts.set(id, count);
    for (const id of new Set(pairs.map(({ organizationId }) => organizationId)))
      this.#counts.set(id, await this.#tx.countToward("membersOfOrganization", id, this.#at));
  }

  /** Returns the result, or `null` when the change needs its own transaction. Adds nothing when it refuses. */
  take(change: DirectoryChange): Applied | Refusal | null {
    try {
      const id = this.#idOf(change);
      const isEnd = isLateEnd(change, this.#seen) && id !== null;
      if (isStale(change, this.#seen)) {
        if (isEnd) return null;
        this.#remember(change);
        return tooLate(change, id);
      }
      const result = change.facts === null ? this.#takeDeletion(change, id) : this.#takeFacts(change);
      if (result !== null) this.#remember(change);
      return result;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  #takeDeletion(change: DirectoryChange, id: string | null): Applied | null {
    return id === null ? unchanged(change, null) : null;
  }

  #takeFacts(change: DirectoryChange): Applied | null {
    switch (change.kind) {
      case "user":
        return this.#takeUser(change, usableFacts(change.facts as UserFacts));
      case "organization":
        return this.#takeOrganization(change, usableName(change.facts?.name ?? ""));
      case "member":
        return this.#takeMember(change);
    }
  }

  #takeUser(change: UserChange, facts: UserFacts): Applied | null {
    const known = this.#users.get(change.user);
    if (known !== undefined) return isAsStated(known, facts) ? unchanged(change, known.id) : null;
    const key = emailKey(facts.email);
    if (this.#addresses.has(key)) return null;
    this.#addresses.add(key);
    const user: NewUser = {
      id: newId("user"),
      name: facts.name,
      email: facts.email,
      passwordHash: null,
      createdAt: this.#at,
      instanceAdminAt: null,
      external: { source: this.#actor.key.source, id: change.user },
      emailVouchedAt: facts.emailVerified ? this.#at : null,
      hostSuspension: this.#holdOf(facts),
    };
    this.#users.set(change.user, user);
    this.#newUsers.push(user);
    const { source } = this.#actor.key;
    const { email, emailVerified, suspended } = facts;
    this.#record(
      "user.created",
      null,
      { kind: "user", id: user.id, name: user.name },
      {
        email,
        emailVerified: emailVerified ?? false,
        suspended: suspended ?? false,
        instanceAdmin: false,
        source,
        externalId: change.user,
      },
    );
    return this.#added(change, user.id);
  }

  #takeOrganization(change: OrganizationChange, name: string): Applied | null {
    const known = this.#organizations.get(change.organization);
    if (known !== undefined) return known.name === name ? unchanged(change, known.id) : null;
    const { source } = this.#actor.key;
    const organization: NewOrganization = {
      id: newId("organization"),
      name,
      personalOf: null,
      createdAt: this.#at,
      external: { source, id: change.organization },
    };
    this.#organizations.set(change.organization, organization);
    this.#newOrganizations.push(organization);
    this.#counts.set(organization.id, 0);
    const { id } = organization;
    const details = { personal: false, source, externalId: change.organization };
    this.#record("organization.created", id, { kind: "organization", id, name }, details);
    return this.#added(change, id);
  }

  #takeMember(change: MemberChange): Applied | null {
    const [organization, user] = [this.#organizations.get(change.organization), this.#users.get(change.user)];
    const { facts } = change;
    if (organization === undefined || user === undefined || facts === null) return null;
    const pair = { organizationId: organization.id, userId: user.id };
    const known = this.#memberships.get(pairText(pair));
    if (known !== undefined) return isAsStated(known, facts) ? unchanged(change, known.id) : null;
    if (!this.#deps.catalogue.roles.has(facts.role) || !this.#hasRoom(pair)) return null;
    const membership: NewMembership = {
      id: newId("membership"),
      ...pair,
      role: facts.role,
      joinedAt: this.#at,
      hostSuspension: this.#holdOf(facts),
    };
    this.#memberships.set(pairText(pair), membership);
    this.#newMemberships.push(membership);
    for (const id of [pair.organizationId, pair.userId]) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    const details = { role: facts.role, suspended: facts.suspended ?? false, user: user.id };
    this.#record("member.joined", organization.id, { kind: "membership", id: membership.id, name: user.name }, details);
    return this.#added(change, membership.id);
  }

  #hasRoom({ organizationId, userId }: { readonly organizationId: OrganizationId; readonly userId: UserId }): boolean {
    const { membersOfOrganization, organizationsOfPerson } = this.#deps.settings.bounds;
    const count = (id: UserId | OrganizationId): number => this.#counts.get(id) ?? 0;
    return count(organizationId) < membersOfOrganization && count(userId) < organizationsOfPerson;
  }

  #idOf(change: DirectoryChange): string | null {
    if (change.kind === "user") return this.#users.get(change.user)?.id ?? null;
    const organization = this.#organizations.get(change.organization);
    if (change.kind === "organization" || organization === undefined) return organization?.id ?? null;
    const user = this.#users.get(change.user);
    if (user === undefined) return null;
    return this.#memberships.get(pairText({ organizationId: organization.id, userId: user.id }))?.id ?? null;
  }

  #holdOf({ suspended }: { readonly suspended: boolean | null }): { readonly at: number; readonly by: string } | null {
    return suspended === true ? { at: this.#at, by: actorRef(this.#actor).id } : null;
  }

  #added(change: DirectoryChange, id: string): Applied {
    return { changed: true, id, externalId: externalIdOf(change), stale: false, receipt: this.#receipt };
  }

  #remember(change: DirectoryChange): void {
    const version = versionAfter(change, this.#seen);
    if (version === null) return;
    this.#seen.set(version);
    this.#versions.push(version);
  }

  #record(
    action: AuditEventRecord["action"],
    organizationId: OrganizationId | null,
    target: NonNullable<AuditEventRecord["target"]>,
    details: Readonly<Record<string, unknown>>,
  ): void {
    this.#events.push(eventBy(this.#actor, { at: this.#at, organizationId, action, target, details }));
  }

  async write(): Promise<void> {
    const tx = this.#tx;
    await tx.insertUsers(this.#newUsers);
    // An SQLite statement blocks the event loop, so answer verifications between two of them.
    await nextTurn();
    await tx.insertOrganizations(this.#newOrganizations);
    await tx.insertMemberships(this.#newMemberships);
    await nextTurn();
    await tx.insertAuditEvents(this.#events);
    await nextTurn();
    await tx.saveDirectoryVersions(this.#actor.key.source, this.#versions, this.#at);
  }
}

function pairText(pair: { readonly organizationId: OrganizationId; readonly userId: UserId }): string {
  return `${pair.organizationId}/${pair.userId}`;
}
