// Tokens as the host sees and revokes them, by its own ids or by those of this instance.
// Rule: the host sees metadata and never a secret. It does not touch the tokens of an instance admin, because a key that leaked
// must not lock out those who can revoke it.
import type { OrganizationId, TokenId, UserId } from "@mintmark/core";
import type { Page, PageRequest, Reads, TokenRecord, Transaction, UserRecord } from "../../store/store.ts";
import { type LockedUser, requireLiveManagementKey, withUserLocked } from "../authority.ts";
import { endToken } from "../token/revoke.ts";
import { type Deps, type ManagementActor, notFound, Refusal, type RevocationReceipt } from "../use-case.ts";
import { endTokensOf, type InstanceTokenFilter, listInstanceTokens, type RevokedTokens } from "./token.ts";

/** Names one thing: by the external id in the source of the key, or by its id here. */
export type Naming<Id> = { readonly externalId: string } | { readonly id: Id };

export interface ManagedTokenFilter extends Pick<InstanceTokenFilter, "state" | "stale" | "neverUsed"> {
  readonly user: Naming<UserId> | null;
  readonly organization: Naming<OrganizationId> | null;
}

/**
 * Returns personal access tokens, newest first, including ended ones; none for a user or organization that is unknown. A
 * page may hold few of them although there are more.
 */
export async function listManagedTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: ManagementActor,
  { user, organization, ...filter }: ManagedTokenFilter,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const { reads } = deps.store;
  const userId = user === null ? null : await idOfUser(reads, actor, user);
  const organizationId = organization === null ? null : await idOfOrganization(reads, actor, organization);
  const isUnknown = (user !== null && userId === null) || (organization !== null && organizationId === null);
  if (isUnknown) return { items: [], next: null };
  return listInstanceTokens(deps, { ...filter, userId, organizationId, query: null }, page);
}

/**
 * Revokes a token. When this returns, every verification refuses it. Its organization's log says that the host revoked it,
 * and its owner sees it. Repeating it returns the first receipt.
 */
export function revokeManagedToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: ManagementActor,
  id: TokenId,
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    // The lock under which somebody is appointed instance admin.
    await tx.lockInstance();
    await requireLiveManagementKey(deps, tx, actor);
    const token = await tx.findToken(id);
    if (token === null) throw notFound();
    refuseInstanceAdmin(await tx.findUser(token.user.id));
    return endToken(deps, tx, actor, id, "admin");
  });
}

/**
 * Revokes every token of one person, in all organizations or in one, in one transaction. When this returns, every
 * verification refuses them. The person may mint new tokens; suspend or remove them to prevent that.
 */
export async function revokeManagedTokens(
  deps: Pick<Deps, "store" | "clock">,
  actor: ManagementActor,
  input: { readonly user: Naming<UserId>; readonly organization: Naming<OrganizationId> | null },
): Promise<RevokedTokens> {
  const { reads } = deps.store;
  const userId = await idOfUser(reads, actor, input.user);
  if (userId === null) throw notFound();
  const only = input.organization === null ? null : await idOfOrganization(reads, actor, input.organization);
  const work = async (tx: Transaction, { user, entries }: LockedUser): Promise<RevokedTokens> => {
    await requireLiveManagementKey(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    refuseInstanceAdmin(user);
    const chosen =
      input.organization === null ? entries : entries.filter(({ organization }) => organization.id === only);
    if (input.organization !== null && chosen.length === 0) throw notFound();
    return endTokensOf(deps, tx, actor, user, chosen);
  };
  return withUserLocked(deps.store, userId, work, { lockInstance: true });
}

async function idOfUser(reads: Reads, { key }: ManagementActor, named: Naming<UserId>): Promise<UserId | null> {
  if ("id" in named) return named.id;
  return (await reads.findUserByExternalId({ source: key.source, id: named.externalId }))?.id ?? null;
}

async function idOfOrganization(
  reads: Reads,
  { key }: ManagementActor,
  named: Naming<OrganizationId>,
): Promise<OrganizationId | null> {
  if ("id" in named) return named.id;
  return (await reads.findOrganizationByExternalId({ source: key.source, id: named.externalId }))?.id ?? null;
}

function refuseInstanceAdmin(user: UserRecord | null): void {
  if (user === null || user.instanceAdminAt === null) return;
  throw new Refusal(
    "instance_admin_protected",
    `"${user.name}" is an instance admin, whose tokens no management key revokes. They or another instance admin can.`,
  );
}
