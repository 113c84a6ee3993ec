// The environment of the transcripts: one real instance, servers with odd responses, and for each transcript an
// organization with its people and tokens, an empty home folder, and no D-Bus.
import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { secretPattern } from "@mintmark/core";
import { BARE_ENVIRONMENT } from "../../tests/support/bare-environment.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";
import { Seed } from "../../server/test/support/seed.ts";

const DAY_MS = 86_400_000;
const FAR_AWAY = Date.parse("2031-01-01T00:00:00Z");
const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The instance and the odd servers, by the name of the variable with the address. */
export interface Surroundings {
  readonly instance: TestInstance;
  readonly addresses: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const instance = await startInstance();
  const servers: Server[] = [];
  const serve = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const addresses = {
    URL: instance.url,
    // The same instance under another name, which counts as another host.
    SECOND: instance.url.replace("127.0.0.1", "localhost"),
    NOBODY: `http://127.0.0.1:${await freePort()}`,
    REDIRECTING: await serve((_, response) =>
      response.writeHead(307, { Location: "https://elsewhere.example.com/api/whoami" }).end(),
    ),
    STRANGER: await serve((_, response) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>It works!</h1>"),
    ),
    LIMITING: await serve(problem(429, "rate_limited")),
    BUSY: await serve(problem(503, "verifier_unavailable")),
  };
  return {
    instance,
    addresses,
    close: async () => {
      for (const server of servers) server.close();
      await instance.close();
    },
  };
}

function problem(status: number, code: string): RequestListener {
  const body = JSON.stringify({ code, title: code, detail: "Wait.", status, requestId: "req_1" });
  return (_, response) =>
    response.writeHead(status, { "Content-Type": "application/problem+json", "Retry-After": "7" }).end(body);
}

