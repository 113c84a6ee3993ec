// The shutdown of the node:http server. First `/readyz` answers 503 while everything is still served, so that balancers
// stop sending. Then the server accepts no new connections, answers requests under way, and closes connections that
// linger.
// Guarantee: a request that was sent before the shutdown began is answered.
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How long requests under way may take once nothing new is accepted. With the grace, less than Docker's 10 s. */
const SHUTDOWN_MS = 7_000;
const SWEEP_MS = 50;
/** After this many turns of the event loop without a new connection, all waiting connections were accepted. */
const QUIET_TURNS = 3;
/** The limit of turns under a steady stream of new connections. */
const LONGEST_UNQUIET_MS = 1_000;

export interface Ending {
  readonly hasBegun: boolean;
  /** Serves on for the grace, in milliseconds; each answer ends its connection, for the client to go elsewhere. */
  drain(graceMs: number): Promise<void>;
  /** Accepts nothing more, and resolves when every connection is over, after 7 s at the most. */
  close(): Promise<void>;
}

export function endingOf(server: Server): Ending {
  let accepted = 0;
  server.on("connection", () => accepted++);
  let hasBegun = false;
  return {
    get hasBegun() {
      return hasBegun;
    },
    async drain(graceMs) {
      hasBegun = true;
      closeAfterAnswers(server);
      if (graceMs > 0) await delay(graceMs);
      // What was sent before the end began may still lie in the kernel, which hands over one new connection a turn.
      const until = performance.now() + LONGEST_UNQUIET_MS;
      for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < until; quiet++) {
        const before = accepted;
        await new Promise((resolve) => setImmediate(resolve));
        if (accepted > before) quiet = -1;
      }
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection whose last answer is just being sent is idle a moment later.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
      const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
      await closed;
      clearTimeout(cut);
      clearInterval(sweeping);
    },
  };
}

/** From now on an answer carries `Connection: close`, and of requests sent one behind the other the last one's does. */
function closeAfterAnswers(server: Server): void {
  const last = new WeakMap<Socket, ServerResponse>();
  server.prependListener("request", ({ socket }, response) => {
    const before = last.get(socket);
    if (before?.headersSent === false) before.shouldKeepAlive = true;
    response.shouldKeepAlive = false;
    last.set(socket, response);
  });
}
