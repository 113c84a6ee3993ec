// An instance and an API behind a real proxy, which runs the configuration of the guide.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TokenId } from "../../core/src/index.ts";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";
import { Seed, type SeededCredential } from "../../server/test/support/seed.ts";
import { snippets } from "../../tests/repo/markdown.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { type Certificate, makeCertificate, type ProxyName, startProxy } from "../../tests/support/proxies.ts";
import { ProxiedApi } from "./proxied-api.ts";
import { ProxyClient } from "./proxy-client.ts";
import { configurationOf, scriptOf } from "./proxy-guide.ts";

/** A member with two tokens, and how an API knows them by the first. */
export interface Cast {
  readonly full: SeededCredential<TokenId>;
  /** It may read, and not write. */
  readonly reading: SeededCredential<TokenId>;
  /** The headers that are not empty, as a WSGI application names them. */
  readonly identity: Readonly<Record<string, string>>;
}

export interface ProxiedStage {
  readonly cast: Cast;
  readonly instance: TestInstance;
  readonly api: ProxiedApi;
  readonly certificate: Certificate;
  /** The ports at which the proxy has the API and the instance itself. */
  readonly apiPort: number;
  readonly instancePort: number;
  /** Asks the API. */
  client(host?: "127.0.0.1" | "::1"): ProxyClient;
  /** Asks the instance. */
  instanceClient(): ProxyClient;
  close(): Promise<void>;
}

const CONFIGURATION_GUIDE = fileURLToPath(new URL("../../docs/configuration.md", import.meta.url));

/**
 * Everything is stopped and removed by `close()`. `change` makes the configuration of the API another than the guide's.
 */
export async function startProxied(
  proxy: ProxyName,
  change: (configuration: string) => string = (configuration) => configuration,
): Promise<ProxiedStage> {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-proxied-"));
  const catalogue = join(folder, "catalogue.json");
  const shown = snippets(readFileSync(CONFIGURATION_GUIDE, "utf8"));
  writeFileSync(catalogue, shown.find(({ language }) => language === "json")?.text ?? "");
  const [apiPort, instancePort, certificate, api, instance] = await Promise.all([
    freePort(),
    freePort(),
    makeCertificate(["api.example.com", "mintmark.example.com", "app.example.com", "other.example.com"]),
    ProxiedApi.listen(),
    startInstance({
      env: {
        MINTMARK_CATALOGUE: catalogue,
        MINTMARK_BASE_URL: "https://mintmark.example.com",
        MINTMARK_TRUSTED_PROXIES: "127.0.0.1,::1",
      },
    }),
  ]);
  const mintmarkPort = Number(new URL(instance.url).port);
  const scriptFile = join(folder, "mintmark.lua");
  writeFileSync(scriptFile, scriptOf({ mintmarkPort }));
  const placed = { mintmarkPort, apiPort: api.port, certificate, scriptFile };
  const running = await Promise.all([
    startProxy(proxy, change(configurationOf(proxy, "api", { ...placed, port: apiPort })), apiPort),
    startProxy(proxy, configurationOf(proxy, "instance", { ...placed, port: instancePort }), instancePort),
  ]);
  const clients: ProxyClient[] = [];
  const clientOf = (host: string, port: number, name: string): ProxyClient => {
    const client = new ProxyClient({ host, port, name, ca: certificate.cert });
    clients.push(client);
    return client;
  };
  return {
    cast: await castOf(instance),
    instance,
    api,
    certificate,
    apiPort,
    instancePort,
    client: (host = "127.0.0.1") => clientOf(host, apiPort, "api.example.com"),
    instanceClient: () => clientOf("127.0.0.1", instancePort, "mintmark.example.com"),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(running.map((program) => program.stop()));
      await Promise.all([api.close(), instance.close(), certificate.remove()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function castOf(instance: TestInstance): Promise<Cast> {
  const seed = new Seed(instance);
  // Ids of a host with characters at which programs trim or split a header.
  const host = { organization: { source: "host", id: "acme/eu" }, user: { source: "host", id: " ada, admin" } };
  const organization = await seed.organization(await seed.person(), "Acme", host.organization);
  const member = await seed.person("member", { externalId: host.user });
  await seed.member(organization, member, "member");
  const full = await seed.token(member, organization, { permissions: ["scans:read", "scans:run"] });
  return {
    full,
    reading: await seed.token(member, organization, { permissions: ["scans:read"] }),
    identity: {
      X_MINTMARK_USER: member.id,
      X_MINTMARK_USER_EXTERNAL_ID: "%20ada%2C%20admin",
      X_MINTMARK_ORGANIZATION: organization.id,
      X_MINTMARK_ORGANIZATION_EXTERNAL_ID: "acme/eu",
      X_MINTMARK_ROLE: "member",
      X_MINTMARK_PERMISSIONS: "scans:read,scans:run",
      X_MINTMARK_CREDENTIAL: full.id,
      X_MINTMARK_CREDENTIAL_KIND: "pat",
    },
  };
}
