// A device that logs in, the person who approves it, and what both can be sent with.
import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import type { Client, Reply } from "./client.ts";
import type { TestInstance } from "./instance.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const REDIRECT_URI = "http://127.0.0.1:4711/callback";

export interface RequestedDevice {
  readonly deviceCode: string;
  readonly userCode: string;
}

/** A device asks for a login. */
export async function requestDevice(instance: TestInstance, deviceName = "laptop"): Promise<RequestedDevice> {
  const { status, body } = await instance
    .client()
    .sendForm("/oauth2/device_authorization", { client_id: "test", device_name: deviceName });
  assert.equal(status, 200, JSON.stringify(body));
  return { deviceCode: body.device_code, userCode: body.user_code };
}

export function poll(instance: TestInstance, { deviceCode }: Pick<RequestedDevice, "deviceCode">): Promise<Reply> {
  const fields = { grant_type: GRANT_TYPE, device_code: deviceCode, client_id: "test" };
  return instance.client().sendForm("/oauth2/token", fields);
}

/** The id of the login that this session opens with the code. */
export async function claim(session: Client, { userCode }: Pick<RequestedDevice, "userCode">): Promise<string> {
  const { status, body } = await session.post("/api/device/claim", { userCode });
  assert.equal(status, 200, JSON.stringify(body));
  return body.id;
}

export function approve(
  session: Client,
  id: string,
  organization: { readonly id: string },
  token: object = {},
): Promise<Reply> {
  const body = { id, organizationId: organization.id, name: "terminal", expiresInDays: 7, ...token };
  return session.post("/api/device/approve", body);
}

/** Asked for, opened and approved. */
export async function approvedDevice(
  instance: TestInstance,
  session: Client,
  organization: { readonly id: string },
  token: object = {},
): Promise<RequestedDevice> {
  const device = await requestDevice(instance);
  const { status, body } = await approve(session, await claim(session, device), organization, token);
  assert.equal(status, 200, JSON.stringify(body));
  return device;
}

/** The page of `mintmark login` on this machine, opened. */
export function openLoopback(session: Client, fields: object = {}): Promise<Reply> {
  const codeChallenge = createHash("sha256").update(VERIFIER).digest("base64url");
  return session.post("/api/device/loopback", { redirectUri: REDIRECT_URI, codeChallenge, ...fields });
}

/** The code that the browser takes to the command after an approval. */
export async function handedCode(session: Client, organization: { readonly id: string }): Promise<string> {
  const { body: login } = await openLoopback(session);
  const { status, body } = await approve(session, login.id, organization);
  assert.equal(status, 200, JSON.stringify(body));
  return new URL(body.returnTo).searchParams.get("code") ?? "";
}

export function exchangeCode(instance: TestInstance, code: string, fields: object = {}): Promise<Reply> {
  return instance.client().sendForm("/oauth2/token", {
    grant_type: "authorization_code",
    code,
    code_verifier: VERIFIER,
    redirect_uri: REDIRECT_URI,
    ...fields,
  });
}

/** By status and code of OAuth. */
export function assertOAuthError(reply: Reply, error: string, status = 400): void {
  assert.deepEqual([reply.status, reply.body?.error], [status, error], JSON.stringify(reply.body));
  assert.equal(reply.headers.get("cache-control"), "no-store");
  assert.match(reply.body.error_description, /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
}
