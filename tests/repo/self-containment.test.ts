import { file, type SourceFile, testRule } from "./repository.ts";

// The strings are put together here, so that this file does not find itself.
const MACHINE_PATHS = [["/wo", "rk/"].join(""), ["/tmp/bash_", "jobs"].join("")];
const REGISTRY_HOSTS = ["npmjs.", "yarnpkg.", "npmmirror.", "pkg."].map(
  (name, index) => name + ["org", "com", "com", "dev/"][index],
);

testRule({
  name: "no file mentions a path of the machine it was made on",
  because: "the path exists nowhere else",
  subject: () => true,
  check: (files) => mentions(files, MACHINE_PATHS, /[\w.-]$/),
  twin: {
    files: [file("README.md", `see ${MACHINE_PATHS[0]}main`), file("a.md", `docs${MACHINE_PATHS[0]}hours.md`)],
    violations: [`README.md mentions ${MACHINE_PATHS[0]}`],
  },
});

testRule({
  name: "no file mentions the host of a package registry",
  because: "an installation must follow the registry of who installs, and a lock file with hosts follows its author's",
  subject: () => true,
  check: (files) => mentions(files, REGISTRY_HOSTS),
  twin: {
    files: [file("package-lock.json", `"resolved": "https://registry.${REGISTRY_HOSTS[0]}/hono/-/hono-4.tgz"`)],
    violations: [`package-lock.json mentions ${REGISTRY_HOSTS[0]}`],
  },
});

testRule({
  name: "the lock file says what to install and not where from",
  because: "a registry behind a mirror has another host than this one, also where that host is not on the list above",
  subject: (path) => path === "package-lock.json",
  check: (files) => mentions(files, ['"resolved": "http']),
  twin: {
    files: [file("package-lock.json", '"resolved": "http://localhost:4873/hono.tgz"')],
    violations: ['package-lock.json mentions "resolved": "http'],
  },
});

/** A hit directly after `exceptAfter` is none: `docs/a/` holds `/a/` and is no path from the root. */
function mentions(files: readonly SourceFile[], forbidden: readonly string[], exceptAfter?: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    forbidden
      .filter((part) => {
        const pieces = text.split(part);
        return pieces.slice(0, -1).some((before) => exceptAfter?.test(before) !== true);
      })
      .map((part) => `${path} mentions ${part}`),
  );
}
