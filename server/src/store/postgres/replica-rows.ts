// The statements of the protocol of leases on PostgreSQL, on separate connections. Each is one statement, so it sees one
// snapshot, and a read proves that its server may write.
// Rule: a registration and a renewal are durable before they resolve. A replica whose registration was lost in a crash would
// be waited for by nobody, and one whose renewal was lost could be fenced while its lease lasts.
import type {
  AuthorityDatabase,
  LogEntry,
  LogPage,
  Position,
  Registration,
  ReplicaRow,
} from "../authority/database.ts";
import { ENTRIES_OF_PAGE } from "../authority/log.ts";
import type { ReplicaView, Wait } from "../authority/replica-view.ts";
import type { OwnConnection, Statement } from "./own-connection.ts";
import { DATABASE_TIME, IS_PROVEN } from "./primary.ts";

/** The columns of a replica's row that describe its process. */
export interface ReplicaIdentity {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly leaseMs: number;
}

/** How long the row of a fenced replica is kept for operators. */
const FENCED_KEPT_MS = 3_600_000;

/**
 * One statement reads the end of the log and writes the row. A commit between the two is none that this replica could miss:
 * it reads the log beyond.
 */
const REGISTER: Statement = {
  name: "replica-register",
  text: `
    with clock as (select seq, nonce from authority_clock where id = 1),
    mine as (
      insert into replicas as known
        (id, name, version, inc, applied, renewals, state, lease_ms, registered_at, renewed_at, waits)
      select $1, $2, $3, $4::bigint + 1, seq, 0, 'live', $5, ${DATABASE_TIME}, ${DATABASE_TIME}, '[]' from clock
      on conflict (id) do update set inc = greatest(known.inc + 1, excluded.inc), applied = excluded.applied,
        renewals = known.renewals + 1, state = 'live', registered_at = excluded.registered_at,
        renewed_at = excluded.renewed_at
      returning inc
    )
    select mine.inc, clock.seq, clock.nonce, ${DATABASE_TIME} as now from mine, clock`,
};

const FORGET_FENCED: Statement = {
  name: "replica-forget-fenced",
  text: `delete from replicas where state = 'fenced' and renewed_at < ${DATABASE_TIME} - ${FENCED_KEPT_MS}`,
};

const RENEW: Statement = {
  name: "replica-renew",
  text: `
    update replicas set renewals = renewals + 1, renewed_at = ${DATABASE_TIME}, waits = coalesce($3, waits)
    where id = $1 and inc = $2 and state = 'live' returning ${DATABASE_TIME} as now`,
};

/** The log's end, the nonce at $1, and a page of what lies beyond. */
const READ_LOG: Statement = {
  name: "replica-read-log",
  text: `
    select clock.seq, clock.nonce,
      case $1::bigint when clock.seq then clock.nonce when 0 then ''
        else (select nonce from authority_log where seq = $1) end as there,
      (select json_agg(entry order by entry.seq) from
        (select seq, nonce, kind, key from authority_log where seq > $1 order by seq limit ${ENTRIES_OF_PAGE}) as entry) as entries
    from authority_clock as clock where clock.id = 1 and ${IS_PROVEN}`,
};

/** An acknowledgement that is lost in a crash makes others wait longer, so it need not be durable. */
const ACKNOWLEDGE: Statement = {
  name: "replica-acknowledge",
  text: `
    update replicas set applied = $3
    where id = $1 and inc = $2 and state = 'live' and set_config('synchronous_commit', 'off', true) = 'off' returning inc`,
};

const DEREGISTER: Statement = { name: "replica-deregister", text: "delete from replicas where id = $1 and inc = $2" };

const READ_REPLICAS: Statement = {
  name: "replicas-read",
  text: `select id, inc, applied, renewals from replicas where state = 'live' and ${IS_PROVEN}`,
};

const VIEW_REPLICAS: Statement = {
  name: "replicas-view",
  text: `
    select mine.id, mine.name, mine.version, mine.state, mine.inc, mine.applied, clock.seq - mine.applied as lag,
      mine.lease_ms, mine.renewed_at, mine.waits
    from replicas as mine, authority_clock as clock
    where clock.id = 1 and ${IS_PROVEN} order by mine.name, mine.id`,
};

const FENCE: Statement = {
  name: "replica-fence",
  text: `
    update replicas set state = 'fenced'
    where id = $1 and inc = $2 and renewals = $3 and state = 'live' returning inc`,
};

/** The replica's statements run on the one connection, and those that look at others on the other. */
export function createAuthorityDatabase(
  { id, name, version, leaseMs }: ReplicaIdentity,
  { own, watching }: { readonly own: OwnConnection; readonly watching: OwnConnection },
): AuthorityDatabase {
  return {
    async register(after) {
      const [row] = await own.run<RegistrationRow>(REGISTER, [id, name, version, after, leaseMs]);
      await own.run(FORGET_FENCED);
      return toRegistration(row as RegistrationRow);
    },
    async renew(inc, waits) {
      const [row] = await own.run<{ now: number }>(RENEW, [id, inc, waits === null ? null : JSON.stringify(waits)]);
      return row?.now ?? null;
    },
    async readLog(beyond) {
      const [row] = await own.run<LogRow>(READ_LOG, [beyond.seq]);
      return toPage(row as LogRow);
    },
    acknowledge: async (inc, applied) => (await own.run(ACKNOWLEDGE, [id, inc, applied])).length === 1,
    deregister: async (inc) => void (await own.run(DEREGISTER, [id, inc])),
    readReplicas: () => watching.run<ReplicaRow>(READ_REPLICAS),
    fence: async (other, inc, renewals) => (await watching.run(FENCE, [other, inc, renewals])).length === 1,
  };
}

interface RegistrationRow extends Position {
  readonly inc: number;
  readonly now: number;
}

function toRegistration({ inc, seq, nonce, now }: RegistrationRow): Registration {
  return { inc, applied: { seq, nonce }, databaseMs: now };
}

interface LogRow extends Position {
  readonly there: string | null;
  readonly entries: readonly LogEntry[] | null;
}

function toPage({ seq, nonce, there, entries }: LogRow): LogPage {
  return { last: { seq, nonce }, nonceThere: there, entries: entries ?? [] };
}

interface ViewColumns {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: "live" | "fenced";
  readonly inc: number;
  readonly applied: number;
  readonly lag: number;
  readonly lease_ms: number;
  readonly renewed_at: number;
  readonly waits: string;
}

/** Every row, by name: what operators see. */
export async function viewReplicas(watching: OwnConnection): Promise<readonly Omit<ReplicaView, "isThis" | "own">[]> {
  const rows = await watching.run<ViewColumns>(VIEW_REPLICAS);
  return rows.map(({ lag, lease_ms, renewed_at, waits, ...row }) => ({
    ...row,
    lagEntries: lag,
    leaseMs: lease_ms,
    renewedAt: renewed_at,
    waits: JSON.parse(waits) as readonly Wait[],
  }));
}
