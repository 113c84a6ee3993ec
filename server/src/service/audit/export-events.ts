// The audit log as a file, as long as the log is: read page by page, the next when the client has taken the last.
import type { OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { AuditEventRecord, AuditFilter, Cursor, Page } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";

export type ExportFormat = "ndjson" | "csv";
export type ExportFilter = Omit<AuditFilter, "organizationId" | "concerning">;

const READ_AT_ONCE = 200;

/**
 * Exports the organization's events, newest first, up to the moment it was asked for. The export is on record
 * before its first line is made, so that it is in the next one.
 */
export async function exportEvents(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly format: ExportFormat; readonly filter: ExportFilter },
): Promise<AsyncIterable<readonly AuditEventRecord[]>> {
  const { organizationId, format, filter } = input;
  const at = deps.clock();
  await deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "audit:export");
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId,
        action: "audit.exported",
        target: { kind: "organization", id: organizationId, name: organization.name },
        details: { format, filter: detailsOf(filter) },
      }),
    ]);
  });
  return pagesOf(deps, { ...filter, organizationId, to: Math.min(filter.to ?? at, at) });
}

async function* pagesOf(
  { store }: Pick<Deps, "store">,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditEventRecord[]> {
  let after: Cursor | null = null;
  do {
    const page: Page<AuditEventRecord> = await store.reads.listAuditEvents(filter, { limit: READ_AT_ONCE, after });
    if (page.items.length > 0) yield page.items;
    after = page.next;
    await nextTurn();
  } while (after !== null);
}

function detailsOf({ actorId, actions, outcome, credentialId, from, to }: ExportFilter): object {
  return { actor: actorId, actions, outcome, credential: credentialId, fromAt: from, toAt: to };
}
