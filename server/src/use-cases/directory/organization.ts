// Renames and deletes organizations of the host.
import type { OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type { Transaction } from "../../store/store.ts";
import { requireLiveManagementKey } from "../authority.ts";
import { endOrganization } from "../organization.ts";
import { eventBy, type ManagementActor, receiptAt } from "../use-case.ts";
import {
  type Applied,
  type DirectoryDeps,
  isLateEnd,
  isStale,
  keyOf,
  type OrganizationChange,
  SeenVersions,
  tooLate,
  unchanged,
  versionAfter,
} from "./change.ts";
import { usableName } from "./facts.ts";
import { endOldMember } from "./member.ts";

/** Changes or deletes the organization of this change. Returns `null` when there is none: then it can be added. */
export async function changeOrganization(
  deps: DirectoryDeps,
  actor: ManagementActor,
  change: OrganizationChange,
): Promise<Applied | null> {
  const { source } = actor.key;
  const name = change.facts === null ? null : usableName(change.facts.name);
  const found = await deps.store.reads.findOrganizationByExternalId({ source, id: change.organization });
  if (found === null) return null;
  const done = await deps.store.transaction(async (tx) => {
    const organization = await tx.lockOrganization(found.id, "exclusive");
    await requireLiveManagementKey(deps, tx, actor);
    // A change that repeats an earlier one waits for that one.
    await tx.confirmation();
    const at = deps.clock();
    const seen = new SeenVersions(
      change.version === null ? [] : await tx.lockDirectoryVersions(source, [keyOf(change)], at),
    );
    if (organization === null || organization.deletedAt !== null) return null;
    const version = versionAfter(change, seen);
    if (version !== null) await tx.saveDirectoryVersions(source, [version], at);
    else if (name === null) await tx.markDirectoryDeletion(source, keyOf(change));
    if (isStale(change, seen)) return { ...tooLate(change, found.id), endsOld: isLateEnd(change, seen) };
    if (organization.name === name) return unchanged(change, found.id);
    const receipt =
      name === null
        ? await endOrganization(deps, tx, actor, organization)
        : await rename(tx, actor, { id: found.id, before: organization.name, name, at });
    return { ...unchanged(change, found.id), changed: true, receipt };
  });
  if (done === null || !("endsOld" in done)) return done;
  const { endsOld, ...late } = done;
  const receipt = endsOld ? await endOldMembers(deps, actor, found.id, change) : null;
  return { ...late, changed: receipt !== null, receipt };
}

async function rename(
  tx: Transaction,
  actor: ManagementActor,
  { id, before, name, at }: { readonly id: OrganizationId; before: string; name: string; at: number },
): Promise<NonNullable<Applied["receipt"]>> {
  await tx.renameOrganization(id, name);
  const target = { kind: "organization", id, name } as const;
  const details = { before: { name: before }, after: { name } };
  await tx.insertAuditEvents([
    eventBy(actor, { at, organizationId: id, action: "organization.renamed", target, details }),
  ]);
  return await receiptAt(tx, at);
}

const MEMBERS_AT_ONCE = 200;

/**
 * After a deletion that arrives late, of an organization that came back since: ends the memberships that are older than
 * the deletion, each in its transaction. Returns the last receipt, or `null` when there was none.
 */
async function endOldMembers(
  deps: DirectoryDeps,
  actor: ManagementActor,
  id: OrganizationId,
  { organization, version }: OrganizationChange,
): Promise<Applied["receipt"]> {
  const { reads } = deps.store;
  const { source } = actor.key;
  let receipt: Applied["receipt"] = null;
  let after = null;
  do {
    const members = await reads.listDirectoryMembers(source, id, { limit: MEMBERS_AT_ONCE, after });
    after = members.length < MEMBERS_AT_ONCE ? null : (members.at(-1)?.userId ?? null);
    for (const member of members) {
      const key = { kind: "member", externalId: organization, memberExternalId: member.externalId } as const;
      receipt = (await endOldMember(deps, actor, member, { key, version: version ?? 0 })) ?? receipt;
    }
    await nextTurn();
  } while (after !== null);
  return receipt;
}
