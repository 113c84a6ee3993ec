// The composition of one running instance: configuration → store → use cases → HTTP.
// Rule: only this file knows every part. The server, the command, the demo and the tests build their instance here.
// Deliberately absent: decisions. Each part gets its dependencies as arguments.
import { defaultPolicy } from "@mintmark/core";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { BaseLogger } from "pino";
import type { Config } from "./config/config.ts";
import { type App, createApp } from "./http/app.ts";
import { operations } from "./http/operations.ts";
import { referencePages } from "./http/pages/api-reference.ts";
import { docsPages } from "./http/pages/docs/docs-pages.ts";
import { operatingPages } from "./http/pages/operating.ts";
import { embedPages } from "./http/pages/embed.ts";
import { loadWebApp } from "./http/pages/web-app.ts";
import { createHosts, createSessionCookie } from "./http/browser.ts";
import { createHttpServer, endingOf } from "./http/server.ts";
import { createMcp } from "./mcp/mcp.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { type Chore, createChores, createClockWatch, createLater, type Later } from "./background.ts";
import { countedLog, createLog } from "./log/log.ts";
import type { EmailLimits } from "./mail/email.ts";
import { hashPassword } from "./secrets/password.ts";
import { createDeliveries, type Deliveries, forgetOldDeliveries } from "./use-cases/event/delivery.ts";
import { FeedWaiting } from "./use-cases/event/waiting.ts";
import { createEventPruning } from "./use-cases/audit.ts";
import { pruneAuthorityLog } from "./use-cases/verification.ts";
import type { Deps } from "./use-cases/use-case.ts";
import { createFollowUps, type FollowUps } from "./use-cases/token/follow-up.ts";
import { accountComposers } from "./use-cases/account/compose.ts";
import { instanceAdminComposers } from "./use-cases/admin/instance-admin.ts";
import { declareManagementKeys, endUndeclaredManagementKeys } from "./use-cases/admin/declared-key.ts";
import { ownerComposers } from "./use-cases/admin/organization.ts";
import { invitationComposers } from "./use-cases/invitation/mail.ts";
import { forgetOldLogins } from "./use-cases/device/login.ts";
import { pruneVersions } from "./use-cases/directory/apply.ts";
import { forgetOldHandOffs } from "./use-cases/hand-off/redeem.ts";
import { createEmailLimits } from "./use-cases/limits/emails.ts";
import { testComposers } from "./use-cases/mail/mail.ts";
import { createSender, forgetOldEmails, type Sender } from "./use-cases/mail/sender.ts";
import { announceEnds } from "./use-cases/notice/ends.ts";
import { noticeComposers } from "./use-cases/notice/emails.ts";
import { forgetOldNotices } from "./use-cases/notice/notice.ts";
import { withNotices } from "./use-cases/notice/from-events.ts";
import { noteExpiries } from "./use-cases/token/token.ts";
import { forgetOldUses } from "./use-cases/usage/usage.ts";
import type { Backups } from "./store/backup.ts";
import type { PostgresStoreOptions } from "./store/postgres/open.ts";
import type { SqliteStoreOptions } from "./store/sqlite/open.ts";
import { StorageFull, StoreUnavailable, type Store } from "./store/store.ts";
import { createClientAddress } from "./network/client-address.ts";
import { countVerifications } from "./verify/verifier.ts";
import { createWebhookPoster } from "./webhook/post.ts";
import { webhookBody } from "./wire/event.ts";
import { VERSION } from "./version.ts";
import type { TransportDeps } from "./wire/request.ts";
import { createUseRecorder, type UseRecorder } from "./verify/use-recorder.ts";
import { createVerifier, type Verifier } from "./verify/verifier.ts";

export interface Instance {
  readonly deps: Deps;
  readonly verifier: Verifier;
  readonly uses: UseRecorder;
  /** Runs work after a response. */
  readonly later: Later;
  /** Sends emails; `null` where no mail server is configured. */
  readonly emails: Sender | null;
  readonly webhooks: Deliveries;
  readonly followUps: FollowUps;
  readonly app: App;
  readonly server: Server;
  readonly logger: BaseLogger;
  /** Listens at the configured address and returns the address in use. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /**
   * Ends gracefully: stops being ready, serves on during the grace, finishes current requests, writes pending counts
   * and closes the store.
   */
  close(graceMs?: number): Promise<void>;
}

