import { basename } from "node:path/posix";
import { file, type SourceFile, testRule } from "./repository.ts";

const MIGRATION = /^server\/src\/store\/(sqlite|postgres)\/migrations\/[^/]+$/;

testRule({
  name: "both engines have the same migrations, numbered from 0001 without gaps",
  because: "one schema version must mean the same on either engine, and a gap hides a migration that was lost",
  subject: (path) => MIGRATION.test(path),
  check: (files) => {
    const sqlite = namesOf(files, "sqlite");
    const postgres = namesOf(files, "postgres");
    return [
      ...without(sqlite, postgres).map((name) => `postgres lacks ${name}`),
      ...without(postgres, sqlite).map((name) => `sqlite lacks ${name}`),
      ...numbering("sqlite", sqlite),
      ...numbering("postgres", postgres),
    ];
  },
  twin: {
    files: [
      "sqlite/migrations/0001-initial.ts",
      "postgres/migrations/0001-initial.ts",
      "sqlite/migrations/0003-x.ts",
    ].map((path) => file(`server/src/store/${path}`)),
    violations: ["postgres lacks 0003-x.ts", "sqlite: 0003-x.ts stands where 0002-… belongs"],
  },
});

function namesOf(files: readonly SourceFile[], engine: string): string[] {
  return files
    .filter(({ path }) => MIGRATION.exec(path)?.[1] === engine)
    .map(({ path }) => basename(path))
    .sort();
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}

/** The list of an engine's migrations may stand beside them as index.ts; everything else carries its number. */
function numbering(engine: string, names: readonly string[]): string[] {
  return names
    .filter((name) => name !== "index.ts")
    .flatMap((name, index) => {
      const expected = `${String(index + 1).padStart(4, "0")}-`;
      return name.startsWith(expected) ? [] : [`${engine}: ${name} stands where ${expected}… belongs`];
    });
}
