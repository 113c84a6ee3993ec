// The words of the page Mail.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { testOutcome } from "../src/features/admin/mail-text.ts";

describe("the outcome of a test email", () => {
  const titleOf = (delivery: "queued" | "sent" | "refused", cause: string | null) => {
    const { tone, title, text } = testOutcome({ delivery, cause }, "ida@example.com");
    return [tone, title, text] as const;
  };

  it("says what the mail server did, and what to do next", () => {
    assert.deepEqual(titleOf("queued", null).slice(0, 2), ["info", "A test email to ida@example.com is on its way"]);
    assert.match(titleOf("sent", null)[2], /spam folder/);
    assert.match(titleOf("queued", "RCPT TO 451")[2], /^RCPT TO 451\. Mintmark tries again/);
    assert.equal(titleOf("refused", "RCPT TO 550")[2], "RCPT TO 550.");
    assert.equal(titleOf("refused", "RCPT TO 550: No such user here.")[2], "RCPT TO 550: No such user here.");
  });
});
