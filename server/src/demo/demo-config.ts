import { type Catalogue, createCatalogue, STANDARD_BOUNDS } from "@mintmark/core";
import { type Config, ConfigError } from "../config/config.ts";

/**
 * The demo's configuration. It takes the port and the brand from the environment and sets everything else itself: its
 * own database file, and access only from this machine. Throws `ConfigError` when the environment names another host,
 * because the demo prints its passwords.
 */
export function demoConfig(environment: Config, file: string): Config {
  const { port } = environment;
  // The demo does not resolve the name, which a hosts file could redirect.
  const host = environment.host === "localhost" ? "127.0.0.1" : environment.host;
  if (host !== "::1" && !/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)) {
    throw new ConfigError([
      `MINTMARK_HOST ${host} is not a loopback address, and the demo listens only on loopback: unset it`,
    ]);
  }
  return Object.freeze({
    host,
    port,
    database: { kind: "sqlite", file },
    settings: Object.freeze({
      brand: environment.settings.brand,
      baseUrl: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
      signUp: "invite",
      allowPersonalTokens: true,
      mintLimit: 10,
      bounds: STANDARD_BOUNDS,
      auditRetentionDays: null,
    }),
    retiredBrands: [],
    trustedProxies: [],
    metricsToken: null,
    // Invented addresses get no email.
    mail: null,
    auditUse: "summary",
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
