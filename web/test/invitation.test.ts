// The decisions of the pages that accept an invitation.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Session } from "../src/api/types.ts";
import { mustConfirmFirst } from "../src/features/invitation/invited-person.ts";
import { deliveryBadge, deliveryText } from "../src/features/member/member-text.ts";
import { readLinkSecret } from "../src/session/link-secret.ts";

const as = (emailVerified: boolean): Pick<Session, "user"> => ({ user: { emailVerified } }) as Session;

describe("joining by an invitation's link", () => {
  it("waits for a confirmed address where mail is sent and the link did not come by it", () => {
    assert.equal(mustConfirmFirst({ mail: true }, { mailed: false }, as(false)), true);
    assert.equal(mustConfirmFirst({ mail: true }, { mailed: true }, as(false)), false);
    assert.equal(mustConfirmFirst({ mail: true }, { mailed: false }, as(true)), false);
    assert.equal(mustConfirmFirst({ mail: false }, { mailed: false }, as(false)), false);
  });
});

describe("the delivery of an invitation's email", () => {
  it("is said for every outcome, with what to do when there is none", () => {
    const email = "ada@example.com";
    assert.match(deliveryText({ email, mailProblem: null }), /on its way to ada@example\.com/);
    for (const mailProblem of ["off", "not_wanted", "too_many"] as const)
      assert.match(deliveryText({ email, mailProblem }), /Send this link to them/, mailProblem);
  });

  it("is shown in the list while it waits and when it failed", () => {
    assert.deepEqual(
      ([null, "sent", "queued", "refused"] as const).map((delivery) => deliveryBadge(delivery)?.text),
      [undefined, undefined, "Email queued", "Email not delivered"],
    );
  });
});

describe("codes in links of letters", () => {
  it("are read on the pages they are for", () => {
    for (const page of ["/invitation", "/verify-email", "/reset-password"])
      assert.equal(readLinkSecret(page, "#token=abc"), "abc");
    assert.equal(readLinkSecret("/forgot-password", "#token=abc"), null);
  });
});
