import { type Catalogue, createCatalogue, prefixOf, type Secret, STANDARD_BOUNDS } from "@mintmark/core";
import { type Config, ConfigError, localUrl } from "../config/config.ts";
import { hashSecret } from "../secrets/generate.ts";

/** The product beside the demo, and the key with which it keeps its people. */
interface HostOfDemo {
  readonly origin: string;
  readonly key: Secret;
}

/**
 * The demo's configuration. It takes the port and the brand from the environment and sets everything else itself: its
 * own database file, and access only from this machine. Throws `ConfigError` when the environment names another host,
 * because the demo prints its passwords.
 */
export function demoConfig(environment: Config, file: string, host: HostOfDemo | null = null): Config {
  const { port } = environment;
  // The demo does not resolve the name, which a hosts file could redirect.
  const address = environment.host === "localhost" ? "127.0.0.1" : environment.host;
  if (address !== "::1" && !/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)) {
    throw new ConfigError([
      `MINTMARK_HOST ${address} is not a loopback address, and the demo listens only on loopback: unset it`,
    ]);
  }
  return Object.freeze({
    host: address,
    port,
    database: { kind: "sqlite", file },
    settings: Object.freeze({
      brand: environment.settings.brand,
      baseUrl: localUrl({ host: address, port }),
      signUp: "invite",
      allowPersonalTokens: true,
      allowPrivateWebhooks: false,
      directory: "internal",
      host: null,
      subject: "internal",
      hostSignInUrl: null,
      returnOrigins: [],
      embedOrigins: host === null ? [] : [host.origin],
      mintLimit: 10,
      bounds: STANDARD_BOUNDS,
      auditRetentionDays: null,
    }),
    retiredBrands: [],
    trustedProxies: [],
    metricsToken: null,
    managementKeys: host === null ? [] : [{ hash: hashSecret(host.key.expose()), prefix: prefixOf(host.key) }],
    // Invented addresses get no email.
    mail: null,
    warnings: [],
    auditUse: "summary",
    cachedCredentials: 0,
    shutdownGraceMs: 0,
    logLevel: "warn",
    catalogue: robotsCatalogue(),
  } satisfies Config);
}

/** What a maker of robots adds to the catalogue: permissions of the product, and a role for field workers. */
function robotsCatalogue(): Catalogue {
  const all = ["robots:read", "robots:write", "missions:read", "missions:run", "telemetry:read"];
  const reading = ["robots:read", "missions:read", "telemetry:read"];
  const result = createCatalogue({
    permissions: [
      { name: "robots:read", description: "See robots and their configuration" },
      { name: "robots:write", description: "Register robots and change their configuration" },
      { name: "missions:read", description: "See missions and their logs" },
      { name: "missions:run", description: "Start and stop missions" },
      { name: "telemetry:read", description: "Read the robots' telemetry" },
    ],
    roles: {
      admin: { permissions: all },
      member: { permissions: all },
      viewer: { permissions: reading },
      operator: {
        description: "Runs missions in the field",
        permissions: ["organization:read", "members:read", "tokens:create", ...reading, "missions:run"],
      },
    },
  });
  if (!result.ok) throw new Error(`the demo's catalogue is wrong: ${result.problems.join("; ")}`);
  return result.catalogue;
}
