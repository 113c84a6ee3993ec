// The directory that the host keeps: users, organizations and members by its own ids. This file says what a change is, and
// which changes come too late.
// Rule: a change states the whole of a thing, or that it is gone. The same change twice changes and records nothing. With
// versions, changes that arrive in any order, and any number of times, end in one state: the newest version wins, and of
// two with one version the deletion. A host without versions sends its changes in order.
// Rule: the host keeps what has an id of its source. It never changes an instance admin, and no account of another source.
import type { OrganizationId, UserId } from "@mintmark/core";
import type { DirectoryKey, DirectoryVersion } from "../../store/store.ts";
import type { OffboardingReceipt } from "../member/offboarding.ts";
import { type Deps, type Receipt, Refusal } from "../use-case.ts";

export type DirectoryDeps = Pick<Deps, "store" | "catalogue" | "clock" | "settings" | "mailer">;

export interface UserFacts {
  readonly name: string;
  readonly email: string;
  /** Whether the host has proved the address. It is believed. `null` leaves it as it is. */
  readonly emailVerified: boolean | null;
  /** `null` leaves it as it is. */
  readonly suspended: boolean | null;
}

interface OrganizationFacts {
  readonly name: string;
}

export interface MemberFacts {
  readonly role: string;
  /** `null` leaves it as it is. */
  readonly suspended: boolean | null;
}

interface Versioned {
  /** `null`: the change was sent in order. */
  readonly version: number | null;
}

export interface UserChange extends Versioned {
  readonly kind: "user";
  readonly user: string;
  /** `null`: there is no such user any more. */
  readonly facts: UserFacts | null;
}

export interface OrganizationChange extends Versioned {
  readonly kind: "organization";
  readonly organization: string;
  readonly facts: OrganizationFacts | null;
}

export interface MemberChange extends Versioned {
  readonly kind: "member";
  readonly organization: string;
  readonly user: string;
  readonly facts: MemberFacts | null;
}

/** One thing in the directory as the host has it now. Users and organizations are named by external id. */
export type DirectoryChange = UserChange | OrganizationChange | MemberChange;

/** The result of a change. */
export interface Applied {
  readonly changed: boolean;
  /** Our id of the user, the organization or the membership; `null` when there is none. */
  readonly id: string | null;
  readonly externalId: string;
  /** A newer version was there before, so nothing was changed. */
  readonly stale: boolean;
  /** With a change: when this is sent, the change is in force everywhere. */
  readonly receipt: Receipt | OffboardingReceipt | null;
}

export function keyOf(change: DirectoryChange): DirectoryKey {
  const { kind } = change;
  return kind === "user"
    ? userKey(change.user)
    : kind === "organization"
      ? organizationKey(change.organization)
      : { kind, externalId: change.organization, memberExternalId: change.user };
}

function userKey(externalId: string): DirectoryKey {
  return { kind: "user", externalId, memberExternalId: "" };
}

function organizationKey(externalId: string): DirectoryKey {
  return { kind: "organization", externalId, memberExternalId: "" };
}

/** The list of all members of an organization. */
export function membersKey(externalId: string): DirectoryKey {
  return { kind: "members", externalId, memberExternalId: "" };
}

/** The last part of the key by which the host names the thing. */
export function externalIdOf(change: DirectoryChange): string {
  return change.kind === "organization" ? change.organization : change.user;
}

/** The newest versions that were seen of some things. */
export class SeenVersions {
  readonly #seen = new Map<string, DirectoryVersion>();

  constructor(versions: readonly DirectoryVersion[]) {
    for (const version of versions) this.set(version);
  }

  get(key: DirectoryKey): DirectoryVersion | null {
    return this.#seen.get(textOf(key)) ?? null;
  }

  set(version: DirectoryVersion): void {
    this.#seen.set(textOf(version), version);
  }
}

function textOf({ kind, externalId, memberExternalId }: DirectoryKey): string {
  return JSON.stringify([kind, externalId, memberExternalId]);
}

/**
 * Whether a newer change was seen. A member also ends with its user and its organization, and with a list of members
 * that leaves them out: what is not newer than these is too late.
 */
export function isStale(change: DirectoryChange, seen: SeenVersions): boolean {
  const { version } = change;
  if (version === null) return false;
  const own = seen.get(keyOf(change));
  if (own !== null && version < own.version) return true;
  if (change.facts === null) return false;
  if (own !== null && own.deletedVersion !== null && version <= own.deletedVersion) return true;
  return change.kind === "member" && isBehindOthers(change, version, seen);
}

function isBehindOthers({ organization, user }: MemberChange, version: number, seen: SeenVersions): boolean {
  const ends = [organizationKey(organization), userKey(user)].map((key) => seen.get(key)?.deletedVersion ?? null);
  if (ends.some((end) => end !== null && version <= end)) return true;
  const list = seen.get(membersKey(organization));
  return list !== null && version < list.version;
}

/**
 * Whether a late deletion of a user or an organization still ends something: memberships that are older than it, of a
 * user or an organization that came back since.
 */
export function isLateEnd(change: DirectoryChange, seen: SeenVersions): boolean {
  const { kind, version, facts } = change;
  if (facts !== null || version === null || kind === "member") return false;
  return version > (seen.get(keyOf(change))?.deletedVersion ?? Number.NEGATIVE_INFINITY);
}

/** The version to store after this change; `null` when it has none. */
export function versionAfter(change: DirectoryChange, seen: SeenVersions): DirectoryVersion | null {
  const { version, facts } = change;
  if (version === null) return null;
  const own = seen.get(keyOf(change));
  const deletedVersion = own?.deletedVersion ?? null;
  return {
    ...keyOf(change),
    version: Math.max(own?.version ?? version, version),
    deletedVersion: facts === null ? Math.max(deletedVersion ?? version, version) : deletedVersion,
  };
}

/** Every key whose version decides about the change, besides its own. */
export function floorKeysOf(change: DirectoryChange): readonly DirectoryKey[] {
  return change.kind !== "member" || change.version === null
    ? []
    : [organizationKey(change.organization), userKey(change.user), membersKey(change.organization)];
}

export function unchanged(change: DirectoryChange, id: UserId | OrganizationId | string | null): Applied {
  return { changed: false, id, externalId: externalIdOf(change), stale: false, receipt: null };
}

export function tooLate(change: DirectoryChange, id: string | null): Applied {
  return { ...unchanged(change, id), stale: true };
}

export function externalIdUnknown(kind: "user" | "organization", externalId: string): Refusal {
  const message = `There is no ${kind} with the external id "${externalId}".`;
  return new Refusal("external_id_unknown", `${message} Send the ${kind} first, then repeat this change.`, {
    errors: [{ field: kind, message }],
  });
}
