// The history of a schema and how both engines' migration runners check it. Each migration has a twin of the same name
// for the other engine; a test compares the lists.
export interface Migration {
  /** For example `0001-initial`: the number gives the order, the rest says the subject. */
  readonly name: string;
  readonly sql: string;
}

export const HISTORY_TABLE = "schema_migrations";

/** The database was written by a later version of Mintmark, or by something else. */
export class SchemaUnknown extends Error {
  override readonly name = "SchemaUnknown";
}

/**
 * The migrations that are not applied yet. Throws `SchemaUnknown` for a history that does not begin like this build's:
 * the database is newer than the build, and a write could break the newer version.
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly string[]): readonly Migration[] {
  const stranger = applied.find((name, index) => known[index]?.name !== name);
  if (stranger !== undefined) {
    throw new SchemaUnknown(
      `the database has the schema change "${stranger}", which this version of Mintmark does not know: ` +
        "start the version that made it, or a later one",
    );
  }
  return known.slice(applied.length);
}

/**
 * Whether this build can serve on a database with this history, where several versions run side by side: the database
 * has all changes of this build. Later versions only add, until no replica of this version is left (CONTRIBUTING.md).
 */
export function isServable(known: readonly Migration[], applied: readonly string[]): boolean {
  return known.every((migration, index) => migration.name === applied[index]);
}

/** Whether the history is exactly this build's. */
export function isCurrent(known: readonly Migration[], applied: readonly string[]): boolean {
  return applied.length === known.length && known.every((migration, index) => migration.name === applied[index]);
}
