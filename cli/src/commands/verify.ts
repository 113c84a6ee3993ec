import { isErrorCode, titleOf } from "@mintmark/core/error-code";
import { asClause } from "@mintmark/core/reasons";
import type { Command } from "commander";
import { EXIT, usageFailure } from "@mintmark/terminal";
import { type Identity, isIdentity, isObject } from "../api-answers.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { identityFacts } from "../describe.ts";
import { readAnySecret } from "../prompt.ts";
import { connectService, withServiceKey } from "../service-key.ts";

interface VerifyOptions extends HostOptions {
  readonly permission?: string;
  readonly ip?: string;
}

type Verdict = ({ readonly active: true } & Identity) | { readonly active: false; readonly code: string };

export function addVerify(program: Command, context: Context): void {
  withHostOptions(program.command("verify"))
    .description("ask, with a service key, whether a token works now and what it may do")
    .argument("<token>", "- : the token is read from standard input")
    .option("--permission <name>", "ask also whether the token holds this permission")
    .option("--ip <address>", "the address that the token is used from, for network policies")
    .addHelpText(
      "after",
      "\nThe service key comes from MINTMARK_SERVICE_KEY, else from mintmark service-key keep. The verification counts as\na use of the token.\n\nThe exit code is 0 when the token is active, 1 when it is not or the host failed, and 4 when the service key is missing\nor refused.\n\nExample:\n  mintmark verify - --permission scans:read < token.txt",
    )
    .action((typed: string, options: VerifyOptions) => verify(context, typed, options));
}

async function verify(context: Context, typed: string, options: VerifyOptions): Promise<void> {
  const { output } = context;
  if (typed !== "-") {
    throw usageFailure("verify takes the token from standard input only", "type mintmark verify - < token.txt");
  }
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  const client = await connectService(context, memory, login);
  const token = await readAnySecret(context, "mintmark verify -", "Token to verify");
  const verdict = await withServiceKey(() => client.verify(token, options, isVerdict));
  output.result(verdict, () =>
    output.facts(
      verdict.active
        ? [["Verdict", { text: "active", style: "green" }], ...identityFacts(verdict)]
        : [
            ["Verdict", { text: "not active", style: "red" }],
            ["Why", whyNot(verdict.code)],
          ],
    ),
  );
  if (!verdict.active) context.finish(EXIT.failure);
}

function isVerdict(value: unknown): value is Verdict {
  if (!isObject(value)) return false;
  return value["active"] === true ? isIdentity(value) : value["active"] === false && typeof value["code"] === "string";
}

function whyNot(code: string): string {
  return isErrorCode(code) ? `${code}: ${asClause(titleOf(code))}` : code;
}
