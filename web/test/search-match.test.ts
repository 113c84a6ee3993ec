// A search that chooses one of many things: which matches are shown, and which text chooses one.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findClients, onlyClient } from "../src/features/mcp-client/connect-choice.ts";
import { exactMatch, matching } from "../src/ui/search-match.ts";
import { MCP_CLIENTS } from "@mintmark/mcp-clients";

const mia = { id: "usr_1", name: "Mia Member", note: "mia@example.com" };
const junior = { id: "usr_2", name: "Mia Member Junior", note: "junior@example.com" };
const twin = { id: "usr_3", name: "mia member", note: "twin@example.com" };

describe("matching()", () => {
  it("keeps those that contain the words in their name or note", () => {
    assert.deepEqual(matching([mia, junior], " junior "), [junior]);
    assert.deepEqual(matching([mia, junior], "MIA@"), [mia]);
    assert.deepEqual(matching([mia, junior], "bob"), []);
  });
});

describe("exactMatch()", () => {
  it("is the only one with the whole name, note or id", () => {
    assert.equal(exactMatch([mia, junior], " mia member "), mia);
    assert.equal(exactMatch([mia, junior], "JUNIOR@example.com"), junior);
    assert.equal(exactMatch([mia, junior], "usr_2"), junior);
  });
  it("is nobody for a part of a name, for a name that two have, and for no text", () => {
    assert.equal(exactMatch([mia, junior], "Mia"), null);
    assert.equal(exactMatch([mia, twin], "Mia Member"), null);
    assert.equal(exactMatch([{ ...mia, note: "" }], " "), null);
  });
});

describe("onlyClient()", () => {
  const choose = (typed: string): string | undefined => onlyClient(findClients(MCP_CLIENTS, typed), typed)?.id;
  it("is the client with exactly this name, or the only one that was found", () => {
    for (const { id, name } of MCP_CLIENTS) assert.equal(choose(name.toUpperCase()), id);
    assert.equal(choose("desktop"), "claude-desktop");
  });
  it("is none when several or none were found", () => {
    assert.deepEqual(
      [choose("claude"), choose("e"), choose("no such client"), choose(" ")],
      [undefined, undefined, undefined, undefined],
    );
  });
});
