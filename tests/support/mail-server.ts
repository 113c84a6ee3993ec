// A real mail server for tests. It accepts every email on a free port of 127.0.0.1 and keeps it in memory.
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { callbackify } from "node:util";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface MailServer {
  /** For `MINTMARK_SMTP_URL`. */
  readonly url: string;
  /** Every accepted email, parsed, in the order of arrival. */
  readonly letters: readonly Email[];
  /** Waits at most 10 s for an email to `address`, and returns the first one from index `after` on. */
  letterTo(address: string, after?: number): Promise<Email>;
  /** From now on, the server refuses every email, or accepts them again. */
  refuse(refuses: boolean): void;
  close(): Promise<void>;
}

const WAIT_MS = 10_000;

export async function startMailServer(): Promise<MailServer> {
  const letters: Email[] = [];
  const arrivals = new EventTarget();
  let refuses = false;
  const take = async (stream: Readable): Promise<void> => {
    const letter = await PostalMime.parse(await buffer(stream));
    if (refuses) throw Object.assign(new Error("the mailbox is full"), { responseCode: 452 });
    letters.push(letter);
    arrivals.dispatchEvent(new Event("letter"));
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    // The server expects a callback. `callbackify` turns the promise into one.
    onData: (stream, _session, done) => callbackify(take)(stream, done),
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
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The one link in an email's plain text that begins with `prefix`. */
export function linkIn(letter: Email, prefix: string): string {
  const links = (letter.text ?? "").match(/https?:\/\/\S+/g)?.filter((link) => link.startsWith(prefix)) ?? [];
  if (links.length !== 1) throw new Error(`expected one link that begins with ${prefix}, found ${links.length}`);
  return links[0] as string;
}
