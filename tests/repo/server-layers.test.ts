// Imports in the server point one way: http | mcp | commands → wire → use-cases, verify → store → core. Inside use-cases
// the domains have an order, in domains.test.ts.
// A folder that is not named here (secrets, network, …) is a leaf: every layer may import it, and it imports
// core and other leaves only.
import { importsOf } from "./imports.ts";
import { file, type Rule, type SourceFile, testRule } from "./repository.ts";

type Layer =
  | "main"
  | "demo"
  | "commands"
  | "terminal"
  | "http"
  | "mcp"
  | "wire"
  | "verify"
  | "use-cases"
  | "port"
  | "store"
  | "sqlite"
  | "postgres"
  | "config"
  | "leaf"
  | "core"
  | "elsewhere";

/** The first match names the layer of a file. */
const PLACES: readonly (readonly [RegExp, Layer])[] = [
  [/^core\/src\//, "core"],
  [/^terminal\/src\//, "terminal"],
  [/^server\/src\/(main|instance|serve)\.ts$/, "main"],
  [/^server\/src\/demo\//, "demo"],
  [/^server\/src\/commands\//, "commands"],
  [/^server\/src\/http\//, "http"],
  [/^server\/src\/mcp\//, "mcp"],
  [/^server\/src\/wire\//, "wire"],
  [/^server\/src\/verify\//, "verify"],
  [/^server\/src\/use-cases\//, "use-cases"],
  [/^server\/src\/store\/sqlite\//, "sqlite"],
  [/^server\/src\/store\/postgres\//, "postgres"],
  [/^server\/src\/store\/store\.ts$/, "port"],
  [/^server\/src\/store\//, "store"],
  [/^server\/src\/config\//, "config"],
  [/^server\/src\//, "leaf"],
];

interface LayerRule {
  readonly layer: Layer;
  readonly name: string;
  readonly mayImport: readonly Layer[];
  readonly because: string;
  /** A file of the layer and an import it must not have. */
  readonly twin: readonly [path: string, specifier: string];
}

const RULES: readonly LayerRule[] = [
  {
    layer: "http",
    name: "http imports the wire, use cases, verification, configuration and the store's port",
    mayImport: ["http", "wire", "use-cases", "verify", "port", "config", "leaf", "core"],
    because: "a route that reached into an engine would skip the rules and the audit event of the use case",
    twin: ["server/src/http/routes/mint-token.ts", "../../store/sqlite/open.ts"],
  },
  {
    layer: "mcp",
    name: "MCP imports the wire, use cases, verification and the store's port, and nothing of HTTP",
    mayImport: ["mcp", "wire", "use-cases", "verify", "port", "leaf", "core"],
    because: "a tool with access to an engine, or with its own queries, would skip the rules of the use case",
    twin: ["server/src/mcp/tools/token.ts", "../../http/app.ts"],
  },
  {
    layer: "commands",
    name: "commands import use cases, verification, configuration, the store's port, main, instance and serve",
    mayImport: ["commands", "terminal", "main", "use-cases", "verify", "port", "config", "leaf", "core"],
    because: "a command is one more transport, and what a route must not skip it must not skip either",
    twin: ["server/src/commands/setup-code.ts", "../store/postgres/open.ts"],
  },
  {
    layer: "demo",
    name: "the demo imports main and what commands import",
    mayImport: ["demo", "main", "use-cases", "verify", "port", "config", "leaf", "core"],
    because: "it is the same server on example data, so it must not write data that no use case could",
    twin: ["server/src/demo/main.ts", "../store/sqlite/open.ts"],
  },
  {
    layer: "main",
    name: "main, instance and serve import every layer but the commands and the demo",
    mayImport: [
      "main",
      "http",
      "mcp",
      "verify",
      "wire",
      "use-cases",
      "port",
      "store",
      "sqlite",
      "postgres",
      "config",
      "leaf",
      "core",
    ],
    because: "they are the one place that puts the parts together, and the commands start them",
    twin: ["server/src/main.ts", "./commands/serve.ts"],
  },
  {
    layer: "verify",
    name: "verification imports the store's port and core",
    mayImport: ["verify", "port", "leaf", "core"],
    because: "one path serves every transport, so it knows none of them",
    twin: ["server/src/verify/verify.ts", "../http/problem.ts"],
  },
  {
    layer: "use-cases",
    name: "use cases import the store's port and core",
    mayImport: ["use-cases", "port", "leaf", "core"],
    because: "a use case is the same for every transport and on every engine",
    twin: ["server/src/use-cases/mint-token.ts", "../verify/verify.ts"],
  },
  {
    layer: "port",
    name: "the store's port imports core and the verbs of the domains",
    mayImport: ["store", "leaf", "core"],
    because: "no engine may show through it",
    twin: ["server/src/store/store.ts", "./sqlite/open.ts"],
  },
  {
    layer: "store",
    name: "the verbs of the store import core and each other",
    mayImport: ["store", "leaf", "core"],
    because: "what is true on one engine only belongs to that engine",
    twin: ["server/src/store/token/token.ts", "../sqlite/open.ts"],
  },
  {
    layer: "sqlite",
    name: "the SQLite engine imports the port and the verbs",
    mayImport: ["sqlite", "port", "store", "leaf", "core"],
    because: "an engine decides nothing, and neither engine depends on the other",
    twin: ["server/src/store/sqlite/open.ts", "../postgres/open.ts"],
  },
  {
    layer: "postgres",
    name: "the PostgreSQL engine imports the port and the verbs",
    mayImport: ["postgres", "port", "store", "leaf", "core"],
    because: "an engine decides nothing, and neither engine depends on the other",
    twin: ["server/src/store/postgres/open.ts", "../../use-cases/mint-token.ts"],
  },
  {
    layer: "config",
    name: "configuration imports what use cases and verification declare to need, the terminal, core and leaves",
    mayImport: ["config", "terminal", "use-cases", "verify", "leaf", "core"],
    because: "it is read before any store or transport exists",
    twin: ["server/src/config/config.ts", "../http/app.ts"],
  },
  {
    layer: "leaf",
    name: "other folders of the server import core and each other only",
    mayImport: ["leaf", "core"],
    because: "every layer may import them, so they must not pull a layer in",
    twin: ["server/src/secrets/generate.ts", "../store/store.ts"],
  },
];

function layerOf(path: string): Layer {
  return PLACES.find(([place]) => place.test(path))?.[1] ?? "elsewhere";
}

function toRule({ layer, name, mayImport, because, twin: [path, specifier] }: LayerRule): Rule {
  return {
    name,
    because,
    subject: (candidate) => layerOf(candidate) === layer,
    check: (files: readonly SourceFile[]) =>
      files.flatMap((source) =>
        importsOf(source)
          .filter(({ target }) => target !== null && !mayImport.includes(layerOf(target)))
          .map((found) => `${source.path} imports ${found.specifier}`),
      ),
    twin: {
      files: [file(path, `import { x } from "${specifier}";\nimport type { Y } from "@mintmark/core";\n`)],
      violations: [`${path} imports ${specifier}`],
    },
  };
}

for (const rule of RULES) testRule(toRule(rule));
