// The main job over HTTP, against a new instance that runs somewhere: set up, mint, verify, revoke, and be refused.
import assert from "node:assert/strict";

const PASSWORD = "four words nobody guesses";

/** `code` is that of the link which the instance printed at its start. */
export async function doMainJob(url: string, code: string): Promise<void> {
  let session: Record<string, string> = {};
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = session) => {
    const response = await fetch(url + path, {
      method,
      headers: { "Content-Type": "application/json", Origin: url, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie !== undefined) session = { Cookie: cookie };
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  await send("POST", "/api/setup", { code, name: "Ada", email: "ada@example.com", password: PASSWORD });
  const service = await send("POST", "/api/admin/services", { name: "Scans API" });
  const { token, secret } = await send("POST", "/api/personal-access-tokens", { name: "CI deploy", expiresInDays: 7 });
  const verify = () => send("POST", "/api/verify", { token: secret }, { Authorization: `Bearer ${service.secret}` });
  const verified = await verify();
  assert.deepEqual([verified.active, verified.credential.id], [true, token.id]);
  const { receipt, revoked } = await send("DELETE", `/api/personal-access-tokens/${token.id}`);
  assert.equal(revoked ?? receipt?.revoked, true);
  assert.deepEqual(await verify(), { active: false, code: "token_revoked" });
}
