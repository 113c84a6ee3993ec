// Which workspace may import which, and what the web app's features may not do. The layers inside the server are in
// server-layers.test.ts.
import { posix } from "node:path";
import { hasComputedImport, importsOf } from "./imports.ts";
import { file, type SourceFile, testRule } from "./repository.ts";

const isTypeScript = (path: string): boolean => /\.(ts|tsx|mts)$/.test(path);

/** One line for each import of `files` that `isForbidden`. */
function forbiddenImports(
  files: readonly SourceFile[],
  isForbidden: (specifier: string, target: string | null, from: string) => boolean,
): string[] {
  return files.flatMap((source) =>
    importsOf(source)
      .filter(({ specifier, target }) => isForbidden(specifier, target, source.path))
      .map(({ specifier }) => `${source.path} imports ${specifier}`),
  );
}

testRule({
  name: "core imports nothing but itself",
  because: "its rules must run anywhere and give the same answer twice: no package, no node:, no input or output",
  subject: (path) => path.startsWith("core/src/"),
  check: (files) => forbiddenImports(files, (_specifier, target) => target?.startsWith("core/src/") !== true),
  twin: {
    files: [
      file("core/src/a.ts", 'import { createHash } from "node:crypto";\nimport { b } from "./b.ts";\n'),
      file("core/src/c.ts", 'export * from "../../server/src/d.ts";\nimport "zod";\n// import "commented";\n'),
    ],
    violations: [
      "core/src/a.ts imports node:crypto",
      "core/src/c.ts imports ../../server/src/d.ts",
      "core/src/c.ts imports zod",
    ],
  },
});

testRule({
  name: "core reads no clock and no randomness",
  because: "time and chance are arguments, so that every decision can be tested and repeated",
  subject: (path) => path.startsWith("core/src/"),
  check: (files) =>
    files
      .filter(({ text }) => /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\bcrypto\./.test(text))
      .map(({ path }) => `${path} reads a clock or randomness`),
  twin: {
    files: [file("core/src/a.ts", "export const now = Date.now();"), file("core/src/b.ts", "new Date(at)")],
    violations: ["core/src/a.ts reads a clock or randomness"],
  },
});

