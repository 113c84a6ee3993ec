import { type ErrorCode, isErrorCode, titleOf } from "@mintmark/core/error-code";
import { asClause } from "@mintmark/core/reasons";
import type { Command } from "commander";
import { EXIT, usageFailure } from "@mintmark/terminal";
import { type Identity, isIdentity, isObject } from "../api-answers.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { identityFacts } from "../describe.ts";
import { readUncheckedSecret } from "../prompt.ts";
import { connectService, withServiceKey } from "../service-key.ts";

interface VerifyOptions extends HostOptions {
  readonly permission?: string;
  readonly ip?: string;
}

const PERMISSION_MISSING: ErrorCode = "permission_denied";

type Verdict = ({ readonly active: true } & Identity) | { readonly active: false; readonly code: string };

export function addVerify(program: Command, context: Context): void {
  withHostOptions(program.command("verify"))
    .description("verify a token with a service key: whether it works now, and its permissions")
    .argument("<token>", "- reads the token from standard input")
    .option("--permission <name>", "also check that the token has this permission")
    .option("--ip <address>", "the address of the token's user, for network policies")
    .addHelpText(
      "after",
      "\nThe service key comes from MINTMARK_SERVICE_KEY, else from mintmark service-key keep. The verification counts as\na use of the token.\n\nThe exit code is 0 when the token is active, 3 when it is not, 5 when it is active but lacks the permission, 4 when the\nservice key is missing or refused, and 1 when there is no verdict, such as when the host cannot be reached. Every code but\n0 is a reason to refuse the request.\n\nExample:\n  mintmark verify - --permission scans:read < token.txt",
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
  const token = await readUncheckedSecret(context, "mintmark verify -", "Token to verify");
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
  if (!verdict.active) context.finish(verdict.code === PERMISSION_MISSING ? EXIT.permissionMissing : EXIT.notActive);
}

function isVerdict(value: unknown): value is Verdict {
  if (!isObject(value)) return false;
  return value["active"] === true ? isIdentity(value) : value["active"] === false && typeof value["code"] === "string";
}

function whyNot(code: string): string {
  return isErrorCode(code) ? `${code}: ${asClause(titleOf(code))}` : code;
}
