// The actions of keys and of typed words.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PersonalAccessToken, Session } from "../src/api/types.ts";
import { type CommandGroup, commandsFor, findCommands, findTokens } from "../src/app/keyboard/commands.ts";
import { type KeyboardState, type KeyPress, press } from "../src/app/keyboard/shortcuts.ts";
import { navigationFor } from "../src/app/navigation.ts";

const membership = (id: string, name: string, personal = false): Session["organization"] => ({
  id,
  name,
  personal,
  membershipId: `mem_${id}`,
  role: "owner",
  permissions: ["members:read", "organization:read"],
  state: "active",
  externalId: null,
  createdAt: "2026-01-01T00:00:00Z",
});
const session = {
  user: { id: "usr_1", name: "Ada", email: "", emailVerified: false, instanceAdmin: false, createdAt: "" },
  organization: membership("org_1", "Acme"),
  organizations: [membership("org_1", "Acme"), membership("org_2", "Globex"), membership("org_3", "Ada", true)],
} as unknown as Session;
const pages = navigationFor(session);

const key = (text: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key: text,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});
const idle: KeyboardState = { typing: false, covered: false, letters: true, mac: false, leaderAt: null };

describe("press()", () => {
  it("opens the palette by Ctrl K, on a Mac by ⌘ K, and also from a field", () => {
    const palette = { action: { kind: "palette" }, leaderAt: null };
    assert.deepEqual(press(key("k", { ctrlKey: true }), idle, pages, 0), palette);
    assert.deepEqual(press(key("k", { metaKey: true }), { ...idle, mac: true }, pages, 0), palette);
    assert.deepEqual(press(key("K", { ctrlKey: true }), { ...idle, typing: true }, pages, 0), palette);
    assert.equal(press(key("k", { ctrlKey: true }), { ...idle, mac: true }, pages, 0).action, null);
    assert.equal(press(key("k"), idle, pages, 0).action, null);
  });

  it("goes to a page by its key, when it follows g at once", () => {
    const { leaderAt } = press(key("g"), idle, pages, 1000);
    assert.equal(leaderAt, 1000);
    const after = { ...idle, leaderAt };
    assert.deepEqual(press(key("m"), after, pages, 1900).action, { kind: "page", to: "/organization/members" });
    assert.equal(press(key("m"), after, pages, 2501).action, null, "too late");
    assert.equal(press(key("m"), idle, pages, 0).action, null, "without g");
    assert.equal(press(key("u"), after, pages, 1100).action, null, "a page that this person is not offered");
  });

  it("ignores single keys in text fields, under dialogs and menus, with modifiers, and when they are off", () => {
    for (const letter of ["n", "?", "/", "g"]) {
      for (const state of [{ typing: true }, { covered: true }, { letters: false }]) {
        assert.deepEqual(press(key(letter), { ...idle, ...state }, pages, 0), { action: null, leaderAt: null });
      }
      for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }]) {
        assert.deepEqual(press(key(letter, held), idle, pages, 0), { action: null, leaderAt: null });
      }
    }
    assert.equal(press(key("k", { ctrlKey: true }), { ...idle, covered: true }, pages, 0).action, null);
  });

  it("knows the shortcuts of one key", () => {
    const kinds = ["n", "/", "?"].map((letter) => press(key(letter), idle, pages, 0).action?.kind);
    assert.deepEqual(kinds, ["new-token", "search", "help"]);
  });
});

const labels = (groups: readonly CommandGroup[]): string[] =>
  groups.flatMap(({ items }) => items.map(({ label }) => label));

describe("commandsFor() and findCommands()", () => {
  const all = commandsFor(session);

  it("offer the pages of the navigation, the other organizations, the themes and signing out", () => {
    for (const label of ["Members", "Personal access tokens", "Globex", "Dark theme", "Sign out", "New token"]) {
      assert.ok(labels(all).includes(label), label);
    }
    assert.ok(!labels(all).includes("Acme"), "not the organization one is in");
    assert.ok(!labels(all).includes("Audit log"), "no page without its permission");
  });

  it("find by every word, in the label, the group or the words beside it", () => {
    assert.deepEqual(labels(findCommands(all, "  MEMB ")), ["Members"]);
    assert.deepEqual(labels(findCommands(all, "log out")), ["Sign out"]);
    assert.deepEqual(labels(findCommands(all, "switch glob")), ["Globex"]);
    assert.deepEqual(labels(findCommands(all, "no such thing")), []);
    assert.equal(labels(findCommands(all, " ")).length, labels(all).length);
  });

  it("rank by the match, not by the place", () => {
    const first = (typed: string): string | undefined => labels(findCommands(all, typed))[0];
    assert.equal(first("organizations"), "Organizations", "the label itself, before an action that names it");
    assert.equal(first("sess"), "Sessions");
    assert.equal(first("dark"), "Dark theme", "the last group comes first when only it matches by its label");
    assert.equal(first("glo"), "Globex");
    assert.equal(first("p"), "Personal access tokens");
    const token = { id: "pat_1", label: "session robot", command: { kind: "token", tokenId: "pat_1" } } as const;
    const withToken = [...all, { label: "Your tokens", items: [token] }];
    assert.equal(labels(findCommands(withToken, "session robot"))[0], "session robot");
    assert.equal(labels(findCommands(withToken, "sessions"))[0], "Sessions");
  });

  it("know the words that people use", () => {
    const first = (typed: string): string | undefined => labels(findCommands(all, typed))[0];
    for (const typed of ["api token", "generate", "generate token", "create token", "new tokens", "add token"])
      assert.equal(first(typed), "New token", typed);
    for (const typed of ["revoke", "rotate", "rotate token", "label", "regenerate", "rename token"])
      assert.equal(first(typed), "Personal access tokens", typed);
    for (const typed of ["personal access token", "pat", "secret", "key", "create", "api key"])
      assert.ok(
        labels(findCommands(all, typed)).some((label) => /token/i.test(label)),
        typed,
      );
    assert.equal(first("logout"), "Sign out");
    assert.equal(first("change password"), "Profile");
    assert.equal(first("invite"), "Members");
    assert.equal(first("notifications"), "Notices");
  });
});

describe("findTokens()", () => {
  const token = (id: string, name: string, prefix: string): PersonalAccessToken =>
    ({ id, name, prefix, organization: { name: "Acme" }, permissions: null }) as unknown as PersonalAccessToken;
  const tokens = [token("pat_1", "CI deploy", "mm_pat_123"), token("pat_2", "backup", "mm_pat_456")];

  it("finds tokens by name and by prefix, and by a whole secret that was pasted", () => {
    assert.deepEqual(labels(findTokens(tokens, "deploy")), ["CI deploy"]);
    assert.deepEqual(labels(findTokens(tokens, "mm_pat_456")), ["backup"]);
    assert.deepEqual(labels(findTokens(tokens, `mm_pat_123${"0".repeat(45)}`)), ["CI deploy"]);
  });

  it("waits for two characters, and shows no more than eight", () => {
    assert.deepEqual(findTokens(tokens, "d"), []);
    const many = Array.from({ length: 20 }, (_, index) => token(`pat_${index}`, "robot", "mm_pat_000"));
    assert.equal(labels(findTokens(many, "robot")).length, 8);
  });
});