export interface InstanceOptions {
  /** Replaces the database's clock, so that a test can set the time. UTC epoch milliseconds. */
  readonly clock?: () => number;
  /** This host's clock. Default: the system clock. */
  readonly hostClock?: () => number;
  readonly logger?: BaseLogger;
  /** How long to retry an unreachable database before the start fails. Default: no retries. */
  readonly databasePatienceMs?: number;
  /** Called once, when the start has to wait for the database. */
  readonly onWaiting?: (error: StoreUnavailable) => void;
  /** Runs follow-ups only when `followUps.step()` is called. For tests that look between the steps. */
  readonly followUpsByHand?: boolean;
}

/** The pause between two tries: it doubles from the first value to the last. */
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 2_000;

/** Space reserved beside an SQLite file for a full disk. It holds some thousand revocations and first uses. */
const STORAGE_RESERVE_BYTES = 16 * 1024 ** 2;

/** The options of a store that serves requests. */
type ServingOptions = Pick<
  SqliteStoreOptions,
  "reserveBytes" | "onFault" | "onStorage" | "hostClock" | "verificationClock"
> &
  Pick<PostgresStoreOptions, "onLease" | "onWarning">;

/** Opens the store without changing its schema. Call `migrate()` before anything else. */
export async function openStore(config: Config, serving: ServingOptions = {}): Promise<Store> {
  const policy = defaultPolicy(config.catalogue.roles.keys());
  // Only the engine in use is loaded, because the other's driver would waste memory.
  if (config.database.kind === "sqlite") {
    const { openSqliteStore } = await import("./store/sqlite/open.ts");
    const { database, cachedCredentials } = config;
    return openSqliteStore({ file: database.file, defaultPolicy: policy, cachedCredentials, ...serving });
  }
  const { openPostgresStore } = await import("./store/postgres/open.ts");
  const { cachedCredentials } = config;
  return openPostgresStore({ url: config.database.url, defaultPolicy: policy, cachedCredentials, ...serving });
}

/** Backup and restore of the configured database, or `null` where the database server is responsible for backups. */
export async function openBackups({ database }: Config): Promise<(Backups & { readonly file: string }) | null> {
  if (database.kind !== "sqlite") return null;
  const { backUp } = await import("./store/sqlite/backup.ts");
  const { restore } = await import("./store/sqlite/restore.ts");
  return { file: database.file, backUp, restore };
}

/**
 * Opens the store and migrates its schema. Waits for a database that is starting or failing over. Other problems, such
 * as a full disk, fail at once because waiting cannot solve them.
 */
