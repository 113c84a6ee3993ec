// What is kept of a request's address: words, and nothing that could be somebody's.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { newId, newLinkSecret, newSecret } from "../../src/secrets/generate.ts";
import { routeOf } from "../../src/verify/request.ts";

describe("the route of a request", () => {
  it("keeps method and words, so that calls of one kind are one route", () => {
    const cases: readonly (readonly [method: string | undefined, url: string, route: string])[] = [
      ["GET", "/", "GET /"],
      ["get", "/robots", "GET /robots"],
      ["GET", "/robots/", "GET /robots"],
      ["POST", "//api//v2/robots", "POST /api/v2/robots"],
      ["DELETE", "/api/v1beta1/mission-logs/17", "DELETE /api/v1beta1/mission-logs/:id"],
      ["PATCH", "/robots/17/arms/left", "PATCH /robots/:id/arms/left"],
      ["GET", "https://api.example.com/robots?x=1", "GET /robots"],
      ["GET", "https://api.example.com", "GET /"],
      ["GET", "/oauth2/token", "GET /oauth2/token"],
      ["GET", "/api/personal-access-tokens/current", "GET /api/personal-access-tokens/current"],
      ["GET", "/.well-known/openid-configuration", "GET /.well-known/openid-configuration"],
      ["GET", "/getUserById/README", "GET /getUserById/:id"],
      ["GET", "/robots.json#top", "GET /robots.json"],
      ["GET", "/robots;jsessionid=DEADBEEF/arms", "GET /robots"],
      ["PROPFIND", "/files", "ANY /files"],
      [undefined, "/files", "ANY /files"],
    ];
    for (const [method, url, route] of cases) assert.equal(routeOf(method, url), route);
  });

  it("hides what looks like an id, a number, an address, a hash or a secret", () => {
    const hidden = [
      "17",
      "2026-11-27",
      "7f3c",
      "deadbeef",
      "ada@example.com",
      "ada%40example.com",
      "550e8400-e29b-41d4-a716-446655440000",
      "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      "dQwXgWcQrTz",
      "usr_12",
      "ABC-123",
      "xkcdqwrtz",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
      "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
      "%2e%2e",
      "name with spaces",
      "correct-horse-battery-staple",
      "données",
      "a".repeat(41),
    ];
    for (const segment of hidden) assert.equal(routeOf("GET", `/robots/${segment}/arms`), "GET /robots/:id/arms");
  });

  it("is nothing when no address is given, or none that begins with a path", () => {
    for (const url of [undefined, "", "robots", "ftp://example.com/x", "?x=1", "*"])
      assert.equal(routeOf("GET", url), null);
  });

  it("is short, however long the address is", () => {
    const route = routeOf("GET", `/${"words/".repeat(500)}`);
    assert.equal(route, `GET ${"/words".repeat(8)}/…`);
    assert.ok((routeOf("OPTIONS", `/${"considerable-expectation/".repeat(7)}`) ?? "").length <= 120);
  });

  it("never shows a secret, wherever in the address it stands", () => {
    const make = [
      () => newSecret("mm", "pat").expose(),
      () => newSecret("acme", "api_key").expose(),
      () => newSecret("mm", "service_key").expose(),
      () => newLinkSecret().expose(),
      () => newId("user") as string,
    ];
    const place = fc.constantFrom(
      (secret: string) => `/robots/${secret}`,
      (secret: string) => `/${secret}/robots`,
      (secret: string) => `/robots?token=${secret}`,
      (secret: string) => `/robots#${secret}`,
      (secret: string) => `/robots/x${secret}y`,
      (secret: string) => `/robots/${secret.toUpperCase()}`,
      (secret: string) => `/robots;s=${secret}/arms`,
      (secret: string) => `https://${secret}@api.example.com/robots`,
      (secret: string) => `/robots/${secret.replaceAll("_", "/")}`,
    );
    fc.assert(
      fc.property(fc.constantFrom(...make), place, fc.string(), (newOne, put, method) => {
        const secret = newOne();
        const route = routeOf(method, put(secret)) ?? "";
        const bare = secret.toLowerCase().split("_").at(-1) as string;
        assert.ok(!route.toLowerCase().includes(bare));
        assert.match(route, SHAPE);
      }),
    );
  });

  it("holds no query, no run of digits and no character but those of words, for any address at all", () => {
    const segment = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uuid(),
      fc.ulid(),
      fc.emailAddress(),
      fc.ipV4(),
      fc.ipV6(),
      fc.base64String({ minLength: 8 }),
      fc.stringMatching(/^[0-9a-f]{6,64}$/),
      fc.nat().map(String),
      fc.constantFrom("robots", "v2", "mission-logs"),
    );
    const url = fc.oneof(
      fc.array(segment, { maxLength: 12 }).map((segments) => `/${segments.join("/")}`),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string(),
    );
    fc.assert(
      fc.property(url, fc.string(), (address, query) => {
        const route = routeOf("GET", `${address}?${query}`);
        if (route !== null) assert.match(route, SHAPE);
        assert.equal(routeOf("GET", address), route);
      }),
      { numRuns: 500 },
    );
  });
});

/** A method, and segments of words, of which one digit at most stands together but for a version's two. */
const SHAPE =
  /^(?:$|(?:[A-Z]{3,7}) (?:\/|(?:\/(?::id|…|v\d{1,2}(?:(?:alpha|beta)\d?)?|[.~_-]?[A-Za-z]+\d?(?:[.~_-][A-Za-z]+\d?)*))+)$)/;
