// The end of the node:http server, in order: readiness says no while everything is still served, so that balancers
// leave; then nothing new is accepted, requests under way are answered, and what lingers is cut.
// Guarantee: a request that was sent before the end began is answered.
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How long requests under way may take once nothing new is accepted. With the grace, less than Docker's 10 s. */
const SHUTDOWN_MS = 7_000;
const SWEEP_MS = 50;
/** After so many turns of the event loop without a new connection everything that had arrived is read. */
const QUIET_TURNS = 3;
/** Under a stream of new connections it is never quiet. */
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
