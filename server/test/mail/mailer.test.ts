// An email as it arrives at a real mail server, and what the mailer says of servers that refuse, go silent or go away.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import { type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import { htmlOf } from "../../src/mail/email.ts";
import { type Attempt, createMailer, MAIL_TIMES, type MailTimes } from "../../src/mail/mailer.ts";

const SECRET = "5f".repeat(32);
const LETTER = {
  to: "grace@example.com",
  subject: "Join “Acme\r\nBcc: eve@example.com”",
  paragraphs: ['<script>alert("x")</script> invites you.', "It is open for 7 days."],
  action: { label: "See the invitation", url: `https://tokens.example.com/invitation#token=${SECRET}` },
  reason: "You get this because someone invited this address.",
};
const ID = "eml_0123456789abcdef0123456789abcdef";

describe("the mailer", () => {
  let server: MailServer;
  before(async () => {
    server = await startMailServer();
  });
  afterEach(() => {
    server.refuse(false);
    server.behave({});
  });
  after(() => server.close());

  function send(to = LETTER.to, options: { url?: string; times?: Partial<MailTimes>; signal?: AbortSignal } = {}) {
    const settings = { url: options.url ?? server.url, from: "Mintmark <tokens@example.com>" };
    const mailer = createMailer(settings, "https://tokens.example.com", { ...MAIL_TIMES, ...options.times });
    return mailer.send({ ...LETTER, to }, ID, options.signal ?? new AbortController().signal);
  }
  const outcomeOf = ({ outcome, ...rest }: Attempt) => [outcome, "code" in rest ? rest.code : null];

  it("delivers text and HTML that say the same, to one address, with a Message-ID made from its id", async () => {
    assert.deepEqual(await send(), { outcome: "sent" });
    const letter = await server.letterTo("grace@example.com");
    assert.equal(letter.from?.address, "tokens@example.com");
    assert.equal(letter.messageId, `<${ID}@tokens.example.com>`);
    assert.deepEqual(
      letter.to?.map(({ address }) => address),
      ["grace@example.com"],
    );
    assert.equal(letter.headers.find(({ key }) => key === "auto-submitted")?.value, "auto-generated");
    for (const text of [letter.text ?? "", letter.html ?? ""]) {
      assert.match(text, /It is open for 7 days\./);
      assert.match(text, /https:\/\/tokens\.example\.com\/invitation#token=5f/);
      assert.match(text, /You get this because/);
    }
  });

  it("names the instance at the end of the subject", async () => {
    await send("subject@example.com");
    assert.match((await server.letterTo("subject@example.com")).subject ?? "", /” · tokens\.example\.com$/);
  });

  it("sends a password in clear text to this machine only, also where the address asks for it", async () => {
    const lines: string[] = [];
    const plainServer = createServer((socket) => {
      socket.setEncoding("utf8").on("data", (text) => {
        lines.push(String(text).trim());
        socket.write(/^EHLO/i.test(String(text)) ? "250-here\r\n250 AUTH PLAIN\r\n" : "502 no\r\n");
      });
      socket.on("error", () => {});
      socket.write("220 here\r\n");
    }).listen(0, "0.0.0.0");
    await once(plainServer, "listening");
    const { port } = plainServer.address() as AddressInfo;
    // 0.0.0.0 reaches this machine by a name that is no loopback name.
    for (const query of ["", "?ignoreTLS=true"]) {
      const refused = await send(LETTER.to, { url: `smtp://ann:hunter2@0.0.0.0:${port}/${query}` });
      assert.equal(refused.outcome, "failed", query);
    }
    assert.ok(lines.some((line) => line.startsWith("STARTTLS")));
    assert.doesNotMatch(lines.join("\n"), /AUTH/);
    await send(LETTER.to, { url: `smtp://ann:hunter2@127.0.0.1:${port}` });
    assert.match(lines.join("\n"), /AUTH/);
    plainServer.close();
  });

  it("lets no name add a header, a recipient or markup", async () => {
    await send("ada@example.com");
    const letter = await server.letterTo("ada@example.com");
    assert.equal(letter.bcc, undefined);
    assert.ok(!server.letters.some(({ to }) => to?.some(({ address }) => address === "eve@example.com")));
    assert.doesNotMatch(htmlOf(LETTER), /<script/);
  });

  it("tells a refusal for good from one for the moment, with the server's words", async () => {
    server.behave({ toRecipient: () => ({ code: 550, text: "No such user here" }) });
    const refused = await send();
    assert.deepEqual(outcomeOf(refused), ["refused", "RCPT TO 550"]);
    assert.equal("cause" in refused && refused.cause, "RCPT TO 550: No such user here");
    server.behave({ toRecipient: () => ({ code: 451, text: "Greylisted, try again later" }) });
    assert.deepEqual(outcomeOf(await send()), ["failed", "RCPT TO 451"]);
    server.behave({ toText: () => ({ code: 554, text: "Rejected" }) });
    assert.deepEqual(outcomeOf(await send()), ["refused", "DATA 554"]);
    server.behave({});
    server.refuse(true);
    assert.deepEqual(outcomeOf(await send()), ["failed", "DATA 452"]);
  });

  it("takes no refusal for good from a server that offers no login for the credentials", async () => {
    const answers: Readonly<Record<string, string>> = {
      EHLO: "250 here",
      MAIL: "250 ok",
      RCPT: "554 5.7.1 Relay access denied",
    };
    const relay = createServer((socket) => {
      socket
        .setEncoding("utf8")
        .on("data", (text) => socket.write(`${answers[String(text).slice(0, 4)] ?? "221 bye"}\r\n`));
      socket.on("error", () => {});
      socket.write("220 here\r\n");
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    const { port } = relay.address() as AddressInfo;
    const urlOf = (login: string): string => `smtp://${login}127.0.0.1:${port}`;
    assert.deepEqual(outcomeOf(await send(LETTER.to, { url: urlOf("ann:hunter2@") })), ["failed", "RCPT TO 554 5.7.1"]);
    assert.deepEqual(outcomeOf(await send(LETTER.to, { url: urlOf("") })), ["refused", "RCPT TO 554 5.7.1"]);
    relay.close();
  });

  it("repeats no link and no secret of an email that the server quotes", async () => {
    server.behave({ toText: () => ({ code: 554, text: `Spam: ${LETTER.action.url} and ${SECRET}\u0007` }) });
    const attempt = await send();
    assert.equal("cause" in attempt && attempt.cause, "DATA 554: Spam: … and …");
  });

  it("does not know what became of an email when the connection ends, or nothing comes, after its text", async () => {
    const taken = server.letters.length;
    server.behave({ toText: () => "cut" });
    assert.equal((await send()).outcome, "unknown");
    const late = Promise.withResolvers<undefined>();
    server.behave({ toText: () => late.promise });
    assert.deepEqual(outcomeOf(await send(LETTER.to, { times: { answerMs: 1_000 } })), ["unknown", "CONN ETIMEDOUT"]);
    late.resolve(undefined);
    assert.equal(server.letters.length, taken + 2, "the server had both");
  });

  it("waits ten minutes for the answer to the text (RFC 5321 §4.5.3.2.6)", () => {
    assert.equal(MAIL_TIMES.answerMs, 10 * 60_000);
    assert.ok(MAIL_TIMES.attemptMs > MAIL_TIMES.answerMs);
  });

  it("knows that an email was not sent when the connection ends before its text", async () => {
    server.behave({ toRecipient: () => "cut" });
    assert.equal((await send()).outcome, "failed");
    assert.deepEqual(outcomeOf(await send(LETTER.to, { url: "smtp://127.0.0.1:1" })), ["failed", "CONN ECONNREFUSED"]);
  });

  it("ends at once when the instance does, and says whether the server may have the email", async () => {
    const ending = new AbortController();
    const never = Promise.withResolvers<undefined>();
    server.behave({
      toText: () => {
        ending.abort();
        return never.promise;
      },
    });
    assert.deepEqual(outcomeOf(await send(LETTER.to, { signal: ending.signal })), ["unknown", "CONN ABORTED"]);
    never.resolve(undefined);
    assert.deepEqual(outcomeOf(await send(LETTER.to, { signal: ending.signal })), ["failed", "CONN ABORTED"]);
  });

  it("takes a refused login for a fault of the configuration, which can be mended, and repeats no word of it", async () => {
    const attempt = await send(LETTER.to, { url: server.url.replace("//", "//user:hunter2@") });
    assert.deepEqual(outcomeOf(attempt), ["failed", "AUTH PLAIN 535"]);
    assert.equal("cause" in attempt && attempt.cause, "AUTH PLAIN 535");
    assert.equal("isGeneral" in attempt && attempt.isGeneral, true);
  });
});