async function openMigrated(
  config: Config,
  { databasePatienceMs = 0, onWaiting }: Pick<InstanceOptions, "databasePatienceMs" | "onWaiting">,
  serving: ServingOptions,
): Promise<Store> {
  const database = await openStore(config, serving);
  const deadline = performance.now() + databasePatienceMs;
  try {
    for (let pauseMs = FIRST_RETRY_MS, tries = 1; ; pauseMs = Math.min(2 * pauseMs, LAST_RETRY_MS), tries++) {
      try {
        await database.migrate();
        if (database.storage === "full") throw new StorageFull("the disk under the database is full");
        return database;
      } catch (error) {
        const mayPass =
          error instanceof StoreUnavailable && (error.outage === "unreachable" || error.outage === "read_only");
        if (!mayPass || performance.now() + pauseMs > deadline) throw error;
        if (tries === 1) onWaiting?.(error);
      }
      await setTimeout(pauseMs);
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

export async function createInstance(config: Config, options: InstanceOptions = {}): Promise<Instance> {
  const log = options.logger === undefined ? createLog(config.logLevel) : countedLog(options.logger);
  const { logger } = log;
  const database = await openMigrated(config, options, servingOptions(options, logger));
  const clock = options.clock ?? database.clock.now;
  const { catalogue, settings } = config;
  const metrics = createMetrics(VERSION, database.clock.aheadMs, database.reads);
  const mail = await createMail(config, { store: database, clock, logger, metrics });
  const noticing = createNoticing(config, { database, clock, mail, logger, options });
  const { store, followUps, feedWaiting, webhooks } = noticing;
  const brands: ReadonlySet<string> = new Set([settings.brand, ...config.retiredBrands]);
  const uses = createUseRecorder(store, logging(logger, "uses could not be written"), config.auditUse);
  const { allowPersonalTokens } = settings;
  const verifier = countVerifications(
    createVerifier({ store: database, catalogue, clock, brands, allowPersonalTokens, uses }),
    metrics,
  );
  const later = createLater(logging(logger, "work after a response failed"));
  const deps = { store, catalogue, settings, mailer: mail?.limits ?? null, later: later.run, clock, hashPassword };
  const watchClock = createClockWatch(database.clock.aheadMs, logger);
  const chores = createChores(choresOf(deps, { watchClock, followUps }), logging(logger, "a chore failed"));
  const { app, server, mcp, ending } = createHttp(config, { ...deps, ...noticing, verifier, brands, metrics, logger });
  return {
    deps,
    verifier,
    uses,
    later,
    emails: mail?.sender ?? null,
    webhooks,
    followUps,
    app,
    server,
    logger,
    listen: async () => {
      chores.start();
      // A previous instance may have left follow-ups.
      followUps.begin();
      mail?.sender.begin();
      webhooks.begin();
      await watchClock();
      return listenWithKeys(config, { deps, server, logger });
    },
    close: async (graceMs = 0) => {
      feedWaiting.end();
      if (server.listening) await ending.drain(graceMs);
      const closed = ending.close();
      // Streams to AI clients have no natural end to wait for.
      await mcp.close();
      await closed;
      await chores.stop();
      await followUps.stop();
      await later.settled();
      await uses.close();
      await mail?.sender.stop();
      await webhooks.stop();
      await store.close();
      await log.close();
    },
  };
}

/** Listens, with the management keys that the configuration declares. */
async function listenWithKeys(
  { host, port, managementKeys }: Config,
  { deps, server, logger }: Pick<Instance, "deps" | "server" | "logger">,
): Promise<{ readonly host: string; readonly port: number }> {
  for (const prefix of await declareManagementKeys(deps, managementKeys))
    logger.warn({ prefix }, "a declared management key was revoked and stays revoked: declare a new one");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  // Only an instance that serves ends the keys of an earlier configuration.
  await endUndeclaredManagementKeys(deps, managementKeys);
  return { host, port: (server.address() as AddressInfo).port };
}

function logging(logger: BaseLogger, message: string): (error: unknown) => void {
  return (error) => logger.error({ err: error }, message);
}

function servingOptions({ clock, hostClock }: InstanceOptions, logger: BaseLogger): ServingOptions {
  return {
    reserveBytes: STORAGE_RESERVE_BYTES,
    onFault: (fault) => logger.error(`${fault}: every request is refused until the server is restarted`),
    onStorage: (storage) => logger.warn({ storage }, "the free space on the database's disk changed"),
    onWarning: (warning) => logger.warn(warning),
    onLease: {
      fenced: () =>
        logger.warn("other processes stopped waiting for this one: it forgets what it knew and registers again"),
      clockRate: (isOff) =>
        isOff
          ? logger.error("the clock of this host runs at another rate than the database's: every verification reads")
          : logger.warn("the clock of this host runs at the database's rate again"),
      rolledBack: (known, found) =>
        logger.error(
          { known: known.seq, found: found.seq },
          "the database went back in time: every verification reads",
        ),
    },
    ...(hostClock === undefined ? {} : { hostClock }),
    ...(clock === undefined ? {} : { verificationClock: clock }),
  };
}

interface Mail {
  readonly limits: EmailLimits;
  readonly sender: Sender;
}

/** Builds the limits and the sender of emails; `null` where no mail server is configured. */
async function createMail(
  { mail, settings, catalogue }: Config,
  parts: {
    readonly store: Store;
    readonly clock: () => number;
    readonly logger: BaseLogger;
    readonly metrics: Metrics;
  },
): Promise<Mail | null> {
  if (mail === null) return null;
  const { store, clock, logger, metrics } = parts;
  // Loaded only where mail is configured, to save memory.
  const { createMailer } = await import("./mail/mailer.ts");
  const limits = createEmailLimits({ store, clock }, (kind) =>
    logger.warn({ kind }, "an email was not sent: its recipient or its sender has reached the limit"),
  );
  const deps = { settings, catalogue, clock };
  const sender = createSender({
    store,
    clock,
    mailer: createMailer(mail, settings.baseUrl),
    composers: {
      ...accountComposers(deps),
      ...instanceAdminComposers(deps),
      ...ownerComposers(deps),
      ...invitationComposers(deps),
      ...noticeComposers(deps),
      ...testComposers(deps),
    },
    onAttempt: (report) => {
      metrics.recordEmail(report.kind, report.outcome);
      if (report.outcome !== "sent") logger.warn(report, "the mail server did not accept an email");
    },
    onError: logging(logger, "emails could not be sent"),
  });
  return { limits, sender };
}

/** The store whose transactions create notices, and the work that follows their events and large changes. */
function createNoticing(
  { catalogue, settings }: Config,
  parts: {
    readonly database: Store;
    readonly clock: () => number;
    readonly mail: Mail | null;
    readonly logger: BaseLogger;
    readonly options: InstanceOptions;
  },
) {
  const { database, clock, mail, logger, options } = parts;
  const rules = { catalogue, settings, hasMail: mail !== null, onEmails: () => mail?.sender.begin() };
  const followUps = createFollowUps(
    { ...rules, store: database, clock },
    { onError: logging(logger, "a follow-up failed"), byHand: options.followUpsByHand ?? false },
  );
  const onEvents = new Set<() => void>();
  const feedWaiting = new FeedWaiting(database.reads, onEvents, logging(logger, "the event feed could not be read"));
  const store: Store = withNotices(database, { ...rules, onEvents, onFollowUps: () => followUps.begin() });
  const webhooks = createDeliveries({
    store,
    onEvents,
    clock,
    poster: createWebhookPoster({ allowPrivate: settings.allowPrivateWebhooks }),
    bodyOf: webhookBody,
    onError: logging(logger, "events could not be sent to webhooks"),
  });
  return { store, followUps, feedWaiting, webhooks };
}

function choresOf(
  deps: Deps,
  { watchClock, followUps }: { readonly watchClock: Chore; readonly followUps: FollowUps },
): readonly Chore[] {
  return [
    watchClock,
    async () => followUps.begin(),
    (signal) => noteExpiries(deps, signal),
    (signal) => announceEnds(deps, signal),
    (signal) => forgetOldEmails(deps, signal),
    (signal) => forgetOldNotices(deps, signal),
    createEventPruning(deps),
    (signal) => forgetOldUses(deps, signal),
    (signal) => forgetOldLogins(deps, signal),
    (signal) => forgetOldDeliveries(deps, signal),
    (signal) => forgetOldHandOffs(deps, signal),
    (signal) => pruneVersions(deps, signal),
    (signal) => pruneAuthorityLog(deps, signal),
  ];
}

function createHttp(config: Config, parts: Omit<TransportDeps, "auditUse"> & { readonly logger: BaseLogger }) {
  const deps = { ...parts, auditUse: config.auditUse };
  const { store, settings, metrics, verifier, logger } = deps;
  const { baseUrl } = settings;
  const clientAddress = createClientAddress(config.trustedProxies, () =>
    logger.warn(
      "a trusted proxy sent an X-Forwarded-For entry that is not an address: the client's address is unknown, and policies with networks refuse it",
    ),
  );
  const mcp = createMcp(deps);
  const hosts = createHosts(baseUrl);
  const webApp = loadWebApp();
  const isEnding = (): boolean => ending.hasBegun;
  const app = createApp(
    { ...deps, clientAddress, hosts, cookie: createSessionCookie(baseUrl) },
    {
      operations,
      endpoints: [mcp],
      pages: [
        ...operatingPages({ store, metrics, metricsToken: config.metricsToken, baseUrl, isEnding }),
        ...referencePages(baseUrl),
        ...docsPages({ baseUrl, fontFaces: webApp.fontFaces }),
        ...embedPages(settings.embedOrigins),
      ],
      webApp,
    },
  );
  const server = createHttpServer({ app, hosts, verifier, clientAddress, logger, subject: settings.subject });
  const ending = endingOf(server);
  return { app, server, mcp, ending };
}
