// Logs in from a machine without a browser: the person types a code in a browser on another machine (RFC 8628).
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Secret } from "@mintmark/core";
import { asClause } from "@mintmark/core/reasons";
import { Failure, TemporaryFailure } from "@mintmark/terminal";
import { openPage } from "../browser.ts";
import type { Context } from "../context.ts";
import { waiting } from "./spinner.ts";
import { type DeviceAuthorization, redeem, type Redeemed, requestDevice } from "./token-endpoint.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
/** The extra delay when the server says that polls are too frequent. */
const SLOWER_MS = 5_000;

interface Ways {
  readonly open: boolean;
  /** Waits between two polls. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Returns the secret of the token that was approved on the page. It is never shown. */
export async function loginByCode(context: Context, host: string, { open, wait = pause }: Ways): Promise<Secret> {
  const login = await requestDevice(host, hostname());
  const { userCode, verificationUri, expiresInMs } = login;
  const opened = open && (await openPage(context, verificationUri));
  context.output.instruct({ login: { verificationUri, userCode, expiresInSeconds: expiresInMs / 1000 } }, [
    opened ? `Opened ${verificationUri} in your browser.` : `Open this page in a browser, on any machine:`,
    ...(opened ? [] : [`  ${verificationUri}`]),
    `Type this code there:`,
    `  ${userCode}`,
    "Give this code to no one.",
  ]);
  return waiting(context, "Waiting for your approval", () => poll(host, login, wait));
}

async function poll(
  host: string,
  { deviceCode, expiresInMs, pollIntervalMs }: DeviceAuthorization,
  wait: (ms: number) => Promise<unknown>,
): Promise<Secret> {
  const fields = { grant_type: GRANT_TYPE, device_code: deviceCode.expose() };
  let intervalMs = pollIntervalMs;
  for (let waitedMs = intervalMs; waitedMs <= expiresInMs + intervalMs; waitedMs += intervalMs) {
    await wait(intervalMs);
    const answer = await redeemUnlessBusy(host, fields);
    if (answer === "busy") intervalMs *= 2;
    else if (answer.ok) return answer.secret;
    else if (answer.error === "slow_down") intervalMs += SLOWER_MS;
    else if (answer.error !== "authorization_pending") throw failureOf(answer);
  }
  throw failureOf({ error: "expired_token", why: "" });
}

/** A host that is unreachable for a moment does not end the login (RFC 8628 §3.5). */
async function redeemUnlessBusy(host: string, fields: Readonly<Record<string, string>>): Promise<Redeemed | "busy"> {
  try {
    return await redeem(host, fields);
  } catch (error) {
    if (error instanceof TemporaryFailure) return "busy";
    throw error;
  }
}

function failureOf({ error, why }: { readonly error: string; readonly why: string }): Failure {
  if (error === "expired_token") {
    return new Failure("expired_token", "nobody approved the login in time", "run mintmark login again");
  }
  return new Failure(error, "the login was not approved", why === "" ? null : asClause(why));
}
