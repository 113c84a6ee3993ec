// The filters of an instance admin's lists: what an address says, and what the server is asked.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  changedSearch,
  organizationFilterOf,
  tokenFilterOf,
  userFilterOf,
} from "../src/features/admin/admin-search.ts";
import { counted } from "../src/ui/text.ts";

describe("changedSearch()", () => {
  it("keeps what was chosen, and drops from the address what is empty", () => {
    assert.deepEqual(changedSearch({ query: "ada" }, { show: "admins" }), { query: "ada", show: "admins" });
    assert.deepEqual(changedSearch({ query: "ada", show: "admins" }, { query: "" }), { show: "admins" });
    assert.deepEqual(changedSearch({}, { query: `mm_pat_123${"0".repeat(45)}` }), { query: "mm_pat_123" });
  });
});

describe("the filter of a search", () => {
  it("asks for users by state or by who administers, and for everyone when the address makes no sense", () => {
    assert.deepEqual(userFilterOf({ query: " ada ", show: "suspended" }), { query: "ada", state: "suspended" });
    assert.deepEqual(userFilterOf({ show: "admins" }), { instanceAdmin: true });
    assert.deepEqual(userFilterOf({ query: "  ", show: "everything" }), {});
  });
  it("asks for shared organizations that are not deleted unless the address says otherwise", () => {
    assert.deepEqual(organizationFilterOf({}), { state: "active", personal: false });
    assert.deepEqual(organizationFilterOf({ kind: "all", show: "deleted" }), { state: "deleted" });
    assert.deepEqual(organizationFilterOf({ kind: "personal", show: "lost" }), { state: "active", personal: true });
    assert.deepEqual(organizationFilterOf({ show: "ownerless" }), {
      state: "active",
      personal: false,
      withoutOwner: true,
    });
  });
  it("asks for tokens by person, organization, state and use, never for a state the server does not know", () => {
    assert.deepEqual(tokenFilterOf({ user: "usr_1", organization: "org_1", state: "live", use: "stale" }), {
      user: "usr_1",
      organization: "org_1",
      state: "live",
      stale: true,
    });
    assert.deepEqual(tokenFilterOf({ state: "blocked", use: "never" }), { neverUsed: true });
  });
  it("never sends more words than the server takes", () => {
    assert.equal(userFilterOf({ query: "x".repeat(500) }).query?.length, 200);
  });
});

describe("countOf()", () => {
  it("says one thing and several", () => {
    assert.deepEqual(
      [0, 1, 1200].map((count) => counted(count, "token")),
      ["0 tokens", "1 token", "1,200 tokens"],
    );
  });
});
