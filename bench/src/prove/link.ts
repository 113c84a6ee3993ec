// A TCP connection between a replica and its database that can be held, cut, slowed down, or limited to one direction.
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

/** The handling of bytes by direction. A held direction delivers its bytes after it is released. */
interface Weather {
  readonly holdsUp: boolean;
  readonly holdsDown: boolean;
  readonly lagMs: number;
}

const CLEAR: Weather = { holdsUp: false, holdsDown: false, lagMs: 0 };

export class Link {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #weather = CLEAR;
  #held: (() => void)[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Listens on a free port of 127.0.0.1, and connects to `target` there for every connection it accepts. */
  static async open(target: number): Promise<Link> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const link = new Link(server, (server.address() as { readonly port: number }).port);
    server.on("connection", (client) =>
      link.#join(client, connect({ port: target, host: "127.0.0.1", noDelay: true })),
    );
    return link;
  }

  /** Changes the behavior. A direction that is left out becomes normal, and its held bytes are delivered now. */
  set(weather: Partial<Weather>): void {
    this.#weather = { ...CLEAR, ...weather };
    const held = this.#held;
    this.#held = [];
    for (const deliver of held) deliver();
  }

  /** Ends every connection as a firewall does that drops its state: both ends see a reset. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#held = [];
    this.#weather = CLEAR;
  }

  async close(): Promise<void> {
    this.reset();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, database: Socket): void {
    const pair = [client, database] as const;
    this.#pairs.add(pair);
    this.#carry(client, database, "holdsUp");
    this.#carry(database, client, "holdsDown");
    const end = (): void => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
  }

  #carry(from: Socket, to: Socket, direction: "holdsUp" | "holdsDown"): void {
    // Bytes of one direction stay in order: each chunk waits for the one before, then for the current fault.
    let last = Promise.resolve();
    from.on("data", (chunk) => {
      last = last.then(() => this.#delay(direction)).then(() => void (to.destroyed || to.write(chunk)));
    });
  }

  async #delay(direction: "holdsUp" | "holdsDown"): Promise<void> {
    if (this.#weather.lagMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#weather.lagMs));
    while (this.#weather[direction]) await new Promise<void>((resolve) => this.#held.push(resolve));
  }
}
