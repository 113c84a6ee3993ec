// Everything that the documents tell people to type exists: npm scripts, subcommands, files, routes, linked pages.
import { posix } from "node:path";
import { ERROR_CODES, ID_PREFIX } from "@mintmark/core";
import { anchors, linkTargets, shellCommands } from "./markdown.ts";
import { file, type SourceFile, testRule } from "./repository.ts";

const isDocument = (path: string): boolean => /^[^/]+\.md$|^docs\/.*\.md$/.test(path);

/** npm's own subcommands that documents may use. */
const NPM_COMMANDS = new Set(["ci", "install", "pack", "publish", "view", "config", "exec"]);
/** These run the script of the same name and need no `run`. */
const NPM_SHORTHANDS = new Set(["start", "test", "stop", "restart"]);

testRule({
  name: "npm scripts in the documentation exist",
  because: "the first command a newcomer types must work",
  subject: isDocument,
  check: (files, repository) => {
    const scripts = scriptsOf(repository);
    return eachCommand(files, /\bnpm\s+(?:run\s+(?:-\S+\s+)*)?([a-z][\w:-]*)/g, (name, whole) => {
      const isScript = /\brun\s/.test(whole) || NPM_SHORTHANDS.has(name);
      const exists = isScript ? scripts.has(name) : NPM_COMMANDS.has(name);
      return exists ? null : `${whole}, and there is no such ${isScript ? "script" : "npm command"}`;
    });
  },
  twin: {
    files: [
      file("README.md", "Text with npm run nothing.\n```sh\nnpm ci && npm start\nnpm run benhc -- --short\n```\n"),
    ],
    repository: [file("package.json", '{"scripts":{"start":"x","bench":"y"}}')],
    violations: ["README.md: npm run benhc, and there is no such script"],
  },
});

testRule({
  name: "subcommands of mintmark and mintmark-server in the documentation exist",
  because: "a command that was renamed must be renamed where people read about it",
  subject: isDocument,
  check: (files, repository) => {
    const ofServer = subcommandsOf(repository, "server/src/commands/");
    // `mintmark` passes the commands of the server on.
    const ofMintmark = new Set([...subcommandsOf(repository, "cli/src/"), ...ofServer]);
    const unknownTo = (program: string, known: ReadonlySet<string>): string[] =>
      eachCommand(files, new RegExp(`(?:^|[|;&(]\\s*|\\bnpx\\s+)${program}\\s+([a-z][\\w-]*)`, "g"), (name, whole) =>
        known.has(name) ? null : `${whole.trim()}, and there is no such subcommand`,
      );
    return [...unknownTo("mintmark", ofMintmark), ...unknownTo("mintmark-server", ofServer)];
  },
  twin: {
    files: [
      file("docs/a.md", "```sh\nnpx mintmark setup-code\nmintmark setup_code | cat\nnpx mintmark --help\n```\n"),
      file("docs/b.md", "```sh\nmintmark-server setup-code\nmintmark whoami\nmintmark-server whoami\n```\n"),
    ],
    repository: [
      file("server/src/commands/setup-code.ts", 'program.command("setup-code [options]")'),
      file("cli/src/commands/whoami.ts", 'program.command("whoami")'),
    ],
    violations: [
      "docs/a.md: mintmark setup_code, and there is no such subcommand",
      "docs/b.md: mintmark-server whoami, and there is no such subcommand",
    ],
  },
});

testRule({
  name: "files that the documentation runs with node exist",
  because: "a file that was moved must be moved where people read about it",
  subject: isDocument,
  check: (files, repository) => {
    const paths = new Set(repository.map(({ path }) => path));
    return eachCommand(files, /(?:^|[|;&(]\s*)node\s+(?:-\S+\s+)*([\w./-]+\.[cm]?[jt]s)\b/g, (path, whole) => {
      // Built files exist only after `npm run build`, and are built from the source of the same name.
      const source = posix.normalize(path).replace("/dist/", "/src/").replace(/\.js$/, ".ts");
      return paths.has(posix.normalize(path)) || paths.has(source)
        ? null
        : `${whole.trim()}, and there is no such file`;
    });
  },
  twin: {
    files: [file("README.md", "```sh\nnode server/dist/main.js\nnode --watch server/src/mian.ts\n```\n")],
    repository: [file("server/src/main.ts")],
    violations: ["README.md: node --watch server/src/mian.ts, and there is no such file"],
  },
});

testRule({
  name: "routes that the documentation calls with curl exist in openapi.json",
  because: "an example that gets 404 teaches that the product does not work",
  subject: isDocument,
  check: (files, repository) => {
    const routes = routesOf(repository);
    return files.flatMap((document) =>
      shellCommands(document.text)
        .flatMap((command) => urlPathsOf(command))
        .filter((path) => !routes.some((route) => route.test(path)))
        .map((path) => `${document.path}: curl … ${path}, and there is no such route`),
    );
  },
  twin: {
    files: [
      file(
        "README.md",
        '```sh\ncurl -s "http://localhost:8080/api/tokens/$ID?x=1" | jq .\ncurl \\\n  $URL/api/token\ncurl https://app.example.com/scans\n```\n',
      ),
    ],
    repository: [file("openapi.json", '{"paths":{"/api/tokens/{id}":{}}}')],
    violations: ["README.md: curl … /api/token, and there is no such route"],
  },
});

testRule({
  name: "relative links in the documentation lead to a file and a heading",
  because: "a broken link is found by the reader who needed it",
  subject: isDocument,
  check: (files, repository) => files.flatMap((document) => deadLinks(document, repository)),
  twin: {
    files: [
      file(
        "README.md",
        "[a](docs/a.md#one-two) [b](docs/b.md) [c](#top) [d](docs/a.md#two) `[e](f)` [g](docs)\n# Top\n",
      ),
    ],
    repository: [file("docs/a.md", "## One *two*\n")],
    violations: ["README.md links to docs/b.md", "README.md links to docs/a.md#two"],
  },
});

/** Runs `judge` over the first group of each match in the documents' commands. It returns the fault, or null. */
function eachCommand(
  documents: readonly SourceFile[],
  pattern: RegExp,
  judge: (name: string, whole: string) => string | null,
): string[] {
  return documents.flatMap((document) =>
    shellCommands(document.text)
      .flatMap((command) => [...command.matchAll(pattern)])
      .map((match) => judge(match[1] ?? "", match[0]))
      .filter((problem) => problem !== null)
      .map((problem) => `${document.path}: ${problem}`),
  );
}

function scriptsOf(repository: readonly SourceFile[]): Set<string> {
  const manifest = JSON.parse(textOf(repository, "package.json")) as { scripts: Record<string, string> };
  return new Set(Object.keys(manifest.scripts));
}

/** Read from the declarations, `.command("name …")` or `new Command("name")`, anywhere in the folder. */
function subcommandsOf(repository: readonly SourceFile[], folder: string): Set<string> {
  const sources = repository.filter(({ path }) => path.startsWith(folder));
  return new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:command|Command)\(\s*["'`]([a-z][\w-]*)/g)].map((match) => match[1] ?? ""),
    ),
  );
}

