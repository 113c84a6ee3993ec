// Runs the bridge until standard input ends, or until the client sends SIGTERM. Standard output carries messages only.
// Texts for people go to standard error, which clients keep as a log.
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { EXIT, type Failure } from "@mintmark/terminal";
import { VERSION } from "../version.ts";
import { connect } from "../connection.ts";
import type { HostOptions } from "../choose-login.ts";
import type { Context } from "../context.ts";
import { authorizedFetch } from "./authorized-fetch.ts";
import { Bridge } from "./bridge.ts";
import { ClientName } from "./client-name.ts";
import { readMessages } from "./message-lines.ts";

/** How long the bridge waits for responses after the input ended. A client that does not want them sends SIGTERM. */
const GRACE_MS = 10_000;

/** Returns the exit code. Refuses with exit code 4, before it reads anything, when there is no credential. */
export async function runBridge(context: Context, options: HostOptions): Promise<number> {
  const { output, stdin, expiry } = context;
  const connection = await connect(context, options);
  const name = new ClientName();
  const reports = new Reports((failure) => output.failure(failure));
  const bridge = new Bridge({
    url: new URL("/mcp", connection.host),
    fetch: authorizedFetch({
      connection,
      connectAgain: () => connect(context, options),
      userAgent: () => `mintmark-mcp-bridge/${VERSION}${name.comment}`,
      noteExpiry: ({ login, credential }, at) => {
        // The warning is printed when the client connects, not when it disconnects.
        expiry.note(login, credential.secret, at);
        expiry.show(output);
      },
    }),
    write: (message) => {
      if ("result" in message) reports.forget();
      output.message(message);
    },
    report: (failure) => reports.add(failure),
  });
  await bridge.start();
  const stopped = new Promise<"stopped">((resolve) => process.once("SIGTERM", () => resolve("stopped")));
  const ended = forward(bridge, name, context).then(() => "ended" as const);
  if ((await Promise.race([ended, stopped])) === "ended") {
    // The timer keeps the process running, because after a wrong response of the server nothing else does.
    const grace = new AbortController();
    await Promise.race([bridge.idle(), stopped, pause(GRACE_MS, undefined, grace).catch(() => {})]);
    grace.abort();
  }
  await bridge.close();
  stdin.destroy();
  return reports.last?.exitCode ?? EXIT.ok;
}

async function forward(bridge: Bridge, name: ClientName, { stdin, output }: Context): Promise<void> {
  for await (const inbound of readMessages(stdin)) {
    if (inbound.ok) {
      name.learn(inbound.message);
      bridge.fromClient(inbound.message);
    } else {
      output.message({ jsonrpc: "2.0", id: null, error: { code: inbound.code, message: inbound.why } });
    }
  }
}

/** Reports failures, and repeats none in a row, so that a client that retries every second does not fill its log. */
class Reports {
  /** The last failure, or `null` after a success. */
  last: Failure | null = null;
  readonly #show: (failure: Failure) => void;

  constructor(show: (failure: Failure) => void) {
    this.#show = show;
  }

  add(failure: Failure): void {
    if (failure.message !== this.last?.message || failure.hint !== this.last.hint) this.#show(failure);
    this.last = failure;
  }

  forget(): void {
    this.last = null;
  }
}
