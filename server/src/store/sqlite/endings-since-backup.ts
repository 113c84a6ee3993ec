// Finds what ended after a backup was made, in the database that the restore replaces, and ends it in the restored
// database too. Rule: nobody can do more after a restore than a moment before it.
// The restored database is `main`; the replaced one is attached as `present`. Both have this build's schema.
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Ending, RoleChange } from "../backup.ts";
import { newId } from "../../secrets/generate.ts";

const NAMES_SHOWN = 10;

interface Rule {
  readonly kind: string;
  /** The rows of both databases (`was` the restored one, `now` the present one), and the column that names them. */
  readonly table: string;
  readonly where: string;
  readonly name: string;
  /** The columns that take the present value. */
  readonly columns: readonly string[];
}

const REVOCATION = ["revoked_at", "revoked_reason", "revoked_by_kind", "revoked_by_id", "revoked_by_name"] as const;
const REVOKED = "was.revoked_at is null and now.revoked_at is not null";
const USER = "was.name || ' <' || was.email || '>'";
const MEMBERSHIP = `(select name from main.users where id = was.user_id) || ' in ' ||
  (select name from main.organizations where id = was.organization_id)`;

/** The order lets each rule rely on the ones before it: a deleted account frees its address for others. */
const RULES: readonly Rule[] = [
  {
    kind: "accounts deleted",
    table: "users",
    where: "was.deleted_at is null and now.deleted_at is not null",
    name: USER,
    columns: [
      "name",
      "name_key",
      "email",
      "email_key",
      "email_verified_at",
      "email_vouched_at",
      "password_hash",
      "instance_admin_at",
      "deleted_at",
    ],
  },
  {
    kind: "accounts suspended",
    table: "users",
    where: "was.suspended_at is null and now.suspended_at is not null",
    name: USER,
    columns: ["suspended_at", "suspended_by", "host_suspended_at"],
  },
  {
    kind: "instance admins dismissed",
    table: "users",
    where: "was.instance_admin_at is not null and now.instance_admin_at is null and now.deleted_at is null",
    name: USER,
    columns: ["instance_admin_at"],
  },
  {
    kind: "passwords changed",
    table: "users",
    where: "was.password_hash is not now.password_hash",
    name: USER,
    columns: ["password_hash"],
  },
  {
    kind: "organizations deleted",
    table: "organizations",
    where: "was.deleted_at is null and now.deleted_at is not null",
    name: "was.name",
    columns: ["deleted_at", "deleted_by"],
  },
  {
    kind: "token policies changed",
    table: "organizations",
    where: "was.policy is not now.policy",
    name: "was.name",
    columns: ["policy"],
  },
  {
    kind: "members removed",
    table: "memberships",
    where: "was.ended_at is null and now.ended_at is not null",
    name: MEMBERSHIP,
    columns: ["ended_at", "ended_by"],
  },
  {
    kind: "members suspended",
    table: "memberships",
    where: "was.suspended_at is null and now.suspended_at is not null",
    name: MEMBERSHIP,
    columns: ["suspended_at", "suspended_by", "host_suspended_at"],
  },
  {
    kind: "tokens revoked",
    table: "personal_access_tokens",
    where: REVOKED,
    name: "was.name || ' (' || was.prefix || ')'",
    columns: REVOCATION,
  },
  {
    kind: "API keys revoked",
    table: "api_keys",
    where: REVOKED,
    name: "was.name || ' (' || was.prefix || ')'",
    columns: REVOCATION,
  },
  {
    kind: "services revoked",
    table: "services",
    where: REVOKED,
    name: "was.name",
    columns: ["revoked_at", "revoked_by"],
  },
  {
    kind: "service keys revoked",
    table: "service_keys",
    where: REVOKED,
    name: "was.prefix",
    columns: ["revoked_at", "revoked_by"],
  },
  {
    kind: "management keys revoked",
    table: "management_keys",
    where: REVOKED,
    name: "was.name || ' (' || was.prefix || ')'",
    columns: REVOCATION,
  },
  {
    kind: "webhooks deleted",
    table: "webhooks",
    where: "was.deleted_at is null and now.deleted_at is not null",
    name: "was.description",
    columns: ["deleted_at"],
  },
  {
    kind: "webhooks turned off",
    table: "webhooks",
    where: "was.disabled_at is null and now.disabled_at is not null",
    name: "was.description",
    columns: ["disabled_at", "disabled_because"],
  },
  { kind: "calendars revoked", table: "calendar_feeds", where: REVOKED, name: "''", columns: ["revoked_at"] },
];

