import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "@mintmark/terminal";
import { parseHost, requireSecure } from "../src/host.ts";

test("every spelling of a host gives an origin", () => {
  assert.equal(parseHost("https://Tokens.Example.com:443/", "--host"), "https://tokens.example.com");
  assert.equal(parseHost("http://127.1:3210", "--host"), "http://127.0.0.1:3210");
  assert.equal(parseHost("http://[::1]:3210", "--host"), "http://[::1]:3210");
});

test("a host without a scheme is https, and http on this machine", () => {
  for (const [typed, origin] of [
    ["tokens.example.com", "https://tokens.example.com"],
    ["Tokens.Example.com/", "https://tokens.example.com"],
    ["tokens.example.com:8443", "https://tokens.example.com:8443"],
    ["tokens:8443", "https://tokens:8443"],
    ["10.1.2.3", "https://10.1.2.3"],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]:8443"],
    ["127.0.0.1.example.com", "https://127.0.0.1.example.com"],
    ["localhost", "http://localhost"],
    ["localhost:3210", "http://localhost:3210"],
    ["127.0.0.1:3210", "http://127.0.0.1:3210"],
    ["[::1]:3210", "http://[::1]:3210"],
  ] as const) {
    assert.equal(parseHost(typed, "--host"), origin);
  }
});

test("text that is not an address is refused and never repeated", () => {
  for (const typed of [
    "",
    "tokens",
    "tokens.example.com/hunter2",
    "hunter2@tokens.example.com",
    "ftp://x",
    "ftp:21:hunter2",
    "https://",
    "mm_pat_x",
    "http://u:hunter2@x",
    "https://x/hunter2",
  ]) {
    assert.throws(
      () => parseHost(typed, "--host"),
      (error) =>
        error instanceof Failure && error.exitCode === 2 && !`${error.message}${error.hint}`.includes("hunter2"),
    );
  }
});

test("without https a token is sent to this machine only", () => {
  for (const host of [
    "http://127.0.0.1:3210",
    "http://127.9.9.9",
    "http://localhost:1",
    "http://[::1]:1",
    "https://x",
  ]) {
    requireSecure(host, false);
  }
  for (const host of [
    "http://tokens.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
  ]) {
    assert.throws(() => requireSecure(host, false), Failure);
    requireSecure(host, true);
  }
});
