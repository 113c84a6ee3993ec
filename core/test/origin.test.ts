import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLoopbackHost, isLoopbackOrigin } from "../src/input.ts";

describe("isLoopbackHost() and isLoopbackOrigin()", () => {
  it("know this machine by name and by number, with any port", () => {
    for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"]) {
      assert.equal(isLoopbackHost(host), true, host);
      for (const port of ["", ":3210"]) assert.equal(isLoopbackOrigin(`http://${host}${port}`), true, host + port);
    }
  });

  it("take no other host for this machine", () => {
    for (const host of [
      "",
      "example.com",
      "localhost.example.com",
      "127.0.0.1.example.com",
      "1127.0.0.1",
      "::1",
      "[::2]",
    ]) {
      assert.equal(isLoopbackHost(host), false, host);
      assert.equal(isLoopbackOrigin(`http://${host}`), false, host);
    }
  });

  it("take https, a path and a user for no origin on plain HTTP", () => {
    for (const origin of ["https://localhost", "http://localhost/", "http://ada@localhost", "localhost:3210"])
      assert.equal(isLoopbackOrigin(origin), false, origin);
  });
});
