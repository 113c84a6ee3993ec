import { type Catalogue, createCatalogue, STANDARD_LIMITS } from "@mintmark/core";
import { type Config, ConfigError } from "../config/config.ts";

/**
 * The demo's configuration: port and brand are the environment's, everything else is the demo's own, so
 * that it touches no database but its own file and can be reached from this machine only. Refuses an
 * environment that wants it to listen elsewhere: its passwords are on a screen.
 */
export function demoConfig(environment: Config, file: string): Config {
  const { port } = environment;
  // What a hosts file makes of the name is not asked.
  const host = environment.host === "localhost" ? "127.0.0.1" : environment.host;
  if (host !== "::1" && !/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)) {
    throw new ConfigError([
      `MINTMARK_HOST ${host} is not the loopback interface, and the demo listens nowhere else; leave it out`,
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
      limits: STANDARD_LIMITS,
      auditRetentionDays: null,
    }),
    retiredBrands: [],
    trustedProxies: [],
    metricsToken: null,
    // Invented addresses get no mail.
    mail: null,
    auditUse: "summary",
    shutdownGraceMs: 0,
    logLevel: "warn",
    catalogue: robotsCatalogue(),
  } satisfies Config);
}

/** What a maker of robots would add to the catalogue: the product's own permissions, and a role for the field. */
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
