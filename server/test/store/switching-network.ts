// A proxy that understands PostgreSQL's protocol, at a failover: the connections of clients stay open, and from the
// next message on each leads to another server. It knows servers that ask for no password, as those of the tests do.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface SwitchingNetwork {
  /** The URL of the first database, through this network. */
  readonly url: string;
  /** Every connection leads to the same database of this server from now on. Resolves when all do. */
  switchTo(databaseUrl: string): Promise<void>;
  close(): Promise<void>;
}

interface Link {
  readonly near: Socket;
  /** The client's first message, which opens its session. It is repeated to another server. */
  greeting: Buffer | null;
  far: Socket;
}

/** The end of a server's response to a greeting: ready for a query, outside a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

export async function createSwitchingNetwork(databaseUrl: string): Promise<SwitchingNetwork> {
  let target = new URL(databaseUrl);
  const links = new Set<Link>();
  const server = createServer((near) => {
    const link: Link = { near, greeting: null, far: reach(target) };
    links.add(link);
    near.on("data", (chunk: Buffer) => {
      link.greeting ??= chunk;
      link.far.write(chunk);
    });
    near.on("error", () => {});
    near.on("close", () => {
      link.far.destroy();
      links.delete(link);
    });
    link.far.on("data", (chunk: Buffer) => near.write(chunk));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    switchTo: async (next) => {
      target = new URL(next);
      await Promise.all([...links].map((link) => moveTo(target, link)));
    },
    close: async () => {
      for (const { near } of links) near.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function reach(target: URL): Socket {
  const far = connect(Number(target.port), target.hostname);
  far.on("error", () => {});
  return far;
}

async function moveTo(target: URL, link: Link): Promise<void> {
  const far = reach(target);
  if (link.greeting !== null) far.write(link.greeting);
  let said = Buffer.alloc(0);
  while (link.greeting !== null && !said.includes(READY)) {
    const [chunk] = (await once(far, "data")) as [Buffer];
    said = Buffer.concat([said, chunk]);
  }
  link.far.removeAllListeners("data");
  link.far.destroy();
  link.far = far;
  far.on("data", (chunk: Buffer) => link.near.write(chunk));
}