function routesOf(repository: readonly SourceFile[]): RegExp[] {
  const document = JSON.parse(textOf(repository, "openapi.json")) as { paths: Record<string, unknown> };
  return Object.keys(document.paths).map((path) => {
    const parts = path.split("/").map((part) => (part.startsWith("{") ? "[^/]+" : RegExp.escape(part)));
    return new RegExp(`^${parts.join("/")}$`);
  });
}

/** The paths a curl command asks Mintmark for. Other hosts under example.com stand for the reader's own product. */
/** Products in examples, and the shop of docs/integrate.md. */
const OTHER_HOSTS = /\.example\.(?:com|org)$|^localhost:4000$/;

function urlPathsOf(command: string): string[] {
  if (!/\bcurl\s/.test(command)) return [];
  const urls = command.matchAll(/(?:https?:\/\/([\w.-]+(?::\d+)?)|\$\{?[A-Z_]*URL\}?)(\/[^\s"'?#|;)]*)/g);
  return [...urls]
    .filter(([, host]) => host === undefined || host.startsWith("mintmark.") || !OTHER_HOSTS.test(host))
    .map((match) => match[2] ?? "");
}

function deadLinks(document: SourceFile, repository: readonly SourceFile[]): string[] {
  const isRelative = (target: string): boolean => !/^([a-z][a-z0-9+.-]*:|\/)/i.test(target);
  return linkTargets(document.text)
    .filter(isRelative)
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const found = path === "" ? document : findLinked(posix.join(posix.dirname(document.path), path), repository);
      if (found === undefined) return true;
      return anchor !== undefined && found.path.endsWith(".md") && !anchors(found.text).has(anchor);
    })
    .map((target) => `${document.path} links to ${target}`);
}

/** A link may lead to a folder, which exists when a file in it does. */
function findLinked(path: string, repository: readonly SourceFile[]): SourceFile | undefined {
  const plain = path.replace(/\/$/, "");
  return repository.find((other) => other.path === plain || other.path.startsWith(`${plain}/`));
}

function textOf(repository: readonly SourceFile[], path: string): string {
  const found = repository.find((other) => other.path === path);
  if (found === undefined) throw new Error(`the repository has no ${path}`);
  return found.text;
}

testRule({
  name: "a code beside a status in the documents exists and has that status",
  because: "an integrator writes their error handling from it",
  subject: isDocument,
  check: (files) =>
    files.flatMap(({ path, text }) =>
      [...text.matchAll(/\b([45]\d\d)\s`([a-z]+(?:_[a-z]+)+)`/g)].flatMap(([whole, status = "", code = ""]) =>
        (ERROR_CODES as Readonly<Partial<Record<string, { readonly status: number }>>>)[code]?.status === Number(status)
          ? []
          : [`${path}: ${whole.replace(/\s/, " ")}`],
      ),
    ),
  twin: {
    files: [file("docs/a.md", "gets 403 `permission_denied`, 404\n`permission_denied` or 400 `no_such_code`")],
    violations: ["docs/a.md: 404 `permission_denied`", "docs/a.md: 400 `no_such_code`"],
  },
});

testRule({
  name: "the beginning of an id in the documents is one that Mintmark gives",
  because: "readers look for it in their data",
  subject: isDocument,
  check: (files) => {
    const known = new Set<string>(Object.values(ID_PREFIX));
    return files.flatMap(({ path, text }) =>
      [...text.matchAll(/[`"/]([a-z]{3})_…/g)].flatMap(([, prefix = ""]) =>
        known.has(prefix) ? [] : [`${path}: ${prefix}_`],
      ),
    );
  },
  twin: { files: [file("docs/a.md", "`usr_…`, `mbr_…`")], violations: ["docs/a.md: mbr_"] },
});
