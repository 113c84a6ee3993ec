import { importsOf } from "./imports.ts";
import { file, type SourceFile, testRule } from "./repository.ts";

testRule({
  name: "no import of the store closes a circle, type-only imports included",
  because: "files that need each other can only be read, changed and tested together",
  subject: (path) => path.startsWith("server/src/store/") && path.endsWith(".ts"),
  check: circlesOf,
  twin: {
    files: [
      file("server/src/store/a.ts", 'import type { B } from "./b/b.ts";\n'),
      file("server/src/store/b/b.ts", 'export * from "../c.ts";\n'),
      file("server/src/store/c.ts", 'import { a } from "./a.ts";\n'),
      file("server/src/store/d.ts", 'import { a } from "./a.ts";\n'),
    ],
    violations: ["server/src/store/a.ts → server/src/store/b/b.ts → server/src/store/c.ts → server/src/store/a.ts"],
  },
});

/** One line for each circle, at the import that closes it. */
function circlesOf(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map((source) => [source.path, importsOf(source).map(({ target }) => target)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (way.includes(path) || done.has(path)) return;
    for (const target of targets.get(path) ?? []) if (target !== null) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}
