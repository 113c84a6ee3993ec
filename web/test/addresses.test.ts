// What the app reads from and writes into its addresses.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTheme } from "../src/app/theme.ts";
import { parseSearch, pickText, stringifySearch } from "../src/app/search-params.ts";
import { actionLabel, actorLabel, filterOf, targetLabel } from "../src/features/audit/audit-text.ts";
import { isSameEmail } from "../src/features/joining/same-email.ts";
import { readLinkSecret } from "../src/session/link-secret.ts";

describe("queries", () => {
  it("stay text, whatever they look like", () => {
    assert.deepEqual(parseSearch("?name=123&expires=true&x=%22y%22"), { name: "123", expires: "true", x: '"y"' });
  });
  it("are written without empty values", () => {
    assert.equal(
      stringifySearch({ returnTo: "/a?b=c", empty: "", none: undefined, number: 3 }),
      "?returnTo=%2Fa%3Fb%3Dc",
    );
    assert.equal(stringifySearch({}), "");
  });
  it("pickText() takes only the named texts", () => {
    assert.deepEqual(pickText({ state: "over", token: "secret", name: 5 }, ["state", "name"]), { state: "over" });
  });
});

describe("readLinkSecret()", () => {
  it("reads a code only on the page that it is for", () => {
    assert.equal(readLinkSecret("/setup", "#code=abc"), "abc");
    assert.equal(readLinkSecret("/invitation/", "#token=abc"), "abc");
    assert.equal(readLinkSecret("/invitation", "#code=abc"), null);
    assert.equal(readLinkSecret("/settings/tokens", "#token=abc"), null);
    assert.equal(readLinkSecret("/setup", ""), null);
    assert.equal(readLinkSecret("/setup", "#code="), null);
  });
});

it("parseTheme() follows the system for anything it does not know", () => {
  assert.equal(parseTheme("dark"), "dark");
  assert.equal(parseTheme("blue"), "system");
  assert.equal(parseTheme(null), "system");
});

it("isSameEmail() ignores case and spelling of accents", () => {
  assert.equal(isSameEmail("Ada@Example.com ", "ada@example.com"), true);
  assert.equal(isSameEmail("jose\u0301@example.com", "jos\u00E9@example.com"), true);
  assert.equal(isSameEmail("ada@example.com", "ada@example.org"), false);
});

describe("audit log", () => {
  const ada = { kind: "user", id: "usr_1", name: "Ada" } as const;
  const token = { kind: "pat", id: "pat_1", name: "CI" };
  it("names actions in words", () => {
    assert.equal(actionLabel("pat.created"), "Token created");
    assert.equal(actionLabel("api_key.revoked"), "API key revoked");
    assert.equal(actionLabel("member.role_changed"), "Member role changed");
  });
  it("names who acted, through which credential, on what", () => {
    assert.equal(actorLabel({ actor: ada, via: token }), "Ada via CI");
    assert.equal(actorLabel({ actor: { kind: "system", id: "system", name: "system" }, via: null }), "Mintmark");
    assert.equal(targetLabel({ actor: ada, via: null, target: token }), "CI");
    assert.equal(targetLabel({ actor: ada, via: token, target: token }), null);
  });
  it("turns days into instants, the last one to its end, and leaves nonsense out", () => {
    assert.deepEqual(filterOf({ from: "2026-11-01", to: "2026-11-02", action: "policy.changed" }), {
      action: "policy.changed",
      from: new Date(2026, 10, 1).toISOString(),
      to: new Date(2026, 10, 3).toISOString(),
    });
    assert.deepEqual(filterOf({ from: "yesterday", action: "drop.table" }), {});
  });
});
