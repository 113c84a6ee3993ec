// The rows of the lists, as statements with which the database generates them, because sending ten million rows would
// take too long. Rows of one kind are spread evenly over the same year, so that the middle of every list is known.
import { DAY_MS, DEFAULT_SOURCE, defaultPolicy } from "@mintmark/core";

export interface Sizes {
  readonly members: number;
  readonly tokens: number;
  readonly events: number;
}

export const YEAR_MS = 365 * DAY_MS;
export const ORGANIZATION = id("org", 0);
/** The id by which the host knows the organization. */
export const EXTERNAL_ID = "large";
export const OWNER = id("usr", 0);
export const OWNERS_MEMBERSHIP = id("mem", 0);
export const A_TOKEN = id("pat", 7);

/** The expressions in which the two engines differ. */
export interface Dialect {
  /** Numbers from 0 to below `count`, as a table `n` with the column `i`. */
  readonly numbers: (count: number) => string;
  /** The number in lower-case hex, padded with zeros to the width. */
  readonly hex: (number: string, width: number) => string;
  /** 32 bytes that differ for each number. */
  readonly hash: (number: string) => string;
}

export const SQLITE: Dialect = {
  numbers: (count) =>
    `(with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${count}) select i from n) as n`,
  hex: (number, width) => `printf('%0${width}x', ${number})`,
  hash: () => "randomblob(32)",
};

export const POSTGRES: Dialect = {
  numbers: (count) => `generate_series(0, ${count} - 1) as n (i)`,
  hex: (number, width) => `lpad(to_hex(${number}), ${width}, '0')`,
  hash: (number) => `sha256((${number})::text::bytea)`,
};

/** The same id as `idOf` makes in the database. The ids are scattered as random ones are. */
function id(prefix: string, number: number): string {
  const scattered = Number((BigInt(number) * 2_654_435_761n) % 4_294_967_296n);
  return `${prefix}_${scattered.toString(16).padStart(8, "0")}${number.toString(16).padStart(24, "0")}`;
}

/** Statements that fill an empty schema, in the order of the references between tables. */
export function fillStatements({ numbers, hex, hash }: Dialect, sizes: Sizes, now: number): readonly string[] {
  const idOf = (prefix: string, number: string): string =>
    `'${prefix}_' || ${hex(`((${number}) * 2654435761) % 4294967296`, 8)} || ${hex(number, 24)}`;
  const i = "cast(n.i as bigint)";
  const at = (count: number): string => `${now} - ${i} * ${Math.max(1, Math.floor(YEAR_MS / count))}`;
  const { members, tokens, events } = sizes;
  const policy = JSON.stringify(defaultPolicy(["owner", "admin", "member", "viewer"]));
  const holder = `${i} % ${members}`;
  const every = (nth: number, value: string, otherwise: string): string =>
    `case when ${i} % ${nth} = 0 then ${value} else ${otherwise} end`;
  return [
    `insert into users (id, name, name_key, email, email_key, created_at, instance_admin_at, external_source, external_id)
     select ${idOf("usr", i)}, 'Person ' || n.i, 'person ' || n.i, 'person-' || n.i || '@example.com',
       'person-' || n.i || '@example.com', ${at(members)}, case when n.i = 0 then ${now} end,
       '${DEFAULT_SOURCE}', 'person-' || n.i
     from ${numbers(members)}`,
    `insert into organizations (id, name, name_key, policy, created_at, external_source, external_id)
     select '${ORGANIZATION}', 'Large', 'large', '${policy}', ${now}, '${DEFAULT_SOURCE}', '${EXTERNAL_ID}'`,
    `insert into organizations (id, name, name_key, personal_of, created_at)
     select ${idOf("org", `${i} + 1`)}, 'Person ' || n.i, 'person ' || n.i, ${idOf("usr", i)}, ${at(members)}
     from ${numbers(members)}`,
    `insert into memberships (id, organization_id, user_id, role, joined_at)
     select ${idOf("mem", i)}, '${ORGANIZATION}', ${idOf("usr", i)},
       case when n.i = 0 then 'owner' else 'member' end, ${at(members)}
     from ${numbers(members)}`,
    `insert into memberships (id, organization_id, user_id, role, joined_at)
     select ${idOf("mem", `${i} + ${members}`)}, ${idOf("org", `${i} + 1`)}, ${idOf("usr", i)}, 'owner', ${at(members)}
     from ${numbers(members)}`,
    // No list looks a token up by its secret, so the key need not be that of the hash.
    `insert into personal_access_tokens (id, hash_key, hash, prefix, name, name_key, user_id, organization_id,
       membership_id, user_number, organization_number, membership_number, created_at, expires_at, revoked_at,
       revoked_reason, revoked_by_kind, revoked_by_id, revoked_by_name)
     select ${idOf("pat", i)}, ${i}, ${hash(i)}, 'mm_pat_000', 'Token ' || n.i, 'token ' || n.i, ${idOf("usr", holder)},
       '${ORGANIZATION}', ${idOf("mem", holder)}, (select number from users where id = ${idOf("usr", holder)}),
       (select number from organizations where id = '${ORGANIZATION}'),
       (select number from memberships where id = ${idOf("mem", holder)}), ${at(tokens)},
       ${every(3, "null", `${at(tokens)} + ${i} % 2 * ${2 * YEAR_MS}`)},
       ${every(10, String(now), "null")}, ${every(10, "'self'", "null")}, ${every(10, "'user'", "null")},
       ${every(10, `'${OWNER}'`, "null")}, ${every(10, "'Person 0'", "null")}
     from ${numbers(tokens)}`,
    `insert into credential_uses (credential_id, organization_id, use_count, last_used_at)
     select ${idOf("pat", i)}, '${ORGANIZATION}', ${i} % 4, ${every(4, "null", at(tokens))}
     from ${numbers(tokens)} order by 1`,
    `insert into api_keys (id, hash, prefix, name, organization_id, role, created_by, created_at)
     select ${idOf("key", i)}, ${hash(i)}, 'mm_key_000', 'Key ' || n.i, '${ORGANIZATION}', 'member', '${OWNER}',
       ${at(members)}
     from ${numbers(members)}`,
    // Most events are uses. Changes are rare, and one action happened a handful of times.
    `insert into audit_events (id, at, organization_id, actor_kind, actor_id, actor_name, via_kind, via_id, via_name,
       action, target_kind, target_id, target_name, subject_id, outcome, ip, user_agent, request_id, details)
     select ${idOf("evt", i)}, ${at(events)}, ${every(10, idOf("org", `${holder} + 1`), `'${ORGANIZATION}'`)}, 'user',
       ${idOf("usr", holder)}, 'Person ' || (${holder}), 'pat', ${idOf("pat", `${i} % ${tokens}`)}, 'Token',
       case when n.i % ${Math.max(2, Math.floor(events / 5))} = 1 then 'organization.renamed'
         when n.i % 100 = 3 then 'pat.created' when n.i % 10 = 5 then 'pat.denied' else 'pat.used' end,
       'pat', ${idOf("pat", `${i} % ${tokens}`)}, 'Token', ${every(7, idOf("usr", `(${i} + 1) % ${members}`), "null")},
       case when n.i % 100 <> 3 and n.i % 10 = 5 then 'denied' else 'ok' end, '203.0.113.7', 'bench',
       '00000000000000000000000000000000', '{}'
     from ${numbers(events)}`,
  ];
}
