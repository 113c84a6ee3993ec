import { file, type SourceFile, testRule } from "./repository.ts";

const MIGRATION = /^server\/src\/store\/postgres\/migrations\/(\d{4})-[^/]+$/;

/** The one before it makes the schema of an empty database, from which nobody serves. */
const FIRST = 2;

/** Statements that the rule refuses, each with the reason why it does no harm. */
const HARMLESS: Readonly<Record<string, string>> = {
  "alter table sessions alter column organization_id drop not null":
    "only the sessions of instance admins without an organization have none, and only under a setting that the version before does not know",
};

/** A statement that begins like this must not go on like that. */
const FORBIDDEN: readonly (readonly [statement: RegExp, because: string])[] = [
  [/^(update|delete|insert into .* select) /, "changes all rows at once; write `with batch as (… limit …)`"],
  [/^with batch as (?!.*limit \d+)/, "has a batch without a limit"],
  [/^alter table .* (drop column|rename|drop not null)/, "takes away what the version before relies on"],
  [/^(drop table|drop view|drop function)/, "takes away what the version before relies on"],
  [/^alter table .* alter column \w+ (type|set data type) /, "writes the table anew under a lock"],
  [/^alter table .* add column .* generated always as /, "writes the table anew under a lock"],
  [/^alter table .* add column (?!.* default ).* not null/, "refuses the rows of the version before"],
  [/^alter table .* add (constraint \w+ )?(unique|primary key) ?\(/, "builds an index under a lock; use `using index`"],
  [
    /^alter table .* add constraint \w+ (check|foreign key)(?!.* not valid$)/,
    "reads the table under a lock; say `not valid`, then validate",
  ],
];

testRule({
  name: "a migration of PostgreSQL leaves replicas of the version before serving",
  because: "an upgrade replaces them one by one, and none may wait, fail, or lose what it writes meanwhile",
  subject: (path) => MIGRATION.test(path),
  check: (files) => files.filter(({ path }) => Number(MIGRATION.exec(path)?.[1]) >= FIRST).flatMap(violationsOf),
  twin: {
    files: [
      file(
        "server/src/store/postgres/migrations/0099-wrong.ts",
        `export const sql: string = \`
create index tokens_name on tokens (name);
update tokens set name = 'x';
alter table tokens
  add column kind text not null;
alter table tokens add constraint tokens_kind check (kind <> '');
\`;`,
      ),
    ],
    violations: [
      "0099-wrong.ts: `update tokens set name = 'x'` changes all rows at once; write `with batch as (… limit …)`",
      "0099-wrong.ts: `alter table tokens add column kind text not null` refuses the rows of the version before",
      "0099-wrong.ts: `alter table tokens add constraint tokens_kind check (kind <> '')` reads the table under a lock; say `not valid`, then validate",
    ],
  },
});

function violationsOf({ path, text }: SourceFile): string[] {
  const name = path.split("/").at(-1) ?? path;
  const sql = /`([\s\S]*)`/.exec(text)?.[1] ?? "";
  const code = sql.replaceAll(/^\s*--.*$/gm, "").replaceAll(/\$\$[\s\S]*?\$\$/g, "$$");
  const statements = code.split(";").map((statement) => statement.replaceAll(/\s+/g, " ").trim());
  return statements.flatMap((statement) =>
    Object.hasOwn(HARMLESS, statement)
      ? []
      : FORBIDDEN.filter(([pattern]) => pattern.test(statement)).map(
          ([, because]) => `${name}: \`${statement.slice(0, 80)}\` ${because}`,
        ),
  );
}
