// Logs in through the browser of this machine, which sends a one-time code to a port that is open only for this login
// (RFC 8252). Nobody else can use the code, because it is bound to a verifier that never leaves this process (PKCE).
import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Secret } from "@mintmark/core";
import { asClause } from "@mintmark/core/reasons";
import { Failure } from "@mintmark/terminal";
import { openPage } from "../browser.ts";
import type { Context } from "../context.ts";
import { CallbackServer } from "./callback-server.ts";
import { waiting } from "./spinner.ts";
import { redeem, requireMintmark } from "./token-endpoint.ts";

/** As long as the approval page is valid. */
const PATIENCE_MS = 10 * 60_000;

/** Returns the secret of the token that was approved in the browser. It is never shown. */
export async function loginByLoopback(
  context: Context,
  host: string,
  { open }: { readonly open: boolean },
): Promise<Secret> {
  await requireMintmark(host);
  const [verifier, state] = [randomText(32), randomText(16)];
  const callback = await CallbackServer.listen(state, PATIENCE_MS);
  try {
    const url = `${host}/cli/authorize?${new URLSearchParams({
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      redirect_uri: callback.redirectUri,
      state,
      device_name: hostname(),
    }).toString()}`;
    const opened = open && (await openPage(context, url));
    context.output.instruct({ login: { url } }, [
      opened ? "Opened your browser. If it shows nothing, open this address:" : "Open this address on this machine:",
      `  ${url}`,
    ]);
    const code = await waiting(context, "Waiting for your browser", () => callback.code);
    const { redirectUri } = callback;
    const fields = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
    const answer = await redeem(host, fields);
    if (answer.ok) return answer.secret;
    throw new Failure(answer.error, "the login was approved, but the server refused it", asClause(answer.why));
  } finally {
    await callback.close();
  }
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
