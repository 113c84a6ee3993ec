// The parts of the domain have the same names in every layer of the server, and an order. A newcomer who knows the list
// knows where to look: use-cases/token, store/token, wire/token, http/routes/token, mcp/tools/token.
import { importsOf } from "./imports.ts";
import { file, type SourceFile, testRule } from "./repository.ts";

/** Lowest first: a use case imports from its own domain and from the domains before it. ARCHITECTURE has the list. */
export const DOMAINS = [
  "audit",
  "mail",
  "event",
  "notice",
  "token",
  "policy",
  "api-key",
  "organization",
  "session",
  "account",
  "invitation",
  "member",
  "directory",
  "device",
  "hand-off",
  "usage",
  "verification",
  "admin",
] as const;

/** Each layer, and what it holds besides the domains. */
const LAYERS: Readonly<Record<string, { readonly besides: readonly string[]; readonly hasAll: boolean }>> = {
  "server/src/http/routes/": { besides: [], hasAll: true },
  "server/src/wire/": { besides: ["problem", "request", "schema"], hasAll: true },
  "server/src/use-cases/": {
    besides: ["authority", "grants", "input", "limits", "use-case"],
    hasAll: true,
  },
  "server/src/store/": {
    besides: [
      "authority",
      "backup",
      "context",
      "errors",
      "limit",
      "migration",
      "postgres",
      "sqlite",
      "store",
      "tables",
      "values",
      "verbs",
    ],
    hasAll: true,
  },
  // AI clients get tools for some of the domains only.
  "server/src/mcp/tools/": { besides: ["index"], hasAll: false },
};

function layerOf(path: string): string | undefined {
  return Object.keys(LAYERS).find((layer) => path.startsWith(layer));
}

/** The file or folder of the layer that the path lies in, without its extension. */
function roomOf(layer: string, path: string): string {
  return (path.slice(layer.length).split("/")[0] ?? "").replace(/\.ts$/, "");
}

testRule({
  name: "every layer holds the domains, under the same names",
  because: "nobody finds a part that has one name here and another there",
  subject: (path) => layerOf(path) !== undefined,
  check: (files) =>
    Object.entries(LAYERS).flatMap(([layer, { besides, hasAll }]) => {
      const found = new Set(files.filter(({ path }) => path.startsWith(layer)).map(({ path }) => roomOf(layer, path)));
      const known: readonly string[] = [...DOMAINS, ...besides];
      const unknown = [...found].filter((room) => !known.includes(room)).map((room) => `${layer}${room} is no domain`);
      const missing = hasAll
        ? known.filter((room) => !found.has(room)).map((room) => `${layer}${room} is missing`)
        : [];
      return [...unknown, ...missing];
    }),
  twin: {
    files: [
      ...Object.entries(LAYERS).flatMap(([layer, { besides, hasAll }]) =>
        hasAll ? [...DOMAINS, ...besides].map((room) => file(`${layer}${room}.ts`)) : [],
      ),
      file("server/src/wire/oversight/list.ts"),
      file("server/src/mcp/tools/tokens.ts"),
    ].filter(({ path }) => path !== "server/src/use-cases/policy.ts"),
    violations: [
      "server/src/wire/oversight is no domain",
      "server/src/use-cases/policy is missing",
      "server/src/mcp/tools/tokens is no domain",
    ],
  },
});

const USE_CASES = "server/src/use-cases/";
/** The files that every domain uses come before all domains. */
const rankOf = (path: string): number => (DOMAINS as readonly string[]).indexOf(roomOf(USE_CASES, path));

testRule({
  name: "a use case imports no domain that comes after its own",
  because: "two domains that import each other are one domain in two places",
  subject: (path) => path.startsWith(USE_CASES),
  check: (files) =>
    files.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => target?.startsWith(USE_CASES) === true && rankOf(target) > rankOf(source.path))
        .map(({ target }) => `${source.path} imports ${target}`),
    ),
  twin: {
    files: [
      file("server/src/use-cases/token/mint.ts", 'import type { A } from "../account/account.ts";'),
      file("server/src/use-cases/member/member.ts", 'import { b } from "../token/end-many.ts";'),
      file("server/src/use-cases/authority.ts", 'import { c } from "./audit.ts";'),
    ],
    violations: [
      "server/src/use-cases/token/mint.ts imports server/src/use-cases/account/account.ts",
      "server/src/use-cases/authority.ts imports server/src/use-cases/audit.ts",
    ],
  },
});

testRule({
  name: "no files import each other in a circle, not even types",
  because: "a circle has no first file to read, and none that can be changed alone",
  subject: (path) => /^(core|mcp-clients|cli|server)\/src\/.*\.ts$/.test(path),
  check: circlesIn,
  twin: {
    files: [
      file("server/src/a.ts", 'import type { B } from "./b.ts";'),
      file("server/src/b.ts", 'import { c } from "./c.ts";\nimport { d } from "./d.ts";'),
      file("server/src/c.ts", 'export * from "./a.ts";'),
      file("server/src/d.ts", 'const a = await import("./a.ts");'),
    ],
    violations: ["server/src/a.ts → server/src/b.ts → server/src/c.ts → server/src/a.ts"],
  },
});

/** One line for each circle that a walk over the imports meets. Lazy imports do not count. */
function circlesIn(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map((source) => [
      source.path,
      importsOf({ ...source, text: source.text.replace(/\bimport\(/g, "load(") }).map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) circles.push([...way.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) if (target !== null) walk(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return circles;
}
