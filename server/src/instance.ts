// The composition of one running instance: configuration → store → services → HTTP. The only place that
// knows every part; `main.ts`, the command line and the tests build their instance here.
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
import { loadWebApp } from "./http/pages/web-app.ts";
import { createHosts } from "./http/host.ts";
import { createHttpServer, endingOf } from "./http/server.ts";
import { createSessionCookie } from "./http/session-cookie.ts";
import { createMcp } from "./mcp/mcp.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createChores, createClockWatch, createLater } from "./background.ts";
import { countedLog, createLog } from "./log/log.ts";
import { hashPassword } from "./secrets/password.ts";
import { createEventPruning } from "./use-cases/audit.ts";
import type { Deps } from "./use-cases/deps.ts";
import { createFollowUps, type FollowUps } from "./use-cases/token/follow-up.ts";
import { forgetOldLogins } from "./use-cases/device/login.ts";
import { limitMailer } from "./use-cases/limits/emails.ts";
import { announceExpiries, createLetterRounds, type LetterRounds, sendLetters } from "./use-cases/notice/emails.ts";
import { forgetOldNotices } from "./use-cases/notice/notice.ts";
import { withNotices } from "./use-cases/notice/from-events.ts";
import { noteExpiries } from "./use-cases/token/token.ts";
import { forgetOldUses } from "./use-cases/usage/usage.ts";
import type { Backups } from "./store/backup.ts";
import type { SqliteStoreOptions } from "./store/sqlite/open.ts";
import { StorageFull, StoreUnavailable, type Store } from "./store/store.ts";
import { createClientAddress } from "./network/client-address.ts";
import { countVerifications } from "./verify/counted-verifier.ts";
import { VERSION } from "./version.ts";
import { createUseRecorder, type UseRecorder } from "./verify/use-recorder.ts";
import { createVerifier, type Verifier } from "./verify/verifier.ts";

export interface Instance {
  readonly deps: Deps;
  readonly verifier: Verifier;
  readonly uses: UseRecorder;
  readonly letters: LetterRounds;
  readonly followUps: FollowUps;
  readonly app: App;
  readonly server: Server;
  readonly logger: BaseLogger;
  /** Listens where the configuration says and answers the address in use. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /**
   * Graceful: is not ready any more but serves on for the grace, finishes requests under way, writes what is counted,
   * closes the store.
   */
  close(graceMs?: number): Promise<void>;
}

export interface InstanceOptions {
  /** What every instant is judged by, instead of the database's clock: for tests, which turn it. UTC epoch milliseconds. */
  readonly clock?: () => number;
  /** This host's own clock; the system's unless given. */
  readonly hostClock?: () => number;
  readonly logger?: BaseLogger;
  /** For how long a database that cannot be reached is tried again before the start fails; not at all unless given. */
  readonly databasePatienceMs?: number;
  /** Called once when it has to wait for the database. */
  readonly onWaiting?: (error: StoreUnavailable) => void;
  /** Follow-ups are worked off only by calling `followUps.step()`: for tests that look in between. */
  readonly followUpsByHand?: boolean;
}

/** Between two tries: doubled from the first to the last. */
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 2_000;

/** Kept beside an SQLite file for when the disk is full: some thousand revocations and first uses. */
const STORAGE_RESERVE_BYTES = 16 * 1024 ** 2;

/** What a store that serves is given beside its place. */
type ServingOptions = Pick<SqliteStoreOptions, "reserveBytes" | "onFault" | "onStorage" | "hostClock">;

/** Opens the store and leaves its schema as it is: call `migrate()` before anything else. */
export async function openStore(config: Config, serving: ServingOptions = {}): Promise<Store> {
  const policy = defaultPolicy(config.catalogue.roles.keys());
  // Only the engine that is used is loaded: the other's driver would be memory for nothing.
  if (config.database.kind === "sqlite") {
    const { openSqliteStore } = await import("./store/sqlite/open.ts");
    return openSqliteStore({ file: config.database.file, defaultPolicy: policy, ...serving });
  }
  const { openPostgresStore } = await import("./store/postgres/open.ts");
  const { hostClock } = serving;
  return openPostgresStore({
    url: config.database.url,
    defaultPolicy: policy,
    ...(hostClock === undefined ? {} : { hostClock }),
  });
}

/** What backs up the configured database, or `null` where that is the database server's matter. */
export async function openBackups({ database }: Config): Promise<(Backups & { readonly file: string }) | null> {
  if (database.kind !== "sqlite") return null;
  const { backUp } = await import("./store/sqlite/backup.ts");
  const { restore } = await import("./store/sqlite/restore.ts");
  return { file: database.file, backUp, restore };
}

