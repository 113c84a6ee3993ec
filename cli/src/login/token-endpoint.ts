// The requests of a login before there is a credential (RFC 8628, RFC 6749). A response that does not follow these RFCs
// is a `Failure`. A refusal is returned to the caller.
import { Secret } from "@mintmark/core";
import { asClause } from "@mintmark/core/reasons";
import { Failure, TemporaryFailure } from "@mintmark/terminal";
import { VERSION } from "../version.ts";
import { isProblem } from "../api-answers.ts";
import { notAMintmark, redirected, unreachable } from "../api-failures.ts";
import { exchange, type OutgoingRequest } from "../exchange.ts";
import { checkSecret } from "../secret-shape.ts";

const TIMEOUT_MS = 20_000;

export interface DeviceAuthorization {
  readonly deviceCode: Secret;
  readonly userCode: string;
  /** An http or https URL. */
  readonly verificationUri: string;
  readonly expiresInMs: number;
  readonly pollIntervalMs: number;
}

/** Refuses a host that cannot be reached or is not Mintmark, before a browser opens it. */
export async function requireMintmark(host: string): Promise<void> {
  await readInstance(host);
}

/** The public description of an instance. It needs no credential. */
export async function readInstance(host: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ask(host, { method: "GET", path: "/api/instance", headers: HEADERS });
  if (answer.status !== 200 || typeof answer.body["baseUrl"] !== "string") throw refusalOf(host, answer);
  return answer.body;
}

/** Starts a login by code. */
export async function requestDevice(host: string, deviceName: string): Promise<DeviceAuthorization> {
  const fields = { client_id: "mintmark-cli", device_name: deviceName };
  const { status, body } = await postForm(host, "/oauth2/device_authorization", fields);
  const { device_code: code, user_code: userCode, verification_uri: uri, expires_in: seconds, interval } = body;
  const isPage = typeof uri === "string" && /^https?:$/.test(URL.parse(uri)?.protocol ?? "");
  if (status !== 200 || typeof code !== "string" || typeof userCode !== "string" || !isPage)
    throw refusalOf(host, { status, body });
  return {
    deviceCode: new Secret(code),
    userCode,
    verificationUri: uri,
    expiresInMs: numberOr(seconds, 600) * 1000,
    pollIntervalMs: numberOr(interval, 5) * 1000,
  };
}

export type Redeemed =
  | { readonly ok: true; readonly secret: Secret }
  /** `error` is a code of RFC 6749 §5.2 or RFC 8628 §3.5, `why` the server's sentence. */
  | { readonly ok: false; readonly error: string; readonly why: string };

/** Requests the token once. */
export async function redeem(host: string, fields: Readonly<Record<string, string>>): Promise<Redeemed> {
  const { status, body } = await postForm(host, "/oauth2/token", { client_id: "mintmark-cli", ...fields });
  const { access_token: text, error, error_description: why } = body;
  if (status === 400 && typeof error === "string")
    return { ok: false, error, why: typeof why === "string" ? why : error };
  const secret = status === 200 && typeof text === "string" ? new Secret(text) : null;
  if (secret === null || !checkSecret(secret).ok) throw refusalOf(host, { status, body });
  return { ok: true, secret };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const HEADERS = { Accept: "application/json", "User-Agent": `mintmark-cli/${VERSION}` };

function postForm(host: string, path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const headers = { ...HEADERS, "Content-Type": "application/x-www-form-urlencoded" };
  return ask(host, { method: "POST", path, headers, body: new URLSearchParams(fields).toString() });
}

async function ask(host: string, request: OutgoingRequest): Promise<Answer> {
  try {
    const answer = await exchange(host, request, TIMEOUT_MS);
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      answer.destroy();
      throw redirected(host, answer.headers.location ?? null);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status, body: parseObject(Buffer.concat(chunks).toString("utf8")) };
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(host, error, TIMEOUT_MS);
  }
}

/** OAuth endpoints return OAuth errors. A request that does not reach them, by its host name for example, gets a problem. */
function refusalOf(host: string, { status, body }: Answer): Failure {
  const why = isProblem(body) ? body.detail : body["error_description"];
  if (typeof why === "string" && (status === 429 || status >= 500))
    return new TemporaryFailure("login_refused", `${host} refuses for now`, asClause(why));
  if (!isProblem(body)) return notAMintmark(host, status);
  return new Failure(body.code, `${host} refuses: ${asClause(body.title)}`, asClause(body.detail));
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && value > 0 && value < 86_400 ? value : otherwise;
}
