// The configuration: reads the environment and one JSON file, validates them and returns one frozen object.
// Rules: only this folder reads `process.env`. All problems are reported at once, each with the variable's name. A
// value that may contain a secret, such as a URL with a password, never appears in a message.
import { readFileSync } from "node:fs";
import {
  BRAND_PATTERN,
  type Catalogue,
  createCatalogue,
  DEFAULT_BRAND,
  type BoundName,
  type Bounds,
  BOUNDS,
  KEYS_AT_ONCE,
  isHostOrigin,
  MAX_RETENTION_DAYS,
  MIN_RETENTION_DAYS,
  parseSecret,
  prefixOf,
  Secret,
} from "@mintmark/core";
import { z } from "zod";
import type { InstanceSettings } from "../use-cases/use-case.ts";
import type { MailSettings } from "../mail/mailer.ts";
import { hashSecret } from "../secrets/generate.ts";
import type { DeclaredKey } from "../use-cases/admin/declared-key.ts";
import { readSettings } from "./environment.ts";
import { hostName, hostProblems, hostSettings, hostUrl, returnOrigin } from "./host-product.ts";
import { canonicalAddress, isNetwork } from "../network/client-address.ts";

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database:
    | { readonly kind: "sqlite"; readonly file: string }
    | { readonly kind: "postgres"; readonly url: string };
  readonly settings: InstanceSettings;
  readonly retiredBrands: readonly string[];
  readonly trustedProxies: readonly string[];
  /** `/metrics` requires this token. `null`: it serves only requests from this machine. */
  readonly metricsToken: string | null;
  /** What may be wrong with this configuration, each with what to do: for standard error at the start. */
  readonly warnings: readonly string[];
  /** The management keys that the configuration declares. Only their hashes are kept. */
  readonly managementKeys: readonly DeclaredKey[];
  /** The mail server; `null` without one, and then the app shows links to copy instead. */
  readonly mail: MailSettings | null;
  /** `summary` groups uses in the audit log, `strict` records each use. */
  readonly auditUse: "summary" | "strict";
  /** How many credentials verification remembers; 0: it reads the database each time. */
  readonly cachedCredentials: number;
  /** How long after SIGTERM everything is still served while `/readyz` returns 503. */
  readonly shutdownGraceMs: number;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  readonly catalogue: Catalogue;
}

/** The configuration is invalid. The message lists every problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

const MAIL_FROM = /^(?:[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;

/** Decimal digits only. Nobody means a port by 0x1f90 or 8e3, although a program could read them so. */
const decimal = (least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      message: `must be a whole number from ${least} to ${most}, in decimal digits`,
    })
    .transform(Number);

const LONGEST_GRACE_S = 300;

/** Each credential takes less than a kilobyte. */
const MOST_CACHED_CREDENTIALS = 10_000_000;

/** They are all in one header of the framed page. */
const MOST_EMBED_ORIGINS = 100;

const limit = (name: BoundName) => decimal(1, BOUNDS[name].highest).default(BOUNDS[name].standard);

/**
 * A single address counts as a network with one member. IPv4-mapped IPv6 counts as IPv4, as in the comparison with a
 * peer.
 */
function networkOfProxy(entry: string): string | null {
  if (entry.includes("/")) return isNetwork(entry) ? entry : null;
  const address = canonicalAddress(entry);
  return address && `${address}/${address.includes(":") ? 128 : 32}`;
}

