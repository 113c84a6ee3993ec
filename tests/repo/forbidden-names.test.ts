import { file, testRule } from "./repository.ts";

const FORBIDDEN = new Set(["util", "utils", "helper", "helpers", "common", "shared", "lib", "manager", "managers"]);

testRule({
  name: "no file or folder is called utils, helpers, common, shared, lib or manager",
  because: "such a name says nothing about its contents, so everything ends up in it",
  subject: () => true,
  check: (files) =>
    files
      .map(({ path }) => path)
      .filter((path) => path.split(/[/.\-_]/).some((word) => FORBIDDEN.has(word.toLowerCase()))),
  twin: {
    files: ["core/src/library.ts", "core/src/utils/text.ts", "server/src/token-manager.ts", "web/src/Common.tsx"].map(
      (path) => file(path),
    ),
    violations: ["core/src/utils/text.ts", "server/src/token-manager.ts", "web/src/Common.tsx"],
  },
});

testRule({
  name: "no file that a build writes is committed",
  because: "a second copy of what another file says is old as soon as that file changes",
  subject: () => true,
  check: (files) => files.map(({ path }) => path).filter((path) => /\.generated\.|(^|\/)generated\//.test(path)),
  twin: {
    files: ["web/src/api/openapi.generated.ts", "web/src/api/generated-by.ts"].map((path) => file(path)),
    violations: ["web/src/api/openapi.generated.ts"],
  },
});
