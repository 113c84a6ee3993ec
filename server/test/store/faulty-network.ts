// A network between the store and a real PostgreSQL. It fails at the moment that a test chooses.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * `cut-before-commit`: the word "commit" never arrives. `cut-after-commit`: it arrives, and its response does not.
 * `silent-after-commit`: its response is the last that arrives. `silent`: nothing arrives and no connection is closed, as behind a dropped route.
 */
export type Fault = "none" | "cut-before-commit" | "cut-after-commit" | "silent-after-commit" | "silent";

export interface FaultyNetwork {
  /** The database's URL through this network. */
  readonly url: string;
  fault: Fault;
  readonly close: () => Promise<void>;
}

const COMMIT = Buffer.from("commit\0");
const COMMITTED = Buffer.from("COMMIT\0");

export async function createFaultyNetwork(databaseUrl: string): Promise<FaultyNetwork> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    const forward = (chunk: Buffer, to: Socket, fault: Fault, word: Buffer): void => {
      if (network.fault === "silent") return;
      if (network.fault === fault && chunk.includes(word)) near.destroy();
      else to.write(chunk);
      if (network.fault === "silent-after-commit" && chunk.includes(COMMITTED)) network.fault = "silent";
    };
    near.on("data", (chunk: Buffer) => forward(chunk, far, "cut-before-commit", COMMIT));
    far.on("data", (chunk: Buffer) => forward(chunk, near, "cut-after-commit", COMMITTED));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const network: FaultyNetwork = {
    url: url.href,
    fault: "none",
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return network;
}
