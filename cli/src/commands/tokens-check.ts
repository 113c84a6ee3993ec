import type { Command } from "commander";
import { Failure } from "@mintmark/terminal";
import type { Context } from "../context.ts";
import { readSecret } from "../prompt.ts";
import { KIND_NAME } from "../secret-shape.ts";

export function addTokensCheck(parent: Command, context: Context): void {
  parent
    .command("check")
    .description("check the shape and checksum of a token, without asking a server")
    .addHelpText("after", "\nExample:\n  mintmark tokens check < token.txt")
    .action(() => check(context));
}

async function check(context: Context): Promise<void> {
  const shape = await readSecret(context, "mintmark tokens check", "Token to check");
  if (!shape.ok) {
    throw new Failure(shape.code, `this is not a token: ${shape.why}`, "copy the whole token again, and nothing else");
  }
  const { kind, brand } = shape;
  context.output.result({ ok: true, kind, brand }, () => {
    context.output.facts([
      ["Shape", "ok"],
      ["Checksum", "ok"],
      ["Kind", KIND_NAME[kind]],
      ["Brand", brand],
    ]);
    context.output.line("Only its server knows whether it still works: mintmark login --with-token");
  });
}
