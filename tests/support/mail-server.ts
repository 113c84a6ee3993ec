// A real mail server for tests. It accepts every email on a free port of 127.0.0.1 and keeps it in memory.
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { callbackify } from "node:util";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from "smtp-server";

export interface MailServer {
  /** For `MINTMARK_SMTP_URL`. */
  readonly url: string;
  /** Every accepted email, parsed, in the order of arrival. */
  readonly letters: readonly Email[];
  /** Waits at most 10 s for an email to `address`, and returns the first one from index `after` on. */
  letterTo(address: string, after?: number): Promise<Email>;
  /** From now on, the server refuses every email for the moment (452), or accepts them again. */
  refuse(refuses: boolean): void;
  /** From now on, the server behaves as these say, or takes every email again. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** An answer of the server that is not 250: `cut` closes the connection instead. */
type Answer = { readonly code: number; readonly text: string } | "cut";

/** Each gives the answer for a recipient, or nothing to go on. */
interface Behaviour {
  readonly toRecipient?: (address: string) => Answer | undefined;
  /** The answer instead of the 250 to the text, which the server has by then and keeps. May come late. */
  readonly toText?: (address: string) => Promise<Answer | undefined> | Answer | undefined;
}

const WAIT_MS = 10_000;
/** The field in which `smtp-server` keeps the socket of a connection. */
const SOCKET = "_socket";

export async function startMailServer(): Promise<MailServer> {
  const letters: Email[] = [];
  const arrivals = new EventTarget();
  let refuses = false;
  let behaviour: Behaviour = {};
  const give = (answer: Answer | undefined, sessionId: string): void => {
    if (answer === undefined) return;
    if (answer !== "cut") throw Object.assign(new Error(answer.text), { responseCode: answer.code });
    for (const connection of server.connections as Set<{ id: string; [SOCKET]: Socket }>)
      if (connection.id === sessionId) connection[SOCKET].destroy();
  };
  const take = async (stream: Readable, { id, envelope }: SMTPServerSession): Promise<void> => {
    const letter = await PostalMime.parse(await buffer(stream));
    if (refuses) throw Object.assign(new Error("the mailbox is full"), { responseCode: 452 });
    const answer = behaviour.toText?.(envelope.rcptTo[0]?.address ?? "");
    const isRefused = typeof answer === "object" && "code" in answer;
    if (!isRefused) {
      letters.push(letter);
      arrivals.dispatchEvent(new Event("letter"));
    }
    give(await answer, id);
  };
  const meet = async ({ address }: SMTPServerAddress, { id }: SMTPServerSession): Promise<void> =>
    give(behaviour.toRecipient?.(address), id);
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    disabledCommands: ["STARTTLS"],
    // The server expects a callback. `callbackify` turns the promise into one.
    onData: (stream, session, done) => callbackify(take)(stream, session, done),
    onRcptTo: (address, session, done) => callbackify(meet)(address, session, done),
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    async letterTo(address, after = 0) {
      const signal = AbortSignal.timeout(WAIT_MS);
      for (;;) {
        const found = letters.filter((letter) => letter.to?.some((to) => to.address === address))[after];
        if (found !== undefined) return found;
        await once(arrivals, "letter", { signal }).catch(() => {
          throw new Error(`no email to ${address} arrived; there are ${letters.length} emails`);
        });
      }
    },
    refuse: (value) => void (refuses = value),
    behave: (value) => void (behaviour = value),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The subject without the host of the instance, with which every subject ends. */
export function subjectOf({ subject = "" }: Pick<Email, "subject">): string {
  const end = subject.lastIndexOf(" · ");
  if (end === -1) throw new Error(`the subject does not name the instance: ${subject}`);
  return subject.slice(0, end);
}

/** The one link in an email's plain text that begins with `prefix`. */
export function linkIn(letter: Email, prefix: string): string {
  const links = (letter.text ?? "").match(/https?:\/\/\S+/g)?.filter((link) => link.startsWith(prefix)) ?? [];
  if (links.length !== 1) throw new Error(`expected one link that begins with ${prefix}, found ${links.length}`);
  return links[0] as string;
}