const Environment = z.object({
  MINTMARK_DATA: z.string().min(1).default("./data/mintmark.db"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres://")
    .optional(),
  MINTMARK_HOST: z.string().min(1).default("127.0.0.1"),
  MINTMARK_PORT: decimal(0, 65_535).default(3210),
  MINTMARK_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .refine(
      (text) => new URL(text).pathname === "/" && !/[?#]/.test(text),
      "must be an origin such as https://mintmark.example.com",
    )
    .optional(),
  MINTMARK_SIGN_UP: z.enum(["invite", "open"]).default("invite"),
  MINTMARK_PERSONAL_TOKENS: z.enum(["allow", "deny"]).default("allow"),
  MINTMARK_DIRECTORY: z.enum(["internal", "external"]).default("internal"),
  MINTMARK_HOST_NAME: hostName.optional(),
  MINTMARK_HOST_URL: hostUrl.optional(),
  MINTMARK_HOST_SIGN_IN_URL: hostUrl.optional(),
  MINTMARK_RETURN_ORIGINS: list.pipe(z.array(returnOrigin)).optional(),
  MINTMARK_SUBJECT: z.enum(["internal", "external"]).default("internal"),
  MINTMARK_MINT_LIMIT: decimal(0, 1_000_000).default(10),
  MINTMARK_ORGANIZATION_LIMIT: limit("organizationsOfPerson"),
  MINTMARK_SESSION_LIMIT: limit("sessionsOfPerson"),
  MINTMARK_TOKEN_LIMIT: limit("tokensOfMembership"),
  MINTMARK_MEMBER_LIMIT: limit("membersOfOrganization"),
  MINTMARK_INVITATION_LIMIT: limit("invitationsOfOrganization"),
  MINTMARK_API_KEY_LIMIT: limit("apiKeysOfOrganization"),
  MINTMARK_SERVICE_LIMIT: limit("servicesOfInstance"),
  MINTMARK_WEBHOOK_LIMIT: limit("webhooksOfInstance"),
  MINTMARK_WEBHOOK_PRIVATE: z.enum(["allow", "deny"]).default("deny"),
  MINTMARK_BRAND: z.string().regex(BRAND_PATTERN).default(DEFAULT_BRAND),
  MINTMARK_RETIRED_BRANDS: list.pipe(z.array(z.string().regex(BRAND_PATTERN))).default([]),
  MINTMARK_TRUSTED_PROXIES: list
    .transform((entries, context) =>
      entries.map((entry) => {
        const network = networkOfProxy(entry);
        if (network === null)
          context.addIssue(
            `must be addresses or CIDR networks such as 10.0.0.0/8 (bits after the prefix zero), and "${entry.slice(0, 60)}" is neither`,
          );
        return network ?? entry;
      }),
    )
    .default([]),
  MINTMARK_MANAGEMENT_KEY: z.string().optional(),
  MINTMARK_EMBED_ORIGINS: list
    .pipe(z.array(z.string()).max(MOST_EMBED_ORIGINS, `must be ${MOST_EMBED_ORIGINS} origins or fewer`))
    .transform((entries, context) => {
      for (const entry of entries)
        if (!isHostOrigin(entry))
          context.addIssue(
            `must be origins such as https://app.example.com: the scheme, the host in lower case and a port if it has one, without path or wildcard, and HTTPS except on this machine. "${entry.slice(0, 60)}" is none`,
          );
      return [...new Set(entries)];
    })
    .default([]),
  MINTMARK_METRICS_TOKEN: z.string().min(16, "must have 16 characters or more").optional(),
  MINTMARK_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+/, "must begin with smtp:// or smtps:// and name a host")
    .optional(),
  MINTMARK_MAIL_FROM: z
    .string()
    .regex(MAIL_FROM, "must be an address, or a name with one: Mintmark <tokens@example.com>")
    .optional(),
  MINTMARK_AUDIT_USE: z.enum(["summary", "strict"]).default("summary"),
  MINTMARK_AUDIT_RETENTION_DAYS: decimal(MIN_RETENTION_DAYS, MAX_RETENTION_DAYS).optional(),
  MINTMARK_CACHE: z
    .union([z.literal("off"), decimal(1, MOST_CACHED_CREDENTIALS)], {
      error: `must be off, or a whole number of credentials from 1 to ${MOST_CACHED_CREDENTIALS}, in decimal digits`,
    })
    // Off until its behavior under faults is shown.
    .default("off"),
  MINTMARK_SHUTDOWN_GRACE: decimal(0, LONGEST_GRACE_S).default(2),
  MINTMARK_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  MINTMARK_CATALOGUE: z.string().min(1).optional(),
});

const CatalogueFile = z.strictObject({
  permissions: z
    .array(
      z.strictObject({
        name: z.string(),
        access: z.enum(["read", "write"]).optional(),
        description: z.string().max(200).optional(),
      }),
    )
    .optional(),
  roles: z
    .record(
      z.string(),
      z.strictObject({ description: z.string().max(200).optional(), permissions: z.array(z.string()) }),
    )
    .optional(),
});

/** Reads and validates the configuration. Throws `ConfigError` with every problem found. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const given = readSettings(environment, Object.keys(Environment.shape), problems);
  const parsed = Environment.safeParse(given);
  if (!parsed.success)
    problems.push(...parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  if (given["MINTMARK_SMTP_URL"] !== undefined && given["MINTMARK_MAIL_FROM"] === undefined)
    problems.push("MINTMARK_MAIL_FROM must be set with MINTMARK_SMTP_URL: it is the sender's address of every email");
  problems.push(...hostProblems(given));
  const catalogue = loadCatalogue(given["MINTMARK_CATALOGUE"], problems);
  const managementKeys = parsed.success ? declaredKeys(parsed.data, problems) : [];
  if (!parsed.success || catalogue === null || problems.length > 0) throw new ConfigError(problems);
  const env = parsed.data;
  return Object.freeze({
    host: env.MINTMARK_HOST,
    port: env.MINTMARK_PORT,
    database:
      env.DATABASE_URL === undefined
        ? { kind: "sqlite", file: env.MINTMARK_DATA }
        : { kind: "postgres", url: env.DATABASE_URL },
    settings: Object.freeze({
      brand: env.MINTMARK_BRAND,
      baseUrl: new URL(env.MINTMARK_BASE_URL ?? localUrl({ host: env.MINTMARK_HOST, port: env.MINTMARK_PORT })).origin,
      signUp: env.MINTMARK_SIGN_UP,
      allowPersonalTokens: env.MINTMARK_PERSONAL_TOKENS === "allow" && env.MINTMARK_DIRECTORY === "internal",
      ...hostSettings(env),
      mintLimit: env.MINTMARK_MINT_LIMIT,
      embedOrigins: Object.freeze(env.MINTMARK_EMBED_ORIGINS),
      bounds: boundsOf(env),
      allowPrivateWebhooks: env.MINTMARK_WEBHOOK_PRIVATE === "allow",
      auditRetentionDays: env.MINTMARK_AUDIT_RETENTION_DAYS ?? null,
    }),
    retiredBrands: env.MINTMARK_RETIRED_BRANDS,
    trustedProxies: env.MINTMARK_TRUSTED_PROXIES,
    metricsToken: env.MINTMARK_METRICS_TOKEN ?? null,
    managementKeys: Object.freeze(managementKeys),
    mail:
      env.MINTMARK_SMTP_URL === undefined || env.MINTMARK_MAIL_FROM === undefined
        ? null
        : Object.freeze({ url: env.MINTMARK_SMTP_URL, from: env.MINTMARK_MAIL_FROM }),
    warnings: Object.freeze(
      env.MINTMARK_SMTP_URL === undefined || env.MINTMARK_BASE_URL !== undefined
        ? []
        : [
            `the links in emails lead to ${localUrl({ host: env.MINTMARK_HOST, port: env.MINTMARK_PORT })}, which other machines may not reach: set MINTMARK_BASE_URL to the address that people open`,
          ],
    ),
    auditUse: env.MINTMARK_AUDIT_USE,
    cachedCredentials: env.MINTMARK_CACHE === "off" ? 0 : env.MINTMARK_CACHE,
    shutdownGraceMs: env.MINTMARK_SHUTDOWN_GRACE * 1000,
    logLevel: env.MINTMARK_LOG_LEVEL,
    catalogue,
  } satisfies Config);
}

/** The declared management keys, one on each line: the present one and, while it is changed over, the next one. */
function declaredKeys(
  env: Pick<z.infer<typeof Environment>, "MINTMARK_MANAGEMENT_KEY" | "MINTMARK_BRAND" | "MINTMARK_RETIRED_BRANDS">,
  problems: string[],
): readonly DeclaredKey[] {
  const lines = (env.MINTMARK_MANAGEMENT_KEY ?? "").split(/\s+/).filter((line) => line !== "");
  const brands = new Set([env.MINTMARK_BRAND, ...env.MINTMARK_RETIRED_BRANDS]);
  const isKey = (line: string): boolean => {
    const secret = parseSecret(line, brands);
    return secret.ok && secret.kind === "management_key";
  };
  if (lines.length > KEYS_AT_ONCE || !lines.every(isKey)) {
    problems.push(
      `MINTMARK_MANAGEMENT_KEY must hold one management key as mintmark-server management-key generate prints it, or ${KEYS_AT_ONCE} on separate lines`,
    );
    return [];
  }
  return [...new Set(lines)].map((line) => ({ hash: hashSecret(line), prefix: prefixOf(new Secret(line)) }));
}

function boundsOf(env: z.infer<typeof Environment>): Bounds {
  return Object.freeze({
    organizationsOfPerson: env.MINTMARK_ORGANIZATION_LIMIT,
    sessionsOfPerson: env.MINTMARK_SESSION_LIMIT,
    tokensOfMembership: env.MINTMARK_TOKEN_LIMIT,
    membersOfOrganization: env.MINTMARK_MEMBER_LIMIT,
    invitationsOfOrganization: env.MINTMARK_INVITATION_LIMIT,
    apiKeysOfOrganization: env.MINTMARK_API_KEY_LIMIT,
    servicesOfInstance: env.MINTMARK_SERVICE_LIMIT,
    webhooksOfInstance: env.MINTMARK_WEBHOOK_LIMIT,
  });
}

/** Where a program on the same machine reaches the server. One that listens on every interface is reachable on loopback. */
export function localUrl({ host, port }: Pick<Config, "host" | "port">): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

function loadCatalogue(file: string | undefined, problems: string[]): Catalogue | null {
  let additions: z.infer<typeof CatalogueFile> = {};
  if (file !== undefined) {
    try {
      const parsed = CatalogueFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
      if (parsed.success) additions = parsed.data;
      else
        problems.push(
          ...parsed.error.issues.map((issue) => `MINTMARK_CATALOGUE ${file}: ${issue.path.join(".")} ${issue.message}`),
        );
    } catch (error) {
      problems.push(`MINTMARK_CATALOGUE ${file} cannot be read: ${(error as Error).message}`);
    }
  }
  const result = createCatalogue(additions);
  if (!result.ok) problems.push(...result.problems.map((problem) => `MINTMARK_CATALOGUE: ${problem}`));
  return result.ok ? result.catalogue : null;
}
