// No guide states a number that nothing binds. Each number in the prose of the guides is bound to the code by
// documented-numbers.ts, or it is of a form that nothing in the code decides: a standard's, a version's, a status.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DOCUMENTED, OUTSIDE, valueOf } from "./documented-numbers.ts";
import { plainProse } from "./markdown.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const MORE_WORDS: Readonly<Record<number, string>> = {
  15: "fifteen",
  20: "twenty",
  30: "thirty",
  60: "sixty",
  100: "a hundred",
};
const UNITS =
  "milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|bytes|bits|characters|letters|digits|tries|times|tokens|keys|members|events|items|rows|addresses|networks|connections|replicas";

/** Every number of a text: digits, and number words before a unit. */
const NUMBER = new RegExp(
  `(?<![\\w.])\\d[\\d,.]*(?<![,.])(?!\\w)|\\b(?:two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|sixty|ninety)(?= (?:${UNITS})\\b)`,
  "gi",
);

/** Written by programs from the code, or a table of other people's versions. */
const NOT_PROSE = ["docs/errors.md", "docs/client-configurations.md", "docs/dependencies.md"];
const guides = globSync("docs/*.md", { cwd: root }).map((path) => path.replaceAll("\\", "/"));

const paths = new Set(["README.md", "SECURITY.md", ...guides, ...Object.keys(DOCUMENTED)]);

for (const path of [...paths].filter((guide) => !NOT_PROSE.includes(guide))) {
  const bindings = DOCUMENTED[path] ?? [];
  test(`${path} states the numbers of the code, and no other`, () => {
    const prose = plainProse(withoutReference(readFileSync(join(root, path), "utf8")));
    let text = prose;
    for (const [phrase, ...sources] of bindings) {
      const values = sources.map((source) => valueOf(root, source));
      const pattern = new RegExp(
        phrase
          .split("{}")
          .map(literal)
          .reduce((left, right, at) => `${left}(?:${forms(values[at - 1] ?? 0)})${right}`),
        "g",
      );
      assert.match(
        prose,
        pattern,
        `${path} does not say “${phrase}” with ${values.join(", ")}, as ${sources.join(", ")}`,
      );
      text = text.replaceAll(pattern, "");
    }
    for (const pattern of OUTSIDE) text = text.replaceAll(pattern, "");
    const unbound = [...text.matchAll(NUMBER)].map(
      ({ 0: number, index }) => `${number}: …${text.slice(Math.max(0, index - 60), index + 40)}…`,
    );
    assert.deepEqual(unbound, []);
  });
}

/** docs/cli.md ends with a reference that `npm run cli-pages` writes from the commands. */
function withoutReference(guide: string): string {
  return guide.split("[//]: # (From here on written")[0] ?? guide;
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function forms(value: number): string {
  const word = WORDS[value] ?? MORE_WORDS[value];
  return [
    String(value),
    value.toLocaleString("en"),
    ...(word === undefined ? [] : [word, word[0]?.toUpperCase() + word.slice(1)]),
  ]
    .map(literal)
    .join("|");
}