/**
 * Opens the store and applies what its schema lacks. A database that is just starting, or being failed over, is waited
 * for; what waiting does not cure fails at once, and so does a disk on which nothing can be written.
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
  const database = await openMigrated(config, options, {
    reserveBytes: STORAGE_RESERVE_BYTES,
    onFault: (fault) => logger.error(`${fault}: nothing is answered until the server starts again`),
    onStorage: (storage) => logger.warn({ storage }, "the free space on the database's disk changed"),
    ...(options.hostClock === undefined ? {} : { hostClock: options.hostClock }),
  });
  const clock = options.clock ?? database.clock.now;
  const { catalogue, settings } = config;
  // Loaded where it is used: an instance without mail does without its memory.
  const mailServer = config.mail === null ? null : (await import("./mail/mailer.ts")).createMailer(config.mail);
  const mailer =
    mailServer === null
      ? null
      : limitMailer({ store: database, clock }, mailServer, (kind) =>
          logger.warn({ kind }, "an email was held back: its mailbox or its sender has had too many"),
        );
  const letters = createLetterRounds({ store: database, settings, mailer, clock }, (error) =>
    logger.error({ err: error }, "letters could not be sent"),
  );
  const noticeRules = { catalogue, settings, hasMail: mailer !== null };
  const followUps = createFollowUps(
    { ...noticeRules, store: database, clock, onNotices: () => letters.begin() },
    {
      onError: (error) => logger.error({ err: error }, "a follow-up failed"),
      byHand: options.followUpsByHand ?? false,
    },
  );
  const store = withNotices(database, {
    ...noticeRules,
    onNotices: () => letters.begin(),
    onFollowUps: () => followUps.begin(),
  });
  const brands: ReadonlySet<string> = new Set([settings.brand, ...config.retiredBrands]);
  const uses = createUseRecorder(
    store,
    (error) => logger.error({ err: error }, "uses could not be written"),
    config.auditUse,
  );
  const metrics = createMetrics(VERSION, database.clock.aheadMs);
  const verifier = countVerifications(
    createVerifier({
      store: database,
      catalogue,
      clock,
      brands,
      allowPersonalTokens: settings.allowPersonalTokens,
      uses,
    }),
    metrics,
  );
  const later = createLater((error) => logger.error({ err: error }, "what was to be done after an answer failed"));
  const deps = { store, catalogue, settings, mailer, later: later.run, clock, hashPassword };
  const clientAddress = createClientAddress(config.trustedProxies, () =>
    logger.warn(
      "a trusted proxy sent an X-Forwarded-For entry that is not an address: its client is unknown, and policies with networks refuse it",
    ),
  );
  const httpDeps = { ...deps, verifier, brands, metrics, logger };
  const mcp = createMcp(httpDeps);
  const hosts = createHosts(settings.baseUrl);
  const app = createApp(
    { ...httpDeps, clientAddress, hosts, cookie: createSessionCookie(settings.baseUrl) },
    {
      operations,
      endpoints: [mcp],
      pages: [
        ...operatingPages({
          store,
          metrics,
          metricsToken: config.metricsToken,
          baseUrl: settings.baseUrl,
          isEnding: () => ending.hasBegun,
        }),
        ...referencePages(operations, settings.baseUrl),
        ...docsPages(settings),
      ],
      webApp: loadWebApp(),
    },
  );
  const watchClock = createClockWatch(database.clock.aheadMs, logger);
  const chores = createChores(
    [
      watchClock,
      async () => followUps.begin(),
      (signal) => noteExpiries(deps, signal),
      (signal) => announceExpiries(deps, signal),
      (signal) => sendLetters(deps, signal),
      (signal) => forgetOldNotices(deps, signal),
      createEventPruning(deps),
      (signal) => forgetOldUses(deps, signal),
      (signal) => forgetOldLogins(deps, signal),
    ],
    (error) => logger.error({ err: error }, "a chore failed"),
  );
  const server = createHttpServer({ app, hosts, verifier, clientAddress, logger, clock });
  const ending = endingOf(server);
  return {
    deps,
    verifier,
    uses,
    letters,
    followUps,
    app,
    server,
    logger,
    listen: async () => {
      chores.start();
      // What an instance before this one left undone.
      followUps.begin();
      await watchClock();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(config.port, config.host, resolve);
      });
      return { host: config.host, port: (server.address() as AddressInfo).port };
    },
    close: async (graceMs = 0) => {
      if (server.listening) await ending.drain(graceMs);
      const closed = ending.close();
      // Streams to AI clients have no end of their own that could be waited for.
      await mcp.close();
      await closed;
      await chores.stop();
      await followUps.stop();
      await later.settled();
      await uses.close();
      await letters.settled();
      mailServer?.close();
      await store.close();
      await log.close();
    },
  };
}
