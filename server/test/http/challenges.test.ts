// The challenges of RFC 6750 §3: what a refused client learns about the credential that it sent, and when it learns that it
// sent none. RFC 6750 §3.1: a request without authentication information gets no error code.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { defaultPolicy } from "@mintmark/core";
import { messageOf } from "../mcp/speak.ts";
import { requestOf, sendRaw } from "../support/raw.ts";
import type { SeededCredential } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const BARE = 'Bearer realm="mintmark"';
const INVALID_REQUEST = `${BARE}, error="invalid_request"`;
const INVALID_TOKEN = `${BARE}, error="invalid_token"`;
const UNKNOWN = "mm_pat_0000000000000000000000000000000000000000d99b31d4";

describe("a challenge", () => {
  const { instance, seed } = withInstance();
  let narrow: SeededCredential<string>;
  let organizationId: string;
  before(async () => {
    const person = await seed.person();
    const organization = await seed.organization(person);
    organizationId = organization.id;
    narrow = await seed.token(person, organization, { permissions: ["members:read"] });
  });

  type Lines = readonly string[];
  type Answer = readonly [number, string | undefined];

  /** Status and challenge of each transport, for a request with these header lines. */
  async function challengesFor(lines: Lines): Promise<{ api: Answer; proxy: Answer; mcp: Answer; oauth: Answer }> {
    const host = `Host: ${new URL(instance.url).host}`;
    const ask = async (line: string, more: Lines, body = ""): Promise<Answer> => {
      const { status, headers } = await sendRaw(instance.url, requestOf(line, host, ...lines, ...more) + body);
      return [status, headers["www-authenticate"]];
    };
    const message = messageOf("2025", "tools/list");
    const mcp = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}`);
    const form = "token=x";
    return {
      api: await ask("GET /api/whoami HTTP/1.1", []),
      proxy: await ask("GET /forward-auth HTTP/1.1", []),
      mcp: await ask("POST /mcp HTTP/1.1", [...mcp, `Content-Length: ${message.body.length}`], message.body),
      oauth: await ask(
        "POST /oauth2/introspect HTTP/1.1",
        ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${form.length}`],
        form,
      ),
    };
  }

  it("has no error code for a request without a credential, or with another scheme", async () => {
    for (const lines of [[], [`Authorization: Basic ${btoa("a:b")}`], ["Authorization: Digest x"]]) {
      const { api, proxy, mcp, oauth } = await challengesFor(lines);
      for (const [name, answer] of Object.entries({ api, proxy, mcp }))
        assert.deepEqual(answer, [401, BARE], `${name}: ${lines.join()}`);
      assert.deepEqual(oauth, [401, `Basic realm="mintmark", ${BARE}`], lines.join());
    }
  });

  it("says invalid_request to two credentials, and to a header without one", async () => {
    const cases: readonly Lines[] = [
      [`Authorization: Bearer ${narrow.secret}`, `X-API-Key: ${narrow.secret}`],
      [`Authorization: Bearer ${narrow.secret}`, `Authorization: Bearer ${narrow.secret}`],
      [`Authorization: Bearer ${narrow.secret}, Bearer ${narrow.secret}`],
      ["Authorization: Bearer"],
      ["Authorization: Bearer  "],
      ["Authorization:"],
      ["X-API-Key:"],
    ];
    for (const lines of cases) {
      const { api, proxy, mcp, oauth } = await challengesFor(lines);
      assert.deepEqual(api, [400, INVALID_REQUEST], `api: ${lines.join()}`);
      assert.deepEqual(mcp, [400, INVALID_REQUEST], `mcp: ${lines.join()}`);
      // A proxy knows 401 and 403 only.
      assert.deepEqual(proxy, [401, INVALID_REQUEST], `forward-auth: ${lines.join()}`);
      assert.deepEqual(oauth, [400, `Basic realm="mintmark", ${INVALID_REQUEST}`], `oauth: ${lines.join()}`);
    }
    const inUrl = await instance.client().get(`/api/whoami?access_token=${narrow.secret}`);
    assert.deepEqual([inUrl.status, inUrl.headers.get("www-authenticate")], [400, INVALID_REQUEST]);
  });

  it("says invalid_token to a credential that is none or no longer works", async () => {
    for (const secret of ["abc", UNKNOWN, `mm_pat_${"0".repeat(48)}`]) {
      for (const lines of [[`Authorization: Bearer ${secret}`], [`X-API-Key: ${secret}`]]) {
        const { api, proxy, mcp, oauth } = await challengesFor(lines);
        for (const [name, answer] of Object.entries({ api, proxy, mcp }))
          assert.deepEqual(answer, [401, INVALID_TOKEN], `${name}: ${secret}`);
        assert.deepEqual(oauth, [401, `Basic realm="mintmark", ${INVALID_TOKEN}`], secret);
      }
    }
  });

  it("says insufficient_scope, and names what the request needs, to a token that lacks a permission", async () => {
    const needs = (scope: string): string => `${BARE}, error="insufficient_scope", scope="${scope}"`;
    const organization = `/api/organizations/${organizationId}`;
    const policy = defaultPolicy(instance.deps.catalogue.roles.keys());
    const cases = [
      ["GET", `${organization}/invitations`, undefined, "invitations:read"],
      ["DELETE", `${organization}/members/mbr_0`, undefined, "members:write"],
      // All that the operation needs, and not only the first that is missing.
      ["POST", `${organization}/token-policy/preview`, { policy }, "policy:read tokens:read api-keys:read"],
      ["GET", "/forward-auth?permission=scans:write", undefined, "scans:write"],
      ["GET", "/forward-auth?read=members:read&write=members:write", undefined, "members:write"],
    ] as const;
    for (const [method, path, body, scope] of cases) {
      const { status, headers, body: problem } = await narrow.client.send(method, path, body);
      assert.deepEqual([status, problem.code], [403, "permission_denied"], path);
      assert.equal(headers.get("www-authenticate"), needs(scope), path);
    }
  });

  it("repeats nothing of a proxy's question that is no scope", async () => {
    for (const asked of ['a"b', "a\\b", "a b\r\nX-Evil: 1", "é", "%0d%0aX-Evil:%201", "x".repeat(5000)]) {
      const { status, headers } = await narrow.client.get(`/forward-auth?permission=${encodeURIComponent(asked)}`);
      assert.equal(status, 403, asked);
      const challenge = headers.get("www-authenticate") ?? "";
      assert.match(
        challenge,
        /^Bearer realm="mintmark", error="insufficient_scope"(, scope="[\x21\x23-\x5b\x5d-\x7e]+")?$/,
      );
      assert.ok(challenge.length < 300, asked.slice(0, 20));
      assert.equal(headers.get("x-evil"), null);
    }
  });

  it("is not in an answer to which another token would change nothing", async () => {
    const person = await seed.person();
    const viewer = await seed.person();
    const organization = await seed.organization(person);
    await seed.member(organization, viewer, "viewer");
    const session = await seed.session(viewer, organization);
    const lacking = await session.get(`/api/organizations/${organization.id}/invitations`);
    assert.deepEqual([lacking.body.code, lacking.headers.get("www-authenticate")], ["permission_denied", null]);
    const never = await narrow.client.post("/api/personal-access-tokens", { name: "x" });
    assert.deepEqual([never.body.code, never.headers.get("www-authenticate")], ["session_required", null]);
  });
});