/** Every column that is carried over, as `table.column`. */
export const CARRIED: readonly string[] = RULES.flatMap(({ table, columns }) =>
  columns.map((column) => `${table}.${column}`),
);

/** Lists what ended since. With `apply`, also ends it in the restored database, within its open transaction. */
export function carryEndings(
  database: DatabaseSync,
  { isLower, apply }: { readonly isLower: (change: RoleChange) => boolean; readonly apply: boolean },
): readonly Ending[] {
  const endings = [...RULES, ...roleRules(database, isLower)].map((rule) => carry(database, rule, apply));
  if (apply) {
    for (const statement of UNNAMED) database.exec(statement);
    keepAddresses(database);
    keepEvents(database);
  }
  return endings.filter(({ count }) => count > 0);
}

function carry(database: DatabaseSync, { kind, table, where, name, columns }: Rule, apply: boolean): Ending {
  const both = `from main.${table} as was join present.${table} as now on now.id = was.id where ${where}`;
  const count = Number(database.prepare(`select count(*) as count ${both}`).get()?.["count"]);
  const names = database.prepare(`select ${name} as name ${both} order by 1 limit ${NAMES_SHOWN}`).all();
  if (apply && count > 0) {
    const set = columns.map((column) => `${column} = now.${column}`).join(", ");
    database.exec(
      `update main.${table} as was set ${set} from present.${table} as now where now.id = was.id and ${where}`,
    );
  }
  return { kind, count, names: names.map((row) => String(row["name"])).filter((text) => text !== "") };
}

/** One condition for each pair of roles of which the second has fewer permissions. */
function roleRules(database: DatabaseSync, isLower: (change: RoleChange) => boolean): Rule[] {
  const pairs = database
    .prepare(
      `select distinct was.role as before, now.role as after from main.memberships as was
         join present.memberships as now on now.id = was.id where was.role <> now.role and now.ended_at is null`,
    )
    .all()
    .map((row) => ({ from: String(row["before"]), to: String(row["after"]) }));
  return pairs.filter(isLower).map(({ from, to }) => ({
    kind: `members whose role became ${to} instead of ${from}`,
    table: "memberships",
    where: `was.role = ${quoted(from)} and now.role = ${quoted(to)} and now.ended_at is null`,
    name: MEMBERSHIP,
    columns: ["role"],
  }));
}

const UNNAMED: readonly string[] = [
  // A suspension by the host since, of somebody who was suspended here at the backup, would end with the one here.
  ...["users", "memberships"].map(
    (table) => `update main.${table} as was set host_suspended_at = now.host_suspended_at from present.${table} as now
     where now.id = was.id and was.host_suspended_at is null and was.suspended_at is not null
       and now.suspended_at is not null`,
  ),
  // An invitation that was accepted or withdrawn since would admit somebody again.
  `update main.invitations as was set withdrawn_at = coalesce(now.withdrawn_at, now.accepted_at)
     from present.invitations as now
     where now.id = was.id and was.withdrawn_at is null and was.accepted_at is null
       and coalesce(now.withdrawn_at, now.accepted_at) is not null`,
  // The backup has the addresses of accounts that were deleted since.
  `insert or ignore into main.follow_ups (subject, kind, at, actor_kind, actor_id, actor_name, details)
     select id || '/addresses', 'addresses', deleted_at, 'system', 'mintmark', 'Mintmark', '{}' from main.users
     where deleted_at is not null`,
  // A change that the host sent before a deletion, and that arrives again, would bring its target back.
  `insert into main.directory_versions
     select source, kind, external_id, member_external_id, deleted_version, deleted_version, seen_at
     from present.directory_versions where deleted_version is not null
     on conflict do update set version = max(version, excluded.version),
       deleted_version = max(coalesce(deleted_version, excluded.deleted_version), excluded.deleted_version)`,
  // A person who was removed could join by domain again.
  `insert or ignore into main.removed_addresses select * from present.removed_addresses`,
  `delete from main.domain_joinings where organization_id in (select id from present.organizations)
     and organization_id not in (select organization_id from present.domain_joinings)`,
];

