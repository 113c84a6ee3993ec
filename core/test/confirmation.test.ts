// A receipt says what confirmed it, and says nothing where the commit itself did.
import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmationInWords } from "../src/confirmation.ts";

test("confirmationInWords() names the replicas and the time", () => {
  assert.equal(
    confirmationInWords({ confirmedBy: "replicas", replicas: 3, waitedMs: 4.2 }),
    "confirmed by 3 replicas in 4 ms",
  );
  assert.equal(
    confirmationInWords({ confirmedBy: "replicas", replicas: 2, waitedMs: 0.4 }),
    "confirmed by 2 replicas in less than 1 ms",
  );
});

test("confirmationInWords() says that it waited for the end of a lease", () => {
  assert.equal(
    confirmationInWords({ confirmedBy: "lease", replicas: 1, waitedMs: 2040 }),
    "confirmed by 1 replica and by the end of a silent replica's lease, in 2.0 s",
  );
});

test("confirmationInWords() returns null where one process serves", () => {
  assert.equal(confirmationInWords({ confirmedBy: "single", replicas: 1, waitedMs: 0 }), null);
});
