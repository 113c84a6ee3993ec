// `/forward-auth` refuses some requests before it reads the credential, and keeps to the statuses a proxy knows. The
// proxies themselves are in e2e/test/proxies.test.ts.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { before, describe, it } from "node:test";
import { withInstance } from "../support/with-instance.ts";

const HEADERS = [
  "User",
  "User-External-Id",
  "Email",
  "Organization",
  "Organization-External-Id",
  "Role",
  "Permissions",
  "Credential",
  "Credential-Kind",
  "Foo",
];
/** Each may be part of a name (RFC 9110 §5.6.2), and some application turns it into an underscore. */
const SEPARATORS = "!#$%&'*+-.^_`|~".split("");

describe("/forward-auth", () => {
  const { instance, seed } = withInstance();
  let secret: string;
  let tokenId: string;
  let readOnly: string;
  before(async () => {
    const person = await seed.person();
    const organization = await seed.organization(person);
    ({ secret, id: tokenId } = await seed.token(person, organization));
    ({ secret: readOnly } = await seed.token(person, organization, { permissions: ["members:read"] }));
  });

  /** The status line and the rest of the response to a request with these header lines. */
  async function ask(lines: readonly string[], query = "", method = "GET"): Promise<{ status: number; body: string }> {
    const socket = connect(Number(new URL(instance.url).port), "127.0.0.1");
    const head = [`${method} /forward-auth${query} HTTP/1.1`, "Host: localhost", ...lines];
    socket.write(`${head.join("\r\n")}\r\n\r\n`, "latin1");
    const answer = await text(socket);
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), body: answer };
  }

  it("refuses a header that an application could take for one of Mintmark's, in every spelling", async () => {
    for (const header of HEADERS) {
      for (const [index, separator] of SEPARATORS.entries()) {
        const written = ["X", "Mintmark", header].join(separator);
        const name = index % 2 === 0 ? written : written.toLowerCase();
        const { status, body } = await ask([`Authorization: Bearer ${secret}`, `${name}: owner`, "Connection: close"]);
        assert.deepEqual([status, /"code":"identity_header_forged"/.test(body)], [403, true], name);
      }
    }
    await instance.uses.flush();
    assert.equal((await instance.deps.store.reads.findToken(tokenId as never))?.useCount, 0, "a use was recorded");
  });

  it("refuses a Connection that names one, for a proxy to delete, and a Trailer that announces one", async () => {
    for (const header of [
      "Connection: X-Mintmark-User",
      "Connection: close, x-mintmark-role",
      "Connection: X-Mintmark-Role,close",
      "Connection: close,X_Mintmark_Role",
      "Trailer: X-Mintmark-User",
      "trailer: Server-Timing, x_mintmark_role",
    ]) {
      const { status, body } = await ask([`Authorization: Bearer ${secret}`, header, "Connection: close"]);
      assert.deepEqual([status, /"code":"identity_header_forged"/.test(body)], [403, true], header);
    }
    const harmless = await ask([`Authorization: Bearer ${secret}`, "Trailer: Server-Timing", "Connection: close"]);
    assert.equal(harmless.status, 200);
  });

  it("lets other headers pass, also similar ones", async () => {
    const others = ["Mintmark-Token-Expires: x", "X-Mintmarket-Role: x", "XX-Mintmark-Role: x", "X-Mint-Mark-Role: x"];
    const upgrade = ["Connection: close, Upgrade", "Upgrade: websocket"];
    assert.equal((await ask([`Authorization: Bearer ${secret}`, ...others, ...upgrade])).status, 200);
  });

  it("takes a request for a write if the client requests one, and for a read only if the proxy says so", async () => {
    const query = "?read=members:read&write=organization:delete";
    const narrow = [`Authorization: Bearer ${readOnly}`, "Connection: close"];
    const status = async (...lines: string[]): Promise<number> => (await ask([...narrow, ...lines], query)).status;
    assert.equal(await status("X-Forwarded-Method: GET"), 200);
    for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]) {
      assert.equal(await status("X-Forwarded-Method: GET", `${name}: DELETE`), 403, name);
      assert.equal(await status("X-Forwarded-Method: GET", `${name}: GET`), 200, name);
      assert.equal(await status(`${name}: GET`), 403, `${name} alone`);
    }
  });

  it("takes 60 KiB of headers, more than a proxy passes on", async () => {
    const large = Array.from({ length: 8 }, (_, index) => `X-Large-${index}: ${"x".repeat(7_500)}`);
    assert.equal((await ask([`Authorization: Bearer ${secret}`, ...large, "Connection: close"])).status, 200);
  });

  it("responds with 403, which a proxy knows, to a header that is not HTTP", async () => {
    for (const line of ["X-Other: a\u0001b", "Authorization: Bearer \u0002", "X Other: a", "X-Other: a\u007fb"]) {
      const { status, body } = await ask([line]);
      assert.equal(status, 403, JSON.stringify(line));
      assert.match(body, /"status":403.*"code":"request_malformed"/);
    }
    // HAProxy's Lua and Envoy use other methods.
    for (const method of ["GET", "HEAD", "POST", "PROPFIND"])
      assert.equal((await ask(["X-Other: a\u0001b"], "?permission=members:read", method)).status, 403, method);
  });
});
