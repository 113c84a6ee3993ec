// All there is to know about an organization, so that a test can say that a refusal changed none of it.
import assert from "node:assert/strict";
import type { OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, Usage } from "../../src/store/store.ts";
import type { Reply } from "./client.ts";
import type { TestInstance } from "./instance.ts";

const ALL = { limit: 200, after: null };

/** Everything in the organization but the traces of use, which reading leaves as well. */
export async function organizationState(instance: TestInstance, id: OrganizationId): Promise<unknown> {
  const { reads } = instance.deps.store;
  const [organization, members, invitations, keys, tokens] = await Promise.all([
    reads.findOrganization(id),
    reads.listMembers(id, { query: null, now: 0 }, ALL),
    reads.listInvitations(id, ALL),
    reads.listApiKeys(id, ALL),
    reads.listTokensOfOrganization(id, ALL),
  ]);
  return {
    organization,
    members: members.items,
    invitations: invitations.items,
    keys: keys.items.map(withoutUse),
    tokens: tokens.items.map(withoutUse),
    events: (await changesIn(instance, id)).map(({ id: event }) => event),
  };
}

/** The audit events of the organization that record a change, newest first. */
export async function changesIn(instance: TestInstance, id: OrganizationId): Promise<readonly AuditEventRecord[]> {
  const { items } = await instance.deps.store.reads.listAuditEvents({ organizationId: id }, ALL);
  return items.filter(({ action }) => !/\.(used|denied)$/.test(action));
}

/** What was recorded, as sorted names: the events of one transaction have no order among themselves. */
export async function actionsIn(instance: TestInstance, id: OrganizationId): Promise<readonly string[]> {
  const actions: string[] = (await changesIn(instance, id)).map(({ action }) => action);
  return actions.sort();
}

/** Runs something that must be refused, and asserts by which code and that it left the organization as it was. */
export async function assertRefused(
  instance: TestInstance,
  id: OrganizationId,
  send: () => Promise<Reply>,
  [status, code]: readonly [number, string],
): Promise<Reply> {
  const before = await organizationState(instance, id);
  const reply = await send();
  assert.deepEqual([reply.status, reply.body?.code], [status, code], JSON.stringify(reply.body));
  assert.deepEqual(await organizationState(instance, id), before);
  return reply;
}

function withoutUse(credential: Usage & { readonly lastUsedAt: number | null }): object {
  return {
    ...credential,
    lastUsedAt: null,
    lastUsedIp: null,
    lastUsedUserAgent: null,
    lastUsedRoute: null,
    useCount: 0,
  };
}
