// Makes and ends the links of hand-offs, for the host.
// Rule: a link is for one active member, never for an instance admin, and only the hash of its code is stored. It leads to a
// page of this app from a closed list, and back to a page of an origin that the operator named.
import {
  HAND_OFF_LINK_MS,
  type HandOffId,
  handOffPath,
  type HandOffPage,
  hostAddress,
  type Secret,
} from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import type { MembershipRecord, NewHandOff, Transaction, UserRecord } from "../../store/store.ts";
import { requireLiveManagementKey } from "../authority.ts";
import { applyChanges } from "../directory/apply.ts";
import { type DirectoryChange, type DirectoryDeps, externalIdUnknown } from "../directory/change.ts";
import { limitHost } from "../limits/limits.ts";
import { type Deps, eventBy, type ManagementActor, notFound, type Receipt, receiptAt, Refusal } from "../use-case.ts";

/** How many links of one person may wait at once. Beyond that, the oldest end. */
const LINKS_OF_PERSON = 20;
/** The clock of the host may be ahead by this much. */
const CLOCK_LENIENCE_MS = 60_000;

interface HandOffUser {
  readonly externalId: string;
  readonly name: string;
  readonly email: string;
  /** Without it, an address keeps the proof that it has. */
  readonly emailVerified?: boolean | undefined;
}

interface HandOffOrganization {
  readonly externalId: string;
  readonly name: string;
}

export interface HandOffInput {
  /** An external id of the source of the key, or the user as the host knows them, who is created or updated. */
  readonly user: string | HandOffUser;
  readonly organization: string | HandOffOrganization;
  /** With it, the user becomes a member with this role. */
  readonly role?: string | undefined;
  readonly page: HandOffPage;
  /** Where the person ends, instead of the page's own address: a path of this app, or an address at this instance. */
  readonly returnTo?: string | undefined;
  /** A page of the host. */
  readonly returnUrl?: string | undefined;
  /** When the person proved to the host who they are. */
  readonly authenticatedAt?: number | undefined;
}

export interface CreatedHandOff {
  readonly id: HandOffId;
  /** Only this result contains the code in plaintext. */
  readonly code: Secret;
  readonly expiresAt: number;
}

/**
 * Makes a link that opens one session of the person in the organization, once, within a minute. First it creates or updates
 * the user, the organization and the membership, as far as they are described; it never reinstates anybody. Refuses an
 * unknown user or organization (`external_id_unknown`), a person who is no member (`not_found`), a suspended one
 * (`person_suspended`), an instance admin (`instance_admin_protected`), and an address that the operator did not allow
 * (`field_invalid`).
 */
export async function createHandOff(
  deps: DirectoryDeps,
  actor: ManagementActor,
  input: HandOffInput,
): Promise<CreatedHandOff> {
  const { source } = actor.key;
  const returnTo = requireReturnTo(deps, input.returnTo);
  const returnUrl = requireReturnUrl(deps, input.returnUrl);
  const authenticatedAt = requireProof(input.authenticatedAt, deps.clock());
  await limitHost(deps, "handOff", source);
  const named = await bringIn(deps, actor, input);
  const { reads } = deps.store;
  const organization = await reads.findOrganizationByExternalId({ source, id: named.organization });
  if (organization === null) throw externalIdUnknown("organization", named.organization);
  const user = await reads.findUserByExternalId({ source, id: named.user });
  if (user === null) throw externalIdUnknown("user", named.user);
  const code = newLinkSecret();
  return deps.store.transaction(async (tx) => {
    await tx.lockOrganization(organization.id, "shared");
    const membership = await tx.lockMembership(organization.id, user.id);
    const holder = await tx.lockUser(user.id);
    await requireLiveManagementKey(deps, tx, actor);
    if (holder === null || holder.deletedAt !== null) throw notFound();
    requireActiveMember(holder, membership);
    const at = deps.clock();
    await tx.endSurplusHandOffs(user.id, LINKS_OF_PERSON - 1, at);
    const handOff: NewHandOff = {
      id: newId("handOff"),
      codeHash: hashSecret(code),
      madeBy: actor.key.id,
      userId: user.id,
      membershipId: membership.id,
      organizationId: organization.id,
      page: input.page,
      returnTo,
      returnUrl,
      authenticatedAt,
      createdAt: at,
      expiresAt: at + HAND_OFF_LINK_MS,
    };
    await tx.insertHandOff(handOff);
    await record(tx, actor, handOff, "hand_off.created", at);
    return { id: handOff.id, code, expiresAt: handOff.expiresAt };
  });
}

