import { type Kysely, type SelectQueryBuilder, sql, type SqlBool } from "kysely";
import type { UserId } from "@mintmark/core";
import type { ActorRef, AuditEventRecord, AuditFilter, TargetRef, ViaRef } from "../audit-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { AuditEventRow, Tables } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";

/**
 * In the order of audit_events_organization, …_action, …_denied, …_actor or …_newest; the instance's own log in that of
 * …_newest, …_action_newest or …_denied_newest. "Concerning a user" and "of a credential" are each about two columns,
 * several actions about several values, and no index has the order of "either": each is read along its own index for
 * one page, and the pages are merged.
 */
export async function listAuditEvents(
  { db }: SqlContext,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEventRecord>> {
  const [first, ...others] = waysOf(filter).map((way) => selectEvents(db, filter, way, page));
  let query = db.selectFrom((first ?? selectEvents(db, filter, [], page)).as("page")).selectAll();
  for (const other of others) query = query.union(db.selectFrom(other.as("page")).selectAll());
  const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(rowsToRead(page)).execute();
  return pageOf(rows, page, toAuditEvent, (event) => ({ at: event.at, id: event.id }));
}

type Condition = readonly ["actor_id" | "subject_id" | "via_id" | "target_id" | "action", string];

// The events of so many actions are read along audit_events_action or …_action_newest, one by one; more are
// picked out of all.
const ACTIONS_BY_INDEX = 16;

/** The combinations of columns by which an event may pass the filter; each has an index. */
function waysOf(filter: AuditFilter): readonly (readonly Condition[])[] {
  const { concerning: user, credentialId: credential } = filter;
  const ofUser: Condition[][] = user === undefined ? [[]] : [[["actor_id", user]], [["subject_id", user]]];
  const ofCredential: Condition[][] =
    credential === undefined ? [[]] : [[["via_id", credential]], [["target_id", credential]]];
  return ofUser.flatMap((a) => ofCredential.flatMap((b) => waysByAction(filter).map((c) => [...a, ...b, ...c])));
}

/** By action only where nothing else narrows: what a person did or a credential was used for is fewer. */
function waysByAction(filter: AuditFilter): readonly (readonly Condition[])[] {
  const { actions, actorId, concerning, credentialId } = filter;
  const isNarrow = actorId !== undefined || concerning !== undefined || credentialId !== undefined;
  if (actions === undefined || isNarrow) return [[]];
  if (actions.length === 0 || actions.length > ACTIONS_BY_INDEX) return [[]];
  return actions.map((action) => [["action", action]]);
}

function selectEvents(
  db: Kysely<Tables>,
  filter: AuditFilter,
  way: readonly Condition[],
  page: PageRequest,
): SelectQueryBuilder<Tables, "audit_events", AuditEventRow> {
  let query = db
    .selectFrom("audit_events")
    .selectAll()
    .where(isBeyond(page.after, "at", "id"));
  for (const [column, value] of way) query = query.where(column, "=", value as UserId);
  // What was also done through the credential is read along audit_events_via; the words are those of the index.
  if (way.some(([column]) => column === "target_id"))
    query = query.where(sql<SqlBool>`target_id <> coalesce(via_id, '')`);
  if (filter.organizationId !== undefined) query = query.where("organization_id", "=", filter.organizationId);
  if (filter.actorId !== undefined) query = query.where("actor_id", "=", filter.actorId);
  if (filter.actions !== undefined && !way.some(([column]) => column === "action"))
    // As an expression: SQLite knows nothing of how many there are, and would walk all events of the action instead.
    query = query.where(sql<SqlBool>`(action || '') in (${sql.join(filter.actions)})`);
  // As a literal: a parameter says nothing about a partial index.
  if (filter.outcome !== undefined) query = query.where("outcome", "=", sql.lit(filter.outcome));
  if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("at", "<", filter.to);
  return query.orderBy("at", "desc").orderBy("id", "desc").limit(rowsToRead(page));
}

export function toAuditEvent(row: AuditEventRow): AuditEventRecord {
  return {
    id: row.id,
    at: row.at,
    organizationId: row.organization_id,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    via: refOf<ViaRef>(row.via_kind, row.via_id, row.via_name),
    action: row.action,
    target: refOf<TargetRef>(row.target_kind, row.target_id, row.target_name),
    outcome: row.outcome,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    details: JSON.parse(row.details) as AuditEventRecord["details"],
  };
}

function refOf<Ref extends Pick<ActorRef, "id" | "name"> & { readonly kind: string }>(
  kind: Ref["kind"] | null,
  id: string | null,
  name: string | null,
): { readonly kind: Ref["kind"]; readonly id: string; readonly name: string } | null {
  return kind === null || id === null ? null : { kind, id, name: name ?? "" };
}
