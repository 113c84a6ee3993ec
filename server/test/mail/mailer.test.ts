// An email as it arrives at a real mail server.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import { htmlOf, MailUnavailable } from "../../src/mail/email.ts";
import { createMailer, type Mailer } from "../../src/mail/mailer.ts";

const LETTER = {
  to: "grace@example.com",
  subject: "Join “Acme\r\nBcc: eve@example.com”",
  paragraphs: ['<script>alert("x")</script> invites you.', "It is open for 7 days."],
  action: { label: "See the invitation", url: "https://tokens.example.com/invitation#token=abc" },
  reason: "You get this because someone invited this address.",
};

describe("the mailer", () => {
  let server: MailServer;
  let mailer: Mailer;
  before(async () => {
    server = await startMailServer();
    mailer = createMailer({ url: server.url, from: "Mintmark <tokens@example.com>" });
  });
  after(async () => {
    mailer.close();
    await server.close();
  });

  it("delivers text and HTML that say the same, to one address", async () => {
    await mailer.send(LETTER);
    const letter = await server.letterTo("grace@example.com");
    assert.equal(letter.from?.address, "tokens@example.com");
    assert.deepEqual(
      letter.to?.map(({ address }) => address),
      ["grace@example.com"],
    );
    assert.equal(letter.headers.find(({ key }) => key === "auto-submitted")?.value, "auto-generated");
    for (const text of [letter.text ?? "", letter.html ?? ""]) {
      assert.match(text, /It is open for 7 days\./);
      assert.match(text, /https:\/\/tokens\.example\.com\/invitation#token=abc/);
      assert.match(text, /You get this because/);
    }
  });

  it("lets no name add a header, a recipient or markup", async () => {
    await mailer.send({ ...LETTER, to: "ada@example.com" });
    const letter = await server.letterTo("ada@example.com");
    assert.equal(letter.bcc, undefined);
    assert.ok(!server.letters.some(({ to }) => to?.some(({ address }) => address === "eve@example.com")));
    assert.doesNotMatch(htmlOf(LETTER), /<script/);
  });

  it("says why an email was refused, and nothing of the email", async () => {
    server.refuse(true);
    await assert.rejects(mailer.send(LETTER), (error) => {
      assert.ok(error instanceof MailUnavailable);
      assert.match(error.message, /452/);
      assert.doesNotMatch(String(error.stack), /abc|grace/);
      return true;
    });
    server.refuse(false);
  });

  it("fails when no mail server responds", async () => {
    const gone = createMailer({ url: "smtp://127.0.0.1:1", from: "tokens@example.com" });
    await assert.rejects(gone.send(LETTER), MailUnavailable);
    gone.close();
  });
});
