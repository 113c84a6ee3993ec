import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emailDomain, isPublicMailDomain, parseDomain } from "../src/input.ts";

describe("the domain of an address", () => {
  it("is what follows the last @, in lower case", () => {
    assert.equal(emailDomain("Ada@Engines.Example"), "engines.example");
    assert.equal(emailDomain("odd@local@engines.example"), "engines.example");
  });

  it("is taken as people type it, and refused when it is no domain", () => {
    assert.equal(parseDomain(" @Engines.Example "), "engines.example");
    assert.equal(parseDomain("xn--bcher-kva.example"), "xn--bcher-kva.example");
    for (const text of [
      "",
      "engines",
      "ada@engines.example",
      "engines..example",
      "-a.example",
      "a.example/x",
      "127.0.0.1",
    ])
      assert.equal(parseDomain(text), null, text);
  });

  it("is public where anyone can have an address, also under it", () => {
    for (const domain of ["gmail.com", "outlook.com", "mailinator.com", "team.proton.me"])
      assert.ok(isPublicMailDomain(domain), domain);
    for (const domain of ["engines.example", "notgmail.com", "com", "gmail.com.engines.example"])
      assert.ok(!isPublicMailDomain(domain), domain);
  });
});
