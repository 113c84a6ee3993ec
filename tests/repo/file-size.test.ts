import { file, testRule } from "./repository.ts";

const MOST_LINES = 400;
/** Tools decide the length of generated files, and nobody reads these. */
const GENERATED = [/\.(generated|gen)\.(d\.)?tsx?$/, /\/generated\//];

const isGenerated = (path: string): boolean => GENERATED.some((pattern) => pattern.test(path));

testRule({
  name: `no TypeScript file is longer than ${MOST_LINES} lines`,
  because: "one file holds one idea, and a longer one holds two",
  subject: (path) => /\.tsx?$/.test(path) && !isGenerated(path),
  check: (files) =>
    files
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
  twin: {
    files: [file("web/src/a.tsx", "x\n".repeat(401)), file("core/src/b.ts", "x\n".repeat(400))],
    violations: ["web/src/a.tsx has 401 lines"],
  },
});
