import { readFileSync, writeFileSync } from "node:fs";
import { PERMISSION_NAME } from "@mintmark/core";
import type { Command } from "commander";
import { Failure, usageFailure } from "@mintmark/terminal";
import { isObject } from "../api-answers.ts";
import { notAMintmark } from "../api-failures.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { readInstance } from "../login/token-endpoint.ts";

interface TypesOptions extends HostOptions {
  readonly write?: string;
  readonly check?: boolean;
}

export function addTypes(program: Command, context: Context): void {
  withHostOptions(program.command("types"))
    .description("print the permissions and roles of an instance as TypeScript types for @mintmark/sdk")
    .option("--write <file>", "write the types into this file")
    .option("--check", "with --write: write nothing, and fail when the file differs")
    .addHelpText(
      "after",
      '\nThe command needs no token. With these types, requirePermission("scans:reed") does not compile.\n\nExamples:\n  mintmark types --write src/mintmark.d.ts\n  mintmark types --write src/mintmark.d.ts --check',
    )
    .action((options: TypesOptions) => printTypes(context, options));
}

interface Names {
  readonly permissions: readonly string[];
  readonly roles: readonly string[];
}

async function printTypes(context: Context, { write, check, ...options }: TypesOptions): Promise<void> {
  const { output } = context;
  if (check === true && write === undefined)
    throw usageFailure("--check compares a file, and none is named", "add --write <file>");
  const { host } = chooseLogin(context, openMemory(context).settings, options);
  const instance = await readInstance(host);
  const permissions = namesOf(instance["permissions"]);
  const roles = namesOf(instance["roles"]);
  if (permissions === null || roles === null) throw notAMintmark(host, 200);
  const text = writeTypes({ permissions, roles });
  if (write === undefined) return output.result({ permissions, roles }, () => output.page(text, "stdout"));
  const isSame = contentOf(write) === text;
  if (check === true && !isSame) {
    throw new Failure(
      "types_stale",
      `${write} does not have the catalogue of ${host}`,
      `run mintmark types --write ${write}`,
    );
  }
  if (!isSame) save(write, text);
  output.result({ file: write, changed: !isSame, permissions, roles }, () =>
    output.line(isSame ? `${write} is up to date` : `${write} has the permissions and roles of ${host}`),
  );
}

/** The names go into source code, so anything else is refused. */
const ROLE_NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

function namesOf(list: unknown): readonly string[] | null {
  if (!Array.isArray(list) || list.length === 0) return null;
  const names = list.map((item: unknown) => (isObject(item) ? item["name"] : null));
  const isName = (name: unknown): name is string =>
    typeof name === "string" && (PERMISSION_NAME.test(name) || ROLE_NAME.test(name));
  return names.every(isName) ? names : null;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Failure("file_not_written", `cannot write ${file}: ${code}`, "name a file in a folder that exists");
  }
}

/** A module that adds to the interface `Catalogue` of the SDK. */
export function writeTypes({ permissions, roles }: Names): string {
  const union = (names: readonly string[]): string => names.map((name) => `\n      | "${name}"`).join("");
  return `// The permissions and roles of a Mintmark instance, written by: mintmark types
// Write it again when the catalogue changes.
import "@mintmark/sdk";

declare module "@mintmark/sdk" {
  interface Catalogue {
    permission:${union(permissions)};
    role:${union(roles)};
  }
}
`;
}