/** An address that a user gave up since may belong to another person, who could reset the password. */
function keepAddresses(database: DatabaseSync): void {
  const changed = `from present.users as now where now.id = was.id and was.email_key <> now.email_key`;
  // In two steps, since two people may have exchanged their addresses.
  database.exec(`create temp table changed as select was.id from main.users as was, present.users as now
    where now.id = was.id and was.email_key <> now.email_key`);
  database.exec(`update main.users as was set email_key = was.id ${changed}`);
  database.exec(`update main.users as was set email = now.email, email_key = now.email_key,
    email_verified_at = now.email_verified_at, email_vouched_at = now.email_vouched_at from present.users as now
    where now.id = was.id and was.id in (select id from temp.changed)`);
}

/** Keeps the events since the backup, of organizations that are in the restored database. */
function keepEvents(database: DatabaseSync): void {
  database.exec(`insert into main.audit_events select now.* from present.audit_events as now
    where now.at >= (select coalesce(max(at), 0) from main.audit_events)
      and not exists (select 1 from main.audit_events as was where was.id = now.id)
      and (now.organization_id is null or now.organization_id in (select id from main.organizations))
    order by now.at, now.id`);
}

/** Ends every session, link and pending login: one that was signed out or used since would work again. */
export function endWhatIsUnderWay(database: DatabaseSync, now: number): void {
  const at: SQLInputValue = now;
  database.prepare("update main.sessions set ended_at = ? where ended_at is null").run(at);
  database.exec("delete from main.email_links");
  // Emails of the backup were sent since, or are about what was undone.
  database.exec("delete from main.emails");
  database
    .prepare("update main.device_logins set denied_at = ? where redeemed_at is null and denied_at is null")
    .run(at);
  database.exec("update main.instance set setup_code_hash = null, setup_code_expires_at = null");
}

/** Revokes every token, API key and management key that is not revoked, each with its event. Returns how many. */
export function revokeEverything(database: DatabaseSync, now: number): number {
  let count = 0;
  for (const [table, kind] of [
    ["personal_access_tokens", "pat"],
    ["api_keys", "api_key"],
    ["management_keys", "management_key"],
  ] as const) {
    const owner = kind === "pat" ? "user_id" : "null";
    const organization = kind === "management_key" ? "null" : "organization_id";
    database
      .prepare(
        `insert into main.audit_events
           (id, at, organization_id, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
            subject_id, outcome, details)
         select 'evt_' || lower(hex(randomblob(16))), ?, ${organization}, 'system', 'mintmark', 'Mintmark',
           '${kind}.revoked', '${kind}', id, name, ${owner}, 'ok', '{"reason":"admin"}'
         from main.${table} where revoked_at is null`,
      )
      .run(now);
    const { changes } = database
      .prepare(
        `update main.${table} set revoked_at = ?, revoked_reason = 'admin', revoked_by_kind = 'system',
           revoked_by_id = 'mintmark', revoked_by_name = 'Mintmark' where revoked_at is null`,
      )
      .run(now);
    count += Number(changes);
  }
  return count;
}

/** Records the restore itself in the audit log of the instance. */
export function recordRestore(database: DatabaseSync, now: number, details: Readonly<Record<string, unknown>>): void {
  database
    .prepare(
      `insert into main.audit_events (id, at, actor_kind, actor_id, actor_name, action, outcome, details)
         values (?, ?, 'system', 'mintmark', 'Mintmark', 'instance.restored', 'ok', ?)`,
    )
    .run(newId("auditEvent"), now, JSON.stringify(details));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
