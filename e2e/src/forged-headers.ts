// The forgeries of a client: each way to make an API read an `X-Mintmark-…` header that the client wrote.
import assert from "node:assert/strict";
import type { Seen } from "./proxied-api.ts";
import type { ProxiedStage } from "./proxied-stage.ts";
import { type HeaderLines, PROTOCOLS, type ProxyClient } from "./proxy-client.ts";

interface Forgery {
  readonly headers: HeaderLines;
  readonly trailers?: HeaderLines;
}

const only = (name: string, value = "owner"): Forgery => ({ headers: [[name, value]] });

const FORGERIES: readonly Forgery[] = [
  // By its name, in every case, by names that Mintmark has and by one that it may have.
  ...[
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
  ].map((name) => only(`X-Mintmark-${name}`)),
  only("x-mintmark-role"),
  only("X-MINTMARK-ROLE"),
  { headers: [1, 2].map((index) => ["X-Mintmark-Role", `owner${index}`] as const) },
  only("X-Mintmark-Role", ""),
  // By another name that the API cannot tell from it.
  ..."_.!#$%&'*+^`|~".split("").map((separator) => only(["X", "Mintmark", "Role"].join(separator))),
  only("X_Mintmark-Role"),
  only("X-Mintmark_Role"),
  only("X.Mintmark_User"),
  only("x_mintmark_credential_kind", "api_key"),
  {
    headers: [
      ["X_Mintmark_Role", "owner"],
      ["X-Mintmark-Role", "owner"],
    ],
  },
  // By having the proxy delete the real one.
  only("Connection", "X-Mintmark-User, X-Mintmark-Role"),
  only("Connection", "close, x-mintmark-user"),
  {
    headers: [
      ["Connection", "X-Mintmark-Role"],
      ["X_Mintmark_Role", "owner"],
    ],
  },
  // Behind the body.
  {
    headers: [["Trailer", "X-Mintmark-Role"]],
    trailers: [["X-Mintmark-Role", "owner"]],
  },
];

/**
 * Sends every forgery over both protocols with these credentials, and resolves to the statuses of the responses. Fails
 * when one reached the API without a 200, or with headers other than those from Mintmark.
 */
export async function forgeAll(
  { api, cast }: Pick<ProxiedStage, "api" | "cast">,
  client: ProxyClient,
  credentials: HeaderLines,
  method = "GET",
): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  for (const protocol of PROTOCOLS) {
    for (const { headers, trailers } of FORGERIES) {
      // HTTP/2 has no Connection (RFC 9113 §8.2.2), and node:http2 sends trailers in another way.
      const isHttp1Only = trailers !== undefined || headers.some(([name]) => name === "Connection");
      if (protocol === "HTTP/2" && isHttp1Only) continue;
      const before = api.seen.length;
      const behindTheBody = trailers === undefined ? {} : { method: "POST", body: Buffer.from("body"), trailers };
      const request = { protocol, method, headers: [...credentials, ...headers], ...behindTheBody };
      const { status } = await client.send(request);
      statuses.add(status);
      const what = `${protocol} ${JSON.stringify(headers)}: ${status}`;
      assert.equal(api.seen.length - before, status === 200 ? 1 : 0, `${what}: reached the API`);
      if (status === 200) assertIdentity(api.seen.at(-1) as Seen, cast.identity, what);
    }
  }
  return statuses;
}

/** The API saw this identity and no other, no secret, and the client's address from the proxy alone. */
export function assertIdentity({ environment }: Seen, identity: Readonly<Record<string, string>>, what: string): void {
  // nginx sends no header that is empty.
  const said = Object.entries(environment).filter(([name, value]) => name.includes("MINTMARK") && value !== "");
  assert.deepEqual(Object.fromEntries(said), identity, what);
  for (const name of ["AUTHORIZATION", "X_API_KEY"]) assert.ok(!(name in environment), `${what}: ${name}`);
  assert.equal(environment["X_FORWARDED_FOR"], "127.0.0.1", what);
}
