// Connecting an AI client: what the address says, and when a client counts as connected.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MCP_CLIENTS } from "@mintmark/mcp-clients";
import { findClients, guessSystem, readChoice, withChoice } from "../src/features/mcp-client/connect-choice.ts";
import { type CheckedToken, evaluateCheck, LATE_MS } from "../src/features/mcp-client/live-check.ts";

describe("readChoice()", () => {
  it("takes what the address says, and else the client's first way and the system that is guessed", () => {
    const { client, ...rest } = readChoice({ client: "cursor" }, "macos") ?? {};
    assert.equal(client?.name, "Cursor");
    assert.deepEqual(rest, { system: "macos", holding: "environment" });
    const said = readChoice({ client: "cursor", system: "windows", holding: "literal" }, "macos");
    assert.deepEqual([said?.system, said?.holding], ["windows", "literal"]);
  });
  it("ignores what the client does not have, and what is nothing", () => {
    const choice = readChoice({ client: "zed", system: "beos", holding: "prompt" }, "linux");
    assert.deepEqual([choice?.system, choice?.holding], ["linux", "bridge"]);
    assert.equal(readChoice({}, "linux"), null);
    assert.equal(readChoice({ client: "toString" }, "linux"), null);
  });
});

it("withChoice() keeps the rest of the address, and takes back what is null", () => {
  assert.deepEqual(
    withChoice({ client: "zed", holding: "bridge", token: "pat_1" }, { client: "cursor", holding: null }),
    {
      client: "cursor",
      token: "pat_1",
    },
  );
});

it("guessSystem() reads the browser's own words", () => {
  assert.equal(guessSystem("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605"), "macos");
  assert.equal(guessSystem("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140"), "windows");
  assert.equal(guessSystem("Mozilla/5.0 (X11; Linux x86_64) Firefox/140"), "linux");
  assert.equal(guessSystem("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"), "linux");
});

describe("findClients()", () => {
  const names = (typed: string): string[] => findClients(MCP_CLIENTS, typed).map(({ id }) => id);
  it("finds by all the words, in name and description", () => {
    assert.deepEqual(names("CLAUDE"), ["claude-code", "claude-desktop", "generic"]);
    assert.deepEqual(names("google terminal"), ["gemini-cli", "generic"]);
  });
  it("always offers the client for all others", () => {
    assert.deepEqual(names("no such thing"), ["generic"]);
    assert.equal(names("  ").length, MCP_CLIENTS.length);
  });
});

describe("evaluateCheck()", () => {
  const [before, after] = ["2026-11-27T03:00:00.000Z", "2026-11-27T03:00:05.000Z"];
  const token = (facts: Partial<CheckedToken> = {}): CheckedToken => ({
    state: "active",
    mcp: "read-write",
    lastUsedAt: after,
    lastUsedRoute: "mintmark mcp",
    ...facts,
  });
  it("is connected by a call over MCP that is newer than the watch", () => {
    assert.equal(evaluateCheck(token(), null, 0), "connected");
    assert.equal(evaluateCheck(token(), before, LATE_MS * 10), "connected");
    assert.equal(evaluateCheck(token({ mcp: "read-only" }), before, 0), "connected");
  });
  it("is not connected by a use before the watch, nor by any other use", () => {
    assert.equal(evaluateCheck(token(), after, 0), "waiting");
    assert.equal(evaluateCheck(token({ lastUsedAt: null, lastUsedRoute: null }), null, 0), "waiting");
    for (const lastUsedRoute of ["mintmark whoami", "POST /mcp", null]) {
      assert.equal(evaluateCheck(token({ lastUsedRoute }), before, 0), "elsewhere");
    }
  });
  it("is late after a while, and over when the token is", () => {
    assert.equal(evaluateCheck(token(), after, LATE_MS), "late");
    for (const state of ["expired", "revoked", "suspended", "blocked"] as const) {
      assert.equal(evaluateCheck(token({ state }), before, 0), "over");
    }
  });
  it("is turned away where the policy has switched MCP off", () => {
    assert.equal(evaluateCheck(token({ mcp: "off" }), before, 0), "turned-away");
    assert.equal(evaluateCheck(token({ mcp: "off" }), after, 0), "waiting");
  });
});
