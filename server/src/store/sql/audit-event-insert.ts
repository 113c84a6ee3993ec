// Adding events to the audit log. With strict audit this is what every use of a credential waits for, so any number
// of events is one parameter of one statement, which both engines prepare once.
import { type RawBuilder, sql } from "kysely";
import { nextTurn } from "../../event-loop/turn.ts";
import type { AuditEventRecord } from "../audit-port.ts";
import type { SqlContext } from "./context.ts";

// Bounds the text of one statement's parameter, and for how long an embedded database keeps everybody else waiting.
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

/** Column by column, as a text that needs no parameter but the rows. */
const NAMES = sql.raw(COLUMNS.map(([name]) => name).join(", "));
const VALUES = sql.raw(COLUMNS.map(([name, type]) => `cast(given.value ->> ${indexOf(name)} as ${type})`).join(", "));

/**
 * The user that the target belongs to: themselves, or the holder, read by primary key in the insert itself,
 * since the target is in the same transaction. Null when that is the actor, by whom the event is found anyway.
 */
const SUBJECT: RawBuilder<unknown> = sql.raw(`
  nullif(
    case given.value ->> ${indexOf("target_kind")}
      when 'user' then given.value ->> ${indexOf("target_id")}
      when 'pat' then (select user_id from personal_access_tokens where id = given.value ->> ${indexOf("target_id")})
      when 'membership' then (select user_id from memberships where id = given.value ->> ${indexOf("target_id")})
      when 'device_login' then (select user_id from device_logins where id = given.value ->> ${indexOf("target_id")})
      when 'session' then (select user_id from sessions where id = given.value ->> ${indexOf("target_id")})
    end,
    given.value ->> ${indexOf("actor_id")}
  )`);

export async function insertAuditEvents({ db }: SqlContext, events: readonly AuditEventRecord[]): Promise<void> {
  for (let start = 0; start < events.length; start += ROWS_AT_ONCE) {
    // A large organization ends with as many events as it had tokens; verification goes on meanwhile.
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

function indexOf(column: string): number {
  return COLUMNS.findIndex(([name]) => name === column);
}

/** Half of a surrogate pair is no character, and JSON in PostgreSQL refuses what is none. */
function storable(value: Value): Value {
  return typeof value === "string" ? value.toWellFormed() : value;
}