testRule({
  name: "the list of AI clients imports core and itself",
  because: "the web app and the command both import it, in a browser and in a terminal",
  subject: (path) => path.startsWith("mcp-clients/src/"),
  check: (files) => forbiddenImports(files, (_specifier, target) => !/^(core|mcp-clients)\/src\//.test(target ?? "")),
  twin: {
    files: [
      file("mcp-clients/src/a.ts", 'import { x } from "@mintmark/core";\nimport { b } from "./b.ts";\n'),
      file("mcp-clients/src/c.ts", 'import "node:fs";\nimport { d } from "../../server/src/d.ts";\n'),
    ],
    violations: ["mcp-clients/src/c.ts imports node:fs", "mcp-clients/src/c.ts imports ../../server/src/d.ts"],
  },
});

testRule({
  name: "what the programs share at a terminal imports core and itself",
  because: "the command and the server both start with it",
  subject: (path) => path.startsWith("terminal/src/"),
  check: (files) =>
    forbiddenImports(files, (_specifier, target) => target !== null && !/^(core|terminal)\/src\//.test(target)),
  twin: {
    files: [
      file("terminal/src/a.ts", 'import { Command } from "commander";\nimport { b } from "./b.ts";\n'),
      file("terminal/src/c.ts", 'import { loadConfig } from "../../server/src/config/config.ts";\n'),
    ],
    violations: ["terminal/src/c.ts imports ../../server/src/config/config.ts"],
  },
});

/** What the SDK names of another package: the types of the frameworks that it has middleware for. */
const SDK_TYPES: ReadonlySet<string> = new Set(["fastify", "hono", "@modelcontextprotocol/server"]);

testRule({
  name: "the SDK imports core and itself, and types of the frameworks that it serves",
  because: "an adopter installs it without a dependency, and runs it where there is nothing of Node",
  subject: (path) => path.startsWith("sdk/src/"),
  check: (files) =>
    files.flatMap((source) =>
      importsOf(source)
        .filter(({ specifier, target }) => {
          if (target !== null) return !/^(core|sdk)\/src\//.test(target);
          const isFramework =
            SDK_TYPES.has(specifier) || (specifier === "node:http" && source.path === "sdk/src/node.ts");
          return !isFramework || !new RegExp(`import type \\{[^}]*\\} from "${specifier}"`).test(source.text);
        })
        .map(({ specifier }) => `${source.path} imports ${specifier}`),
    ),
  twin: {
    files: [
      file("sdk/src/node.ts", 'import type { Server } from "node:http";\nimport { x } from "@mintmark/core/format";\n'),
      file("sdk/src/a.ts", 'import type { Server } from "node:http";\nimport { Hono } from "hono";\n'),
      file("sdk/src/b.ts", 'import { y } from "../../server/src/bounded.ts";\nimport { z } from "zod";\n'),
    ],
    violations: [
      "sdk/src/a.ts imports node:http",
      "sdk/src/a.ts imports hono",
      "sdk/src/b.ts imports ../../server/src/bounded.ts",
      "sdk/src/b.ts imports zod",
    ],
  },
});

const PASSED_ON = "server/src/commands";

testRule({
  name: "the command imports nothing of the server but the commands that it passes on",
  because: "it is installed without the server, and knows the public HTTP API alone",
  subject: (path) => path.startsWith("cli/src/"),
  check: (files) =>
    forbiddenImports(
      files,
      (_specifier, target, from) =>
        target !== null &&
        !/^(cli|core|mcp-clients|terminal)\/src\//.test(target) &&
        !(target === PASSED_ON && from === "cli/src/server-commands.ts"),
    ),
  twin: {
    files: [
      file("cli/src/server-commands.ts", 'return await import("@mintmark/server/commands");\n'),
      file("cli/src/main.ts", 'import { main } from "@mintmark/server/commands";\n'),
      file(
        "cli/src/a.ts",
        'import { x } from "../../server/src/secrets/generate.ts";\nimport { y } from "@mintmark/core";\n',
      ),
    ],
    violations: [
      "cli/src/main.ts imports @mintmark/server/commands",
      "cli/src/a.ts imports ../../server/src/secrets/generate.ts",
    ],
  },
});

/** The packages that know nothing of the server and import nothing of Node: their rules hold in a browser too. */
const PURE: ReadonlySet<string> = new Set(["core/src/index.ts", "mcp-clients/src/index.ts"]);

testRule({
  name: "the web app imports only itself, npm packages, the pure rules and the list of AI clients",
  because: "of the server it may know the public HTTP API alone, as every other client does",
  subject: (path) => path.startsWith("web/src/") && isTypeScript(path),
  check: (files) =>
    forbiddenImports(files, (specifier, target) =>
      target === null ? specifier.startsWith("node:") : !target.startsWith("web/") && !PURE.has(target),
    ),
  twin: {
    files: [
      file("web/src/a.tsx", 'import { x } from "@mintmark/core";\nimport React from "react";\nimport "./a.css";\n'),
      file("web/src/c.ts", 'import { x } from "@mintmark/mcp-clients";\nimport "preact";\n'),
      file("web/src/b.ts", 'import type { Y } from "../../server/src/http/app.ts";\nconst z = import("node:fs");\n'),
      file("web/src/d.ts", 'import { y } from "../../core/src/verdict.ts";\n'),
    ],
    violations: [
      "web/src/b.ts imports ../../server/src/http/app.ts",
      "web/src/b.ts imports node:fs",
      "web/src/d.ts imports ../../core/src/verdict.ts",
    ],
  },
});

testRule({
  name: "nothing imports the web app",
  because: "the server serves its built files and must start without its sources",
  // The twins in this folder are samples of code, and would be read as code.
  subject: (path) => !/^(web|tests\/repo)\//.test(path) && isTypeScript(path),
  check: (files) => forbiddenImports(files, (_specifier, target) => target?.startsWith("web/") === true),
  twin: {
    files: [file("e2e/test/a.test.ts", 'import { routes } from "../../web/src/routes.ts";\n')],
    violations: ["e2e/test/a.test.ts imports ../../web/src/routes.ts"],
  },
});

testRule({
  name: "features of the web app do not import each other",
  because: "each page can then be read, changed and removed by itself; what two of them need lives above them",
  subject: (path) => featureOf(path) !== null,
  check: (files) =>
    forbiddenImports(files, (_specifier, target, from) => {
      const feature = target === null ? null : featureOf(target);
      return feature !== null && feature !== featureOf(from);
    }),
  twin: {
    files: [
      file("web/src/features/token/page.tsx", 'import { a } from "../member/a.ts";\nimport { b } from "./b.ts";\n'),
    ],
    violations: ["web/src/features/token/page.tsx imports ../member/a.ts"],
  },
});

/** The domains of the server, and the AI clients, which only the web app sets up. */
const FEATURES: ReadonlySet<string> = new Set([
  "token",
  "member",
  "invitation",
  "organization",
  "api-key",
  "policy",
  "audit",
  "event",
  "notice",
  "usage",
  "account",
  "session",
  "device",
  "admin",
  "hand-off",
  "mcp-client",
]);

testRule({
  name: "features of the web app carry the names of the domains",
  because: "a person who knows the name of a domain in the server finds it here too",
  subject: (path) => featureOf(path) !== null,
  check: (files) =>
    files.filter(({ path }) => !FEATURES.has(featureOf(path) ?? "")).map(({ path }) => `${path} is in no domain`),
  twin: {
    files: [file("web/src/features/joining/page.tsx"), file("web/src/features/token/page.tsx")],
    violations: ["web/src/features/joining/page.tsx is in no domain"],
  },
});

/** The feature a file belongs to. A file beside the features' folders belongs to none. */
function featureOf(path: string): string | null {
  return /^web\/src\/features\/([^/]+)\//.exec(posix.normalize(path))?.[1] ?? null;
}

testRule({
  name: "nobody imports a main.ts but the demo",
  because: "importing it starts or composes a whole server",
  subject: (path) => path.startsWith("server/src/"),
  check: (files) =>
    forbiddenImports(
      files,
      (_specifier, target, from) =>
        target !== null &&
        posix.basename(target) === "main.ts" &&
        !(target === "server/src/main.ts" && from.startsWith("server/src/demo/")),
    ),
  twin: {
    files: [
      file("server/src/demo/stage.ts", 'import { start } from "../main.ts";\n'),
      file(
        "server/src/http/app.ts",
        'import { start } from "../main.ts";\nimport { main } from "../commands/main.ts";\n',
      ),
    ],
    violations: ["server/src/http/app.ts imports ../main.ts", "server/src/http/app.ts imports ../commands/main.ts"],
  },
});

testRule({
  name: "every import names what it imports",
  because: "an import computed at run time is one that none of these rules can follow",
  subject: (path) => /^(core|mcp-clients|terminal|server|cli|sdk|web)\/src\//.test(path) && isTypeScript(path),
  check: (files) => files.filter(hasComputedImport).map(({ path }) => `${path} computes the name of an import`),
  twin: {
    files: [
      file("cli/src/a.ts", "const module = await import(name);"),
      file("cli/src/b.ts", 'const module = await import(\n  "./c.ts"\n);'),
    ],
    violations: ["cli/src/a.ts computes the name of an import"],
  },
});

/** The packages that npm publishes, and what a test is made of. */
const PUBLISHED_SOURCE = /^(core|mcp-clients|terminal|server|cli|sdk)\/src\//;
const TEST_PACKAGES = new Set(["node:test", "node:assert", "node:assert/strict", "fast-check"]);

testRule({
  name: "no published package contains test code",
  because: "it would be installed with the product, and the product would depend on the tools of its tests",
  subject: (path) => PUBLISHED_SOURCE.test(path),
  check: (files) => [
    ...files.filter(({ path }) => path.endsWith(".test.ts")).map(({ path }) => `${path} is a test`),
    ...forbiddenImports(
      files,
      (specifier, target) =>
        TEST_PACKAGES.has(specifier) || (target !== null && !PUBLISHED_SOURCE.test(target) && target.includes("test")),
    ),
  ],
  twin: {
    files: [
      file("server/src/store/contract.ts", 'import { describe } from "node:test";\nimport pg from "pg";\n'),
      file("server/src/http/seed.ts", 'import { Seed } from "../../test/support/seed.ts";\n'),
      file("server/src/verify/verify.test.ts", 'import { verify } from "./verify.ts";\n'),
    ],
    violations: [
      "server/src/verify/verify.test.ts is a test",
      "server/src/store/contract.ts imports node:test",
      "server/src/http/seed.ts imports ../../test/support/seed.ts",
    ],
  },
});

/** Files besides server/src/config/ that may read the environment, each with its reason. */
const ENVIRONMENT_READERS: Readonly<Record<string, string>> = {
  "cli/src/config.ts": "what concerns the person who types, and not an instance",
};

testRule({
  name: "only server/src/config/ and cli/src/config.ts read the environment",
  because: "a setting that is read elsewhere is not validated, not documented and not reported with the others",
  subject: (path) => PUBLISHED_SOURCE.test(path),
  check: (files) =>
    files
      .filter(({ path }) => !path.startsWith("server/src/config/") && ENVIRONMENT_READERS[path] === undefined)
      .filter(({ text }) =>
        /\bprocess\s*\.\s*env\b|\bimport\.meta\.env\b|\{[^}]*\benv\b[^}]*\} from "node:process"/.test(text),
      )
      .map(({ path }) => `${path} reads the environment`),
  twin: {
    files: [
      file("server/src/config/read.ts", "export const raw = process.env;"),
      file("server/src/http/app.ts", "const port = process.env.PORT;"),
      file("server/src/mail/send.ts", 'import { env } from "node:process";'),
    ],
    violations: ["server/src/http/app.ts reads the environment", "server/src/mail/send.ts reads the environment"],
  },
});