/** Creates or updates what the input describes. Returns the external ids. */
async function bringIn(
  deps: DirectoryDeps,
  actor: ManagementActor,
  { user, organization, role }: HandOffInput,
): Promise<{ readonly user: string; readonly organization: string }> {
  const named = {
    user: typeof user === "string" ? user : user.externalId,
    organization: typeof organization === "string" ? organization : organization.externalId,
  };
  const changes: DirectoryChange[] = [];
  if (typeof user !== "string") {
    const { name, email, emailVerified = null } = user;
    changes.push({
      kind: "user",
      user: named.user,
      facts: { name, email, emailVerified, suspended: null },
      version: null,
    });
  }
  if (typeof organization !== "string")
    changes.push({
      kind: "organization",
      organization: named.organization,
      facts: { name: organization.name },
      version: null,
    });
  if (role !== undefined) changes.push({ kind: "member", ...named, facts: { role, suspended: null }, version: null });
  if (changes.length === 0) return named;
  if (!actor.key.scopes.includes("directory:write")) {
    throw new Refusal(
      "scope_missing",
      "To create or update people, this management key needs the scope directory:write. Without it, name the user and the organization by their external ids, and send no role.",
    );
  }
  for (const result of await applyChanges(deps, actor, changes)) if (result instanceof Refusal) throw result;
  return named;
}

/**
 * Ends a link, and the session that it opened. When this returns, both are refused everywhere. Repeating it returns the
 * first receipt. A hand-off of another source is `not_found`.
 */
export function endHandOff(
  deps: Pick<Deps, "store" | "clock">,
  actor: ManagementActor,
  id: HandOffId,
): Promise<Receipt> {
  return deps.store.transaction(async (tx) => {
    await requireLiveManagementKey(deps, tx, actor);
    const handOff = await tx.findHandOff(id);
    const maker = handOff === null ? null : await tx.findManagementKey(handOff.madeBy);
    if (handOff === null || maker?.source !== actor.key.source) throw notFound();
    const at = deps.clock();
    if (!(await tx.endHandOff(id, at))) return await receiptAt(tx, handOff.endedAt ?? at);
    await record(tx, actor, handOff, "hand_off.ended", at);
    return await receiptAt(tx, at);
  });
}

async function record(
  tx: Transaction,
  actor: ManagementActor,
  { id, organizationId, page, authenticatedAt }: Omit<NewHandOff, "codeHash">,
  action: "hand_off.created" | "hand_off.ended",
  at: number,
): Promise<void> {
  const details = { page, authenticatedAt };
  await tx.insertAuditEvents([
    eventBy(actor, { at, organizationId, action, target: { kind: "hand_off", id, name: "Hand-off" }, details }),
  ]);
}

function requireActiveMember(
  user: UserRecord,
  membership: MembershipRecord | null,
): asserts membership is MembershipRecord {
  if (membership === null)
    throw new Refusal("not_found", "The user is no member of the organization. Send `role` to make them one.");
  if (user.instanceAdminAt !== null) {
    throw new Refusal(
      "instance_admin_protected",
      "The person is an instance admin. No hand-off opens their account: they sign in here.",
    );
  }
  if (user.suspendedAt !== null || membership.suspendedAt !== null)
    throw new Refusal("person_suspended", "The person is suspended. Reinstate them first, then make a hand-off.");
}

function requireReturnTo({ settings }: Pick<Deps, "settings">, text: string | undefined): string | null {
  if (text === undefined) return null;
  const path = handOffPath(text, settings.baseUrl);
  if (path === null) throw invalid("returnTo", "It must be a page of this instance that a hand-off may open.");
  return path;
}

function requireReturnUrl({ settings }: Pick<Deps, "settings">, text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = hostAddress(text, settings.returnOrigins);
  if (url === null)
    throw invalid("returnUrl", "Its origin must be one of MINTMARK_RETURN_ORIGINS, which the operator sets.");
  return url;
}

function requireProof(at: number | undefined, now: number): number | null {
  if (at === undefined) return null;
  if (at > now + CLOCK_LENIENCE_MS) throw invalid("authenticatedAt", "It must not be in the future.");
  return Math.min(at, now);
}

function invalid(field: string, message: string): Refusal {
  return new Refusal("field_invalid", `The field "${field}" cannot be used. ${message}`, {
    errors: [{ field, message }],
  });
}
