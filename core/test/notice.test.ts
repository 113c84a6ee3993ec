import assert from "node:assert/strict";
import { it } from "node:test";
import { isMailOptional } from "../src/index.ts";

it("only that somebody else ended a token is always mailed", () => {
  assert.equal(isMailOptional("token.revoked"), false);
  assert.equal(isMailOptional("token.minted"), true);
});
