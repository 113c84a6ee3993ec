// The link of `mintmark login`, read from an address that anybody can write, and the way back.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { handOverAddress, parseAuthorize, tokenNameFor } from "../src/features/device/hand-over.ts";

const SEARCH = {
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
  redirect_uri: "http://127.0.0.1:4711/callback",
  state: "af0ifjsldkj",
  device_name: "laptop",
};

describe("parseAuthorize()", () => {
  it("reads the link of the command", () => {
    assert.deepEqual(parseAuthorize(SEARCH), {
      codeChallenge: SEARCH.code_challenge,
      redirectUri: SEARCH.redirect_uri,
      state: SEARCH.state,
      deviceName: "laptop",
      port: "4711",
    });
    assert.equal(parseAuthorize({ ...SEARCH, redirect_uri: "http://[::1]:4711/callback" })?.port, "4711");
  });
  it("takes no link that leads elsewhere than to this machine, or that is incomplete", () => {
    const elsewhere = [
      "https://evil.example/callback",
      "http://evil.example:80/callback",
      "http://localhost:4711/callback",
      "http://127.0.0.1.evil.example:4711/callback",
      "http://127.0.0.1@evil.example:4711/callback",
      "https://127.0.0.1:4711/callback",
      "http://127.0.0.1/callback",
      "javascript:alert(1)",
      "//127.0.0.1:4711",
    ];
    for (const redirect_uri of elsewhere) assert.equal(parseAuthorize({ ...SEARCH, redirect_uri }), null, redirect_uri);
    for (const name of ["code_challenge", "code_challenge_method", "redirect_uri", "state"] as const) {
      const { [name]: _left, ...rest } = SEARCH;
      assert.equal(parseAuthorize(rest), null, name);
    }
    assert.equal(parseAuthorize({ ...SEARCH, code_challenge_method: "plain" }), null);
    assert.equal(parseAuthorize({ ...SEARCH, state: "x".repeat(201) }), null);
  });
});

describe("handOverAddress()", () => {
  it("takes the state along, to this machine only", () => {
    assert.equal(
      handOverAddress("http://127.0.0.1:4711/callback?code=c", "a&b"),
      "http://127.0.0.1:4711/callback?code=c&state=a%26b",
    );
    assert.equal(handOverAddress("https://evil.example/callback?code=c", "s"), null);
    assert.equal(handOverAddress("nonsense", "s"), null);
  });
});

describe("tokenNameFor()", () => {
  it("is a name that a token may have", () => {
    assert.equal(tokenNameFor("laptop"), "Terminal on laptop");
    assert.equal(tokenNameFor("x".repeat(200)).length, 100);
  });
});
