// The newest version of each thing in the directory of a source, so that changes that arrive late or twice do no harm.
import { sql, type SqlBool } from "kysely";
import { jsonRows, type SqlContext } from "../context.ts";

/** A thing in the directory of a source. `members` is the list of all members of an organization. */
export interface DirectoryKey {
  readonly kind: "user" | "organization" | "member" | "members";
  /** Of a member the organization's. */
  readonly externalId: string;
  /** Of a member the user's; else empty. */
  readonly memberExternalId: string;
}

/** The newest version that was seen of a thing. It stays when the thing is deleted. */
export interface DirectoryVersion extends DirectoryKey {
  readonly version: number;
  /** The version of its last deletion. */
  readonly deletedVersion: number | null;
}

export const directoryVersionReads = { findDirectoryVersions };

export const directoryVersionWrites = {
  lockDirectoryVersions,
  saveDirectoryVersions,
  markDirectoryDeletion,
  pruneDirectoryVersions,
};

const KEY_COLUMNS = ["source", "kind", "external_id", "member_external_id"] as const;
/** The row of a thing of which no version was seen: it only serves as a lock. */
const NOT_SEEN = -1;

interface VersionRow {
  readonly kind: DirectoryKey["kind"];
  readonly external_id: string;
  readonly member_external_id: string;
  readonly version: number;
  readonly deleted_version: number | null;
}

/** The versions that were seen of these things. Uses the primary key. */
async function findDirectoryVersions(
  { db }: SqlContext,
  source: string,
  keys: readonly DirectoryKey[],
): Promise<readonly DirectoryVersion[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom("directory_versions")
    .select(["kind", "external_id", "member_external_id", "version", "deleted_version"])
    .where("source", "=", source)
    .where(sql<SqlBool>`(kind, external_id, member_external_id) in (${keyRows(keys)})`)
    .where("version", ">", NOT_SEEN)
    .execute();
  return rows.map(toVersion);
}

/**
 * The same, and locks these things, also those that were never seen, so that two changes of one thing wait for each
 * other. Locks in the order of the keys, after every other row.
 */
async function lockDirectoryVersions(
  { db }: SqlContext,
  source: string,
  keys: readonly DirectoryKey[],
  now: number,
): Promise<readonly DirectoryVersion[]> {
  if (keys.length === 0) return [];
  const values = sorted(keys).map((key) => [source, ...partsOf(key), NOT_SEEN, now]);
  const rows = await db
    .insertInto("directory_versions")
    .columns([...KEY_COLUMNS, "version", "seen_at"])
    .expression(sql`${jsonRows(["text", "text", "text", "text", "bigint", "bigint"], values)}`)
    .onConflict((conflict) => conflict.columns(KEY_COLUMNS).doUpdateSet({ seen_at: sql<number>`excluded.seen_at` }))
    .returning(["kind", "external_id", "member_external_id", "version", "deleted_version"])
    .execute();
  return rows.filter(({ version }) => version > NOT_SEEN).map(toVersion);
}

/** Stores the newest versions. The caller has locked them. */
async function saveDirectoryVersions(
  { db }: SqlContext,
  source: string,
  versions: readonly DirectoryVersion[],
  now: number,
): Promise<void> {
  if (versions.length === 0) return;
  const newest = new Map(versions.map((version) => [keyText(version), version]));
  const values = sorted([...newest.values()]).map((seen) => [
    source,
    ...partsOf(seen),
    seen.version,
    seen.deletedVersion,
    now,
  ]);
  await db
    .insertInto("directory_versions")
    .columns([...KEY_COLUMNS, "version", "deleted_version", "seen_at"])
    .expression(sql`${jsonRows(["text", "text", "text", "text", "bigint", "bigint", "bigint"], values)}`)
    .onConflict((conflict) =>
      conflict.columns(KEY_COLUMNS).doUpdateSet({
        version: sql<number>`excluded.version`,
        deleted_version: sql<number | null>`excluded.deleted_version`,
        seen_at: sql<number>`excluded.seen_at`,
      }),
    )
    .execute();
}

/** Remembers a deletion that came without a version: what was seen of the thing before is older. */
async function markDirectoryDeletion({ db }: SqlContext, source: string, key: DirectoryKey): Promise<void> {
  await db
    .updateTable("directory_versions")
    .set((row) => ({ deleted_version: row.ref("version") }))
    .where("source", "=", source)
    .where("kind", "=", key.kind)
    .where("external_id", "=", key.externalId)
    .where("member_external_id", "=", key.memberExternalId)
    .where("version", ">", NOT_SEEN)
    .execute();
}

const IS_PRESENT = sql<SqlBool>`case old.kind
  when 'user' then exists (select 1 from users as usr
    where usr.external_source = old.source and usr.external_id = old.external_id and usr.deleted_at is null)
  when 'member' then exists (select 1 from organizations as org
    join memberships as mem on mem.organization_id = org.id and mem.ended_at is null
    join users as usr on usr.id = mem.user_id
    where org.external_source = old.source and org.external_id = old.external_id and org.deleted_at is null
      and usr.external_source = old.source and usr.external_id = old.member_external_id)
  else exists (select 1 from organizations as org
    where org.external_source = old.source and org.external_id = old.external_id and org.deleted_at is null) end`;

/**
 * Looks at up to `limit` versions that were last stored before an instant, oldest first. Deletes those of things that
 * are no longer there, and keeps the others for as long again. Returns how many it looked at. Reads in the order of
 * directory_versions_oldest.
 */
async function pruneDirectoryVersions(
  { db }: SqlContext,
  { before, now, limit }: { readonly before: number; readonly now: number; readonly limit: number },
): Promise<number> {
  const { rows } = await sql<VersionRow & { readonly source: string; readonly is_present: number | boolean }>`
    select old.source, old.kind, old.external_id, old.member_external_id, ${IS_PRESENT} as is_present
    from (select * from directory_versions where seen_at < ${before} order by seen_at limit ${limit}) as old
  `.execute(db);
  const keyed = rows.map((row) => ({
    isPresent: Boolean(row.is_present),
    key: [row.source, row.kind, row.external_id, row.member_external_id],
  }));
  const matching = (isPresent: boolean) =>
    sql<SqlBool>`seen_at < ${before} and (source, kind, external_id, member_external_id) in (${jsonRows(
      ["text", "text", "text", "text"],
      keyed.filter((row) => row.isPresent === isPresent).map(({ key }) => key),
    )})`;
  await db.deleteFrom("directory_versions").where(matching(false)).execute();
  await db.updateTable("directory_versions").set({ seen_at: now }).where(matching(true)).execute();
  return rows.length;
}

function partsOf({ kind, externalId, memberExternalId }: DirectoryKey): readonly [string, string, string] {
  return [kind, externalId, memberExternalId];
}

function keyText(key: DirectoryKey): string {
  return JSON.stringify(partsOf(key));
}

/** Each key once, in one order. */
function sorted<Key extends DirectoryKey>(keys: readonly Key[]): readonly Key[] {
  const byText = new Map(keys.map((key) => [keyText(key), key]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key);
}

function keyRows(keys: readonly DirectoryKey[]) {
  return jsonRows(["text", "text", "text"], sorted(keys).map(partsOf));
}

function toVersion(row: VersionRow): DirectoryVersion {
  return {
    kind: row.kind,
    externalId: row.external_id,
    memberExternalId: row.member_external_id,
    version: row.version,
    deletedVersion: row.deleted_version,
  };
}