export class World {
  readonly home: string;
  /** The variables of a transcript's shell, and which of them are secrets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly #surroundings: Surroundings;

  constructor(
    home: string,
    surroundings: Surroundings,
    variables: Readonly<Record<string, string>>,
    secrets: readonly string[],
  ) {
    this.home = home;
    this.#surroundings = surroundings;
    this.variables = variables;
    this.secrets = secrets;
  }

  /** Runs a line of shell in which `mintmark` is this checkout's. Throws when the output contains a secret. */
  async sh(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
    // The times of earlier uses are written before the next command reads them.
    await this.#surroundings.instance.uses.flush();
    const child = spawn("/bin/sh", ["-c", line], {
      cwd: this.home,
      env: { ...this.environment, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    for (const secret of this.secrets) {
      if ((stdout + stderr).includes(secret)) throw new Error(`a secret was printed by: ${line}`);
    }
    if (secretPattern("[a-z0-9]+").test(stdout + stderr))
      throw new Error(`something like a secret was printed by: ${line}`);
    return { stdout, stderr, exitCode };
  }

  get environment(): Record<string, string> {
    return {
      ...BARE_ENVIRONMENT,
      PATH: `${BIN}:${BARE_ENVIRONMENT["PATH"]}`,
      HOME: this.home,
      // There is no bus here, so that the developer's keyring is not used.
      XDG_RUNTIME_DIR: this.home,
      MINTMARK_URL: this.#surroundings.addresses["URL"] ?? "",
      // On other systems than Linux there is a keyring without D-Bus, and it is the developer's.
      ...(process.platform === "linux" ? {} : { MINTMARK_KEYRING: "off" }),
      ...this.#surroundings.addresses,
      ...this.variables,
    };
  }

  /** Replaces the values that differ between runs by names. Each name is as long as the longest value that it stands for. */
  normalise(output: string): string {
    let result = output.replaceAll(this.home, "<home>");
    for (const [name, address] of Object.entries(this.#surroundings.addresses)) {
      result = result.replaceAll(address, `<${name.toLowerCase()}>`);
      result = result.replaceAll(address.replace("http://", ""), `<name of ${name.toLowerCase()}>`);
    }
    for (const [name, value] of Object.entries(this.variables)) {
      if (name.endsWith("_ID")) result = result.replaceAll(value, `<${name.toLowerCase().replace("_id", "")}>`);
    }
    return result
      .replaceAll(/-x-[0-9a-f]{8}@/g, "@")
      .replaceAll(/\b(usr|org|mem|pat|key)_[0-9a-f]{32}\b/g, "<$1>")
      .replaceAll(/\bmm_(pat|key)_[0-9a-f]{3}(?![0-9a-f])/g, "mm_$1_***")
      .replaceAll(/\.before-\d{8}T\d{6}Z(?:-\d+)?/g, ".before-<time>")
      .replaceAll(/202\d-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replaceAll(/202\d-\d\d-\d\d \d\d:\d\d:\d\d/g, "****-**-** **:**:**")
      .replaceAll(/202\d-\d\d-\d\d/g, "****-**-**")
      .replaceAll(/#code=[0-9a-f]{32}/g, "#code=<code>");
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/**
 * Ada owns Acme and has tokens of every kind. Grace is a former member, and has tokens in her personal organization.
 */
export async function createWorld(surroundings: Surroundings, tokensOfGrace = 1): Promise<World> {
  const { instance } = surroundings;
  const seed = new Seed(instance);
  const now = instance.deps.clock();
  const ada = await seed.person("Ada");
  const grace = await seed.person("Grace");
  const acme = await seed.organization(ada, "Acme");
  const membership = await seed.member(acme, grace, "member");
  // Lists are sorted newest first, so each token is older than the one before it.
  const token = await seed.token(ada, acme, { name: "laptop", createdAt: now - 1_000, expiresAt: FAR_AWAY });
  // A warning starts when a quarter of the life is left, so the token that ends soon is old.
  const old = now - 40 * DAY_MS;
  const ending = await seed.token(ada, acme, { name: "ci", createdAt: old, expiresAt: now + 9.5 * DAY_MS });
  const linus = await seed.person("Linus");
  const usual = await seed.token(linus, linus.personal, { name: "usual", expiresAt: now + 30 * DAY_MS });
  const narrow = await seed.token(ada, acme, {
    name: "monitor",
    createdAt: old - 1_000,
    permissions: ["organization:read"],
  });
  const expired = await seed.token(ada, acme, { name: "summer", createdAt: old - 2_000, expiresAt: now - 1 });
  const revoked = await seed.token(ada, acme, { name: "lost", createdAt: old - 3_000 });
  const hostile = await seed.token(ada, ada.personal, { name: "\u001b[2Jcleared \u202eexe.txt" });
  const key = await seed.apiKey(acme, ada, { name: "deploy" });
  const service = await seed.service(ada);
  const removed = await seed.token(grace, acme, { name: "grace" });
  const many = await seed.token(grace, grace.personal, { name: "many" });
  for (let index = 1; index < tokensOfGrace; index++) await seed.token(grace, grace.personal);
  await requireOk(revoked.client.delete("/api/personal-access-tokens/current"));
  await requireOk(token.client.delete(`/api/organizations/${acme.id}/members/${membership}`));
  const credentials = { TOKEN: token, ENDING: ending, NARROW: narrow, EXPIRED: expired, REVOKED: revoked };
  const others = { HOSTILE: hostile, KEY: key, SERVICE: service, REMOVED: removed, MANY: many, USUAL: usual };
  const all = Object.entries({ ...credentials, ...others });
  const home = await mkdtemp(join(tmpdir(), "mintmark-cli-"));
  await chmod(home, 0o755);
  return new World(
    home,
    surroundings,
    Object.fromEntries(
      all.flatMap(([name, { id, secret }]) => [
        [name, secret],
        [`${name}_ID`, id],
      ]),
    ),
    all.map(([, { secret }]) => secret),
  );
}

async function requireOk(reply: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await reply;
  if (status !== 200) throw new Error(`the world could not be made: ${status} ${JSON.stringify(body)}`);
}
