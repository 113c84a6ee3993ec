// `/metrics` without a token is for this machine only, and a request through a proxy on this machine is refused.
import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { startInstance } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

/** Headers that proxies and content delivery networks add to requests. */
const SIGNS = [
  "Via",
  "Forwarded",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Forwarded-Server",
  "X-Forwarded",
  "X-Real-IP",
  "X-Client-IP",
  "X-Cluster-Client-IP",
  "X-Original-URL",
  "X-Envoy-External-Address",
  "X-Amzn-Trace-Id",
  "X-Azure-ClientIP",
  "X-ARR-LOG-ID",
  "X-Varnish",
  "CF-Connecting-IP",
  "CF-Ray",
  "CDN-Loop",
  "True-Client-IP",
  "Client-IP",
  "Fastly-Client-IP",
  "Fly-Client-IP",
  "Akamai-Origin-Hop",
  "Incap-Client-IP",
  "Tailscale-User-Login",
  "Surrogate-Capability",
  "Max-Forwards",
];

describe("/metrics without a token", () => {
  const { instance } = withInstance();

  it("responds to requests from this machine, by each of its names", async () => {
    const port = new URL(instance.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "127.0.0.1", "LOCALHOST"])
      assert.equal(await statusOf(instance.url, { Host: host }), 200, host);
    const scraper = { "X-Prometheus-Scrape-Timeout-Seconds": "10", "User-Agent": "Prometheus/3", Accept: "text/plain" };
    assert.equal(await statusOf(instance.url, scraper), 200);
  });

  it("refuses every sign of a proxy", async () => {
    for (const name of SIGNS) assert.equal(await statusOf(instance.url, { [name]: "127.0.0.1" }), 404, name);
  });

  it("refuses a name that is not this machine's, which a page of another site sends after DNS rebinding", async () => {
    for (const host of [
      "tokens.example.com",
      "127.0.0.1.example.com",
      "localhost.example.com",
      "10.0.0.1",
      "localhost.",
      "127.1",
    ])
      assert.equal(await statusOf(instance.url, { Host: host }), 404, host);
  });

  it("refuses HTTP/1.0, which is the only sign of a plain nginx", async () => {
    const socket = connect(Number(new URL(instance.url).port), "127.0.0.1");
    socket.end(`GET /metrics HTTP/1.0\r\nHost: ${new URL(instance.url).host}\r\nConnection: close\r\n\r\n`);
    assert.match(await text(socket), /^HTTP\/1\.1 404 /);
  });

  it("refuses everybody where the instance has a public address: a proxy is in front of it", async () => {
    for (const url of ["https://tokens.example.com", "https://localhost", "http://10.0.0.1:3210"]) {
      const other = await startInstance({ env: { MINTMARK_BASE_URL: url } });
      try {
        assert.equal(await statusOf(other.url, {}), 404, url);
      } finally {
        await other.close();
      }
    }
  });

  it("requires the token instead, where one is set, through any proxy", async () => {
    const token = "a token for the metrics";
    const other = await startInstance({
      env: { MINTMARK_METRICS_TOKEN: token.replaceAll(" ", "-"), MINTMARK_BASE_URL: "https://tokens.example.com" },
    });
    try {
      const sent = { Via: "1.1 proxy", Host: "tokens.example.com" };
      assert.equal(await statusOf(other.url, { ...sent, Authorization: "Bearer a-token-for-the-metrics" }), 200);
      assert.equal(await statusOf(other.url, { ...sent, Authorization: "Bearer another-token" }), 404);
      assert.equal(await statusOf(other.url, {}), 404);
    } finally {
      await other.close();
    }
  });
});

async function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/metrics`, { headers }, resolve).on("error", reject).end();
  });
  response.resume();
  return response.statusCode;
}
