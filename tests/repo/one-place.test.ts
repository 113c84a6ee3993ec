// What only core may write: a rule or a number that a second place would copy, and then forget to change.
import { file, testRule } from "./repository.ts";

interface Home {
  readonly what: string;
  readonly pattern: RegExp;
  readonly home: string;
}

const HOMES: readonly Home[] = [
  {
    what: "the shape of a secret",
    pattern: /pat\|key|key\|svc|\[0-9a-f\]\{(?:40|48)/,
    home: "core/src/format.ts",
  },
  { what: "the length of a day", pattern: /\b86_?400_?000\b|\b24 \* 60 \* 60\b/, home: "core/src/lifetime.ts" },
  { what: "the latest expiry", pattern: /\b3_?650\b/, home: "core/src/lifetime.ts" },
];

testRule({
  name: "the shape of a secret, the length of a day and the latest expiry are written in core alone",
  because: "a copy is not changed with its original",
  subject: (path) => /^(?:core|mcp-clients|terminal|server|cli|web)\/src\/.*\.tsx?$/.test(path),
  check: (files) =>
    files.flatMap(({ path, text }) =>
      HOMES.filter(({ home, pattern }) => path !== home && pattern.test(text)).map(
        ({ what, home }) => `${path} writes ${what}: import it from ${home}`,
      ),
    ),
  twin: {
    files: [
      file("core/src/format.ts", "const SHAPE = /^mm_(?:pat|key|svc)_[0-9a-f]{48}$/;"),
      file("server/src/log/redact.ts", "const SECRET = /_(pat|key|svc)_[0-9a-f]+/;"),
      file("server/src/use-cases/token.ts", "const YEAR_MS = 365 * 86_400_000;\nconst longest = 3650;"),
    ],
    violations: [
      "server/src/log/redact.ts writes the shape of a secret: import it from core/src/format.ts",
      "server/src/use-cases/token.ts writes the length of a day: import it from core/src/lifetime.ts",
      "server/src/use-cases/token.ts writes the latest expiry: import it from core/src/lifetime.ts",
    ],
  },
});
