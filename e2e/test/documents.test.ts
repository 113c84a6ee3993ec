// Every command in the README and the guides does what the text says: it is played against a real instance, in the
// order of the document. A command succeeds unless its comment says otherwise (`# exits 4`, `# answers 401`); what
// nobody can run here says so to its readers in the first line of its snippet.
import assert from "node:assert/strict";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startInstance, type TestInstance, uniqueName } from "../../server/test/support/instance.ts";
import { Seed } from "../../server/test/support/seed.ts";
import { commandsOf, reasonNotToRun, snippets } from "../../tests/repo/markdown.ts";
import { type Outcome, playCommands } from "../src/document-shell.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** One test follows this guide from its first line to its last: e2e/test/afternoon.test.ts. */
const FOLLOWED = "docs/integrate.md";
const DOCUMENTS: readonly string[] = ["README.md", ...globSync("docs/**/*.md", { cwd: ROOT })]
  .filter((path) => path !== FOLLOWED)
  .toSorted();

/** Commands that another test runs, and the file of that test. */
const ELSEWHERE: readonly (readonly [command: RegExp, by: string])[] = [
  [/^npm start$/, "e2e/test/start.test.ts"],
  [/^npm run demo$/, "server/test/demo/demo.test.ts"],
  // This runs it.
  [/^npm test$/, "package.json"],
];

/** Where the documents' instance is: in the README, which is read where `npm start` runs, and in the guides. */
const ADDRESSES = /http:\/\/127\.0\.0\.1:3210|https:\/\/mintmark\.example\.com/g;

interface Command {
  readonly text: string;
  readonly exits: number;
  /** The status that curl must receive. Any success if the document names none. */
  readonly answers: number | null;
}

function commandsIn(document: string): readonly Command[] {
  return snippets(readFileSync(join(ROOT, document), "utf8"))
    .filter((snippet) => reasonNotToRun(snippet) === null)
    .flatMap((snippet) => {
      if (snippet.language === "sh") return commandsOf(snippet);
      return snippet.language === "js"
        ? [`node --input-type=module <<'END_OF_PROGRAM'\n${snippet.text}END_OF_PROGRAM`]
        : [];
    })
    .filter((command) => !ELSEWHERE.some(([pattern]) => pattern.test(command)))
    .map((text) => {
      const said = (what: string): number | null => {
        const number = new RegExp(`#.*\\b${what} (\\d+)\\b`).exec(text)?.[1];
        return number === undefined ? null : Number(number);
      };
      return { text, exits: said("exits") ?? 0, answers: said("answers") };
    });
}

/** What a document's reader has: a token of an organization they own, and the key of a service. */
async function deskOf(instance: TestInstance): Promise<Parameters<typeof playCommands>[1]> {
  const seed = new Seed(instance);
  const ada = await seed.person("Ada", { instanceAdmin: true });
  const northwind = await seed.organization(ada, "Northwind");
  const token = await seed.token(ada, northwind, { name: "laptop" });
  const old = await seed.token(ada, northwind, { name: "an earlier laptop" });
  const leaked = await seed.token(ada, northwind, { name: "in a log" });
  const ben = await seed.person("Ben");
  const membership = await seed.member(northwind, ben, "member");
  await seed.token(ben, northwind, { name: "of somebody who leaves" });
  const service = await seed.service(ada);
  // Of a separate source, so that the commands may make the two of the host.
  const { secret: managementKey } = await seed.managementKey({ source: uniqueName("shop") });
  return {
    typed: token.secret,
    env: {
      TOKEN: token.secret,
      TOKEN_ID: token.id,
      OLD_TOKEN_ID: old.id,
      LEAKED: leaked.secret,
      MEMBERSHIP: membership,
      ORGANIZATION: northwind.id,
      MINTMARK_SERVICE_KEY: service.secret,
      MINTMARK_MANAGEMENT_KEY: managementKey,
      MINTMARK_URL: instance.url,
      MINTMARK_KEYRING: "off",
      // For what runs on the host.
      MINTMARK_DATA: join(instance.folder, "mintmark.db"),
    },
  };
}

function problemOf({ text, exits, answers }: Command, outcome: Outcome, secret: string): string | null {
  const { exitCode, statuses, stdout, stderr } = outcome;
  const told = `\n${stdout}${stderr}`.replaceAll(secret, "<the secret>");
  if (exitCode !== exits) return `${text}\nexits ${exitCode} and not ${exits}:${told}`;
  const isExpected = (status: number): boolean =>
    answers === null ? status >= 200 && status < 300 : status === answers;
  if (!statuses.every(isExpected)) return `${text}\ngets ${statuses.join()}:${told}`;
  return (stdout + stderr).includes(secret) ? `${text}\nprints the secret` : null;
}

describe("documents", { concurrency: 2 }, () => {
  const catalogue = join(mkdtempSync(join(tmpdir(), "mintmark-documents-")), "catalogue.json");
  // The one that the documents show: their commands ask for its permissions.
  const shown = snippets(readFileSync(join(ROOT, "docs/configuration.md"), "utf8"));
  writeFileSync(catalogue, shown.find(({ language }) => language === "json")?.text ?? "");
  const started = startInstance({ env: { MINTMARK_CATALOGUE: catalogue } });
  after(async () => {
    await (await started).close();
    rmSync(join(catalogue, ".."), { recursive: true });
  });

  for (const document of DOCUMENTS) {
    const commands = commandsIn(document);
    if (commands.length === 0) continue;
    test(`the commands of ${document} do what it says`, async () => {
      const instance = await started;
      const desk = await deskOf(instance);
      const outcomes = await playCommands(
        commands.map(({ text }) => text.replaceAll(ADDRESSES, instance.url)),
        desk,
      );
      const problems = commands.map((command, index) => problemOf(command, outcomes[index] as Outcome, desk.typed));
      assert.deepEqual(
        problems.filter((problem) => problem !== null),
        [],
      );
    });
  }

  test("a command that fails is noticed, and the README has some", async () => {
    assert.ok(commandsIn("README.md").length > 5);
    const desk = { env: { MINTMARK_URL: (await started).url, MINTMARK_KEYRING: "off" }, typed: "" };
    const played = async (text: string): Promise<string | null> => {
      const [outcome] = await playCommands([text], desk);
      return problemOf({ text, exits: 0, answers: null }, outcome as Outcome, "nobody's");
    };
    assert.match((await played("curl $MINTMARK_URL/api/whoami")) ?? "", /gets 401/);
    assert.match((await played("mintmark whoami")) ?? "", /exits 4 and not 0/);
    assert.match((await played("echo $NO_SUCH_VARIABLE")) ?? "", /exits null.*\n.*unbound variable/);
  });

  test("every command that another test should run is in that test", () => {
    for (const [, by] of ELSEWHERE) assert.ok(existsSync(join(ROOT, by)), by);
  });
});
