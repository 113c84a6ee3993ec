// The audit log. Events are added in the transaction of the change that they record, and never changed, except that the
// addresses of a deleted account are taken out. With strict
// audit every use of a credential waits for the insert, so any number of events is one parameter of one statement, which
// both engines prepare once.
import { type AuditAction, type AuditEventId, DEFAULT_SOURCE, type OrganizationId, type UserId } from "@mintmark/core";
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from "kysely";
import { nextTurn } from "../../bounded.ts";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { AuditEventRow, Tables } from "../tables.ts";
import type { ActorRef, Cursor, Page, PageRequest, TargetRef, ViaRef } from "../values.ts";

export interface AuditEventRecord {
  readonly id: AuditEventId;
  readonly at: number;
  /** `null` for events that belong to no organization: of accounts, sessions and services. */
  readonly organizationId: OrganizationId | null;
  readonly actor: ActorRef;
  readonly via: ViaRef | null;
  readonly action: AuditAction;
  readonly target: TargetRef | null;
  readonly outcome: "ok" | "denied";
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  /** The changes, from an allow-list: never a secret, never a hash. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** An event as it is read, with the host's ids of those whom it names. They never change, and outlive the account. */
export interface ListedAuditEvent extends AuditEventRecord {
  readonly hostIds: {
    readonly actor: string | null;
    readonly target: string | null;
    readonly organization: string | null;
  };
}

export interface AuditFilter {
  /** Only events of this organization. */
  readonly organizationId?: OrganizationId;
  /** Only events in which this user is the actor or the subject. */
  readonly concerning?: UserId;
  readonly actorId?: string;
  /** Events with any of these actions. */
  readonly actions?: readonly AuditAction[];
  readonly outcome?: AuditEventRecord["outcome"];
  /** Events of which this credential is the target or the means. */
  readonly credentialId?: string;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

export const auditEventReads = { listAuditEvents, findAuditEvent, listFormerAddresses };

export const auditEventWrites = { insertAuditEvents, redactAddresses, redactTargetNames };

/**
 * Reads in the order of audit_events_organization, …_action, …_denied, …_actor or …_newest; the log of the whole
 * instance in the order of …_newest, …_action_newest or …_denied_newest. "Concerning a user" and "of a credential" each
 * test two columns, and several actions test several values, and no index has the order of "either". So one page is
 * read along the index of each alternative, and the pages are merged.
 */
async function listAuditEvents(
  context: SqlContext,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<ListedAuditEvent>> {
  const { db } = context;
  const [first, ...others] = waysOf(filter).map((way) => selectEvents(db, filter, way, page));
  let query = db.selectFrom((first ?? selectEvents(db, filter, [], page)).as("page")).selectAll();
  for (const other of others) query = query.union(db.selectFrom(other.as("page")).selectAll());
  const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(rowsToRead(page)).execute();
  const { items, next } = pageOf(rows, page, toAuditEvent, (event) => ({ at: event.at, id: event.id }));
  return { items: await withHostIds(context, items), next };
}

/**
 * Adds the host's ids of the users and organizations that the events name, in two reads by primary key. No event stores
 * them: an external id is given once, and the rows of deleted users and organizations stay.
 */
export async function withHostIds(
  { db }: SqlContext,
  events: readonly AuditEventRecord[],
): Promise<readonly ListedAuditEvent[]> {
  const named = events.flatMap(({ actor, target }) => (target === null ? [actor] : [actor, target]));
  const users = new Set(named.flatMap(({ kind, id }) => (kind === "user" ? [id as UserId] : [])));
  const organizations = new Set([
    ...named.flatMap(({ kind, id }) => (kind === "organization" ? [id as OrganizationId] : [])),
    ...events.flatMap(({ organizationId }) => organizationId ?? []),
  ]);
  const known = new Map<string, string>();
  for (const [table, ids] of [
    ["users", users],
    ["organizations", organizations],
  ] as const) {
    if (ids.size === 0) continue;
    const rows = await db
      .selectFrom(table)
      .select(["id", "external_id"])
      .where("id", "in", [...ids] as never[])
      .where("external_source", "=", DEFAULT_SOURCE)
      .execute();
    for (const { id, external_id } of rows) if (external_id !== null) known.set(id, external_id);
  }
  const idOf = (id: string | null | undefined): string | null => known.get(id ?? "") ?? null;
  return events.map((event) => ({
    ...event,
    hostIds: {
      actor: idOf(event.actor.id),
      target: idOf(event.target?.id),
      organization: idOf(event.organizationId),
    },
  }));
}

type Condition = readonly ["actor_id" | "subject_id" | "via_id" | "target_id" | "action", string];

// Up to so many actions are read one by one, along audit_events_action or …_action_newest. More are filtered out of all
// events.
const ACTIONS_BY_INDEX = 16;

/** The alternative combinations of columns that let an event pass the filter; each has an index. */
function waysOf(filter: AuditFilter): readonly (readonly Condition[])[] {
  const { concerning: user, credentialId: credential } = filter;
  const ofUser: Condition[][] = user === undefined ? [[]] : [[["actor_id", user]], [["subject_id", user]]];
  const ofCredential: Condition[][] =
    credential === undefined ? [[]] : [[["via_id", credential]], [["target_id", credential]]];
  return ofUser.flatMap((a) => ofCredential.flatMap((b) => waysByAction(filter).map((c) => [...a, ...b, ...c])));
}

/**
 * Reads along the index of actions only where no other condition narrows: a person or a credential has fewer events.
 */
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
  // Events through the credential are read along audit_events_via. The condition repeats the words of the index.
  if (way.some(([column]) => column === "target_id"))
    query = query.where(sql<SqlBool>`target_id <> coalesce(via_id, '')`);
  if (filter.organizationId !== undefined) query = query.where("organization_id", "=", filter.organizationId);
  if (filter.actorId !== undefined) query = query.where("actor_id", "=", filter.actorId);
  if (filter.actions !== undefined && !way.some(([column]) => column === "action"))
    // An expression, because SQLite does not know how many there are and would read all events of the action instead.
    query = query.where(sql<SqlBool>`(action || '') in (${sql.join(filter.actions)})`);
  // A literal, because a parameter cannot select a partial index.
  if (filter.outcome !== undefined) query = query.where("outcome", "=", sql.lit(filter.outcome));
  if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("at", "<", filter.to);
  return query.orderBy("at", "desc").orderBy("id", "desc").limit(rowsToRead(page));
}

/**
 * The addresses that this account gave up since an instant, newest first, at most `limit`. Reads along audit_events_target, as
 * far as the log reaches.
 */
async function listFormerAddresses(
  { db }: SqlContext,
  userId: UserId,
  { since, limit }: { readonly since: number; readonly limit: number },
): Promise<readonly string[]> {
  const changes = await selectEvents(db, { actions: ["user.email_changed"], from: since }, [["target_id", userId]], {
    after: null,
    limit,
  }).execute();
  return changes.slice(0, limit).flatMap(({ details }) => {
    const { before } = toDetails(details) as { readonly before?: { readonly email?: unknown } };
    return typeof before?.email === "string" ? [before.email] : [];
  });
}

function toDetails(details: string): AuditEventRecord["details"] {
  return JSON.parse(details) as AuditEventRecord["details"];
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
    details: toDetails(row.details),
  };
}

function refOf<Ref extends Pick<ActorRef, "id" | "name"> & { readonly kind: string }>(
  kind: Ref["kind"] | null,
  id: string | null,
  name: string | null,
): { readonly kind: Ref["kind"]; readonly id: string; readonly name: string } | null {
  return kind === null || id === null ? null : { kind, id, name: name ?? "" };
}

/** One event of the organization's audit log. Uses the primary key. */
async function findAuditEvent(
  context: SqlContext,
  organizationId: OrganizationId,
  id: AuditEventId,
): Promise<ListedAuditEvent | null> {
  const row = await context.db
    .selectFrom("audit_events")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  const [event = null] = row === undefined ? [] : await withHostIds(context, [toAuditEvent(row)]);
  return event;
}

// Limits the text of one statement's parameter, and how long an embedded database makes everybody else wait.
const ROWS_AT_ONCE = 200;

type Value = string | number | null;

/** The columns in order, each with its type and its value. */
const COLUMNS: readonly (readonly [name: string, type: "text" | "bigint", of: (event: AuditEventRecord) => Value])[] = [
  ["id", "text", (event) => event.id],
  ["at", "bigint", (event) => event.at],
  ["organization_id", "text", (event) => event.organizationId],
  ["actor_kind", "text", (event) => event.actor.kind],
  ["actor_id", "text", (event) => event.actor.id],
  ["actor_name", "text", (event) => event.actor.name],
  ["via_kind", "text", (event) => event.via?.kind ?? null],
  ["via_id", "text", (event) => event.via?.id ?? null],
  ["via_name", "text", (event) => event.via?.name ?? null],
  ["action", "text", (event) => event.action],
  ["target_kind", "text", (event) => event.target?.kind ?? null],
  ["target_id", "text", (event) => event.target?.id ?? null],
  ["target_name", "text", (event) => event.target?.name ?? null],
  ["outcome", "text", (event) => event.outcome],
  ["ip", "text", (event) => event.ip],
  ["user_agent", "text", (event) => event.userAgent],
  ["request_id", "text", (event) => event.requestId],
  ["details", "text", (event) => JSON.stringify(event.details)],
];

/** Each column as text, so that the rows are the only parameter. */
const NAMES = sql.raw(COLUMNS.map(([name]) => name).join(", "));

const VALUES = sql.raw(COLUMNS.map(([name, type]) => `cast(given.value ->> ${indexOf(name)} as ${type})`).join(", "));

/**
 * The user that the target belongs to: the target itself, or its holder. The insert reads the holder by primary key,
 * since the target is in the same transaction. Null when it is the actor, by whom the event is found anyway.
 */
const SUBJECT: RawBuilder<unknown> = sql.raw(`
  nullif(
    case given.value ->> ${indexOf("target_kind")}
      when 'user' then given.value ->> ${indexOf("target_id")}
      when 'pat' then (select user_id from personal_access_tokens where id = given.value ->> ${indexOf("target_id")})
      when 'membership' then (select user_id from memberships where id = given.value ->> ${indexOf("target_id")})
      when 'device_login' then (select user_id from device_logins where id = given.value ->> ${indexOf("target_id")})
      when 'hand_off' then (select user_id from hand_offs where id = given.value ->> ${indexOf("target_id")})
      when 'session' then (select user_id from sessions where id = given.value ->> ${indexOf("target_id")})
    end,
    given.value ->> ${indexOf("actor_id")}
  )`);

async function insertAuditEvents({ db }: SqlContext, events: readonly AuditEventRecord[]): Promise<void> {
  for (let start = 0; start < events.length; start += ROWS_AT_ONCE) {
    // A large organization ends with as many events as it had tokens. Verification continues meanwhile.
    if (start > 0) await nextTurn();
    const rows = events
      .slice(start, start + ROWS_AT_ONCE)
      .map((event) => COLUMNS.map(([, , of]) => storable(of(event))));
    const given = JSON.stringify(Object.fromEntries(rows.entries()));
    await sql`
      insert into audit_events (${NAMES}, subject_id)
      select ${VALUES}, ${SUBJECT} from json_each(${given}) as given
    `.execute(db);
  }
}

/** Stands for an email address of a deleted account. */
const DELETED = "[deleted]";

/**
 * Takes the email addresses out of up to `limit` events about this account, and returns them. `next` is the last event
 * that was read, `null` after all. Reads in the order of audit_events_target.
 */
async function redactAddresses(
  { db }: SqlContext,
  userId: UserId,
  page: PageRequest,
): Promise<{ readonly addresses: readonly string[]; readonly next: Cursor | null }> {
  const rows = await db
    .selectFrom("audit_events")
    .select(["id", "at", "details"])
    .where("target_id", "=", userId)
    .where(sql<SqlBool>`target_id <> coalesce(via_id, '')`)
    .where(isBeyond(page.after, "at", "id"))
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  const addresses = new Set<string>();
  for (const { id, details } of rows) {
    const found: string[] = [];
    const redacted = JSON.stringify(JSON.parse(details), (key, value: unknown) => {
      if (key !== "email" || typeof value !== "string" || value === DELETED) return value;
      found.push(value);
      return DELETED;
    });
    if (found.length === 0) continue;
    for (const address of found) addresses.add(address);
    await db.updateTable("audit_events").set({ details: redacted }).where("id", "=", id).execute();
  }
  const last = rows.length < page.limit ? undefined : rows.at(-1);
  return { addresses: [...addresses], next: last === undefined ? null : { at: last.at, id: last.id } };
}

/** Takes the names of these targets, which were email addresses, out of all their events. Uses audit_events_target. */
async function redactTargetNames({ db }: SqlContext, targetIds: readonly string[]): Promise<void> {
  if (targetIds.length === 0) return;
  await db
    .updateTable("audit_events")
    .set({ target_name: DELETED })
    .where("target_id", "in", targetIds)
    .where(sql<SqlBool>`target_id <> coalesce(via_id, '')`)
    .execute();
}

function indexOf(column: string): number {
  return COLUMNS.findIndex(([name]) => name === column);
}

/** Replaces halves of surrogate pairs, which are no characters: JSON in PostgreSQL refuses them. */
function storable(value: Value): Value {
  return typeof value === "string" ? value.toWellFormed() : value;
}
