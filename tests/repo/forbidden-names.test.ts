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
