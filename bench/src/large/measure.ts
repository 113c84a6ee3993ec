// Measures large changes, and their effect on other users.
import { hash } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { type OrganizationId, PREFIX_LENGTH, type UserId } from "@mintmark/core";
import { newId } from "../../../server/src/secrets/generate.ts";
import type { Instance } from "../../../server/src/instance.ts";
import { activeOrganization } from "../../../server/src/use-cases/authority.ts";
import type { SessionActor } from "../../../server/src/use-cases/use-case.ts";
import { announceEnds } from "../../../server/src/use-cases/notice/ends.ts";
import { deleteOrganization } from "../../../server/src/use-cases/organization.ts";
import { setPolicy } from "../../../server/src/use-cases/policy/policy.ts";
import { startSession } from "../../../server/src/use-cases/session/session.ts";
import { mintToken } from "../../../server/src/use-cases/token/mint.ts";
import { ORGANIZATION, OWNER } from "../lists/rows.ts";
import { secretOf } from "../tokens.ts";

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LargeFigure {
  readonly change: string;
  readonly answerMs: number;
  /** Until the follow-ups were done. */
  readonly settledMs: number;
  readonly stallMs: number;
  readonly verification: Spread;
  readonly mint: Spread;
  readonly statementMs: number;
}

const CLIENT = { ip: null, userAgent: null, route: null } as const;
const ORIGIN = { ip: null, userAgent: null, requestId: "bench" };

export async function* measureChanges(instance: Instance): AsyncGenerator<LargeFigure> {
  const { deps } = instance;
  const organizationId = ORGANIZATION as OrganizationId;
  const owner = await actAs(instance, OWNER as UserId, organizationId);
  const stranger = await addStranger(instance);
  const organization = await deps.store.reads.findOrganization(organizationId);
  if (organization === null) throw new Error("the organization is not there");
  const policy = { ...organization.policy, maxLifetimeDays: 30, mintableBy: ["owner", "admin"] };
  const measure = (change: string, work: () => Promise<unknown>) => measureOne(instance, stranger, change, work);
  yield await measure("nothing", () => delay(2_000));
  yield await measure("announcements", () => announceEnds(deps));
  yield await measure("policy", () => setPolicy(deps, owner, { organizationId, policy }));
  yield await measure("deletion", () =>
    deleteOrganization(deps, owner, { id: organizationId, name: organization.name }),
  );
}

async function measureOne(
  instance: Instance,
  stranger: SessionActor,
  change: string,
  work: () => Promise<unknown>,
): Promise<LargeFigure> {
  const { deps, verifier, followUps } = instance;
  const organizationId = activeOrganization(stranger);
  const secret = secretOf(watched++);
  await addToken(instance, stranger, secret);
  const [verifications, mints]: [number[], number[]] = [[], []];
  const over = new AbortController();
  const isRunning = (): boolean => !over.signal.aborted;
  const repeat = async (times: number[], pauseMs: number, step: () => unknown): Promise<void> => {
    while (isRunning()) {
      const began = performance.now();
      await step();
      times.push(performance.now() - began);
      await delay(pauseMs);
    }
  };
  const statements = watchStatements();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const others = [
    repeat(verifications, 2, () => verifier.verify(secret, CLIENT)),
    repeat(mints, 50, () => mintToken(deps, stranger, { name: "between", organizationId })),
  ];
  const began = performance.now();
  await work();
  const answerMs = performance.now() - began;
  await followUps.settled();
  const settledMs = performance.now() - began;
  over.abort();
  await Promise.all(others);
  loop.disable();
  return {
    change,
    answerMs,
    settledMs,
    stallMs: loop.max / 1e6,
    verification: spreadOf(verifications),
    mint: spreadOf(mints),
    statementMs: statements.stop(),
  };
}

function spreadOf(times: number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The longest that one statement took, on either engine. */
function watchStatements(): { stop(): number } {
  let longest = 0;
  const note = (began: number): void => void (longest = Math.max(longest, performance.now() - began));
  // oxlint-disable-next-line typescript/unbound-method -- restored later, and called with their own `this`
  const [{ all }, { exec }, { query }] = [StatementSync.prototype, DatabaseSync.prototype, Client.prototype];
  StatementSync.prototype.all = function (this: StatementSync, ...values: never[]) {
    const began = performance.now();
    const rows = (all as (...given: never[]) => unknown[]).apply(this, values);
    note(began);
    return rows;
  } as typeof all;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    const began = performance.now();
    exec.call(this, sql);
    note(began);
  };
  Client.prototype.query = function (this: Client, ...values: unknown[]) {
    const began = performance.now();
    const answer = (query as (...given: unknown[]) => unknown).apply(this, values);
    if (answer instanceof Promise)
      void answer.then(
        () => note(began),
        () => note(began),
      );
    return answer;
  } as typeof query;
  return {
    stop: () => {
      StatementSync.prototype.all = all;
      DatabaseSync.prototype.exec = exec;
      Client.prototype.query = query;
      return longest;
    },
  };
}

let watched = 0;

/** The token whose verification is measured. Its secret follows from its number. */
async function addToken({ deps }: Instance, { user, session }: SessionActor, secret: string): Promise<void> {
  const organizationId = activeOrganization({ session });
  await deps.store.transaction(async (tx) => {
    const membership = await tx.findMembership(organizationId, user.id);
    if (membership === null) throw new Error("the stranger is no member");
    await tx.insertToken({
      id: newId("token"),
      hash: hash("sha256", secret, "buffer"),
      prefix: secret.slice(0, PREFIX_LENGTH),
      name: "watched",
      userId: user.id,
      organizationId,
      membershipId: membership.id,
      permissions: null,
      createdAt: deps.clock(),
      expiresAt: null,
      replaces: null,
    });
  });
}

async function actAs({ deps }: Instance, userId: UserId, organizationId: OrganizationId): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    const user = await tx.findUser(userId);
    if (user === null) throw new Error("nobody is there");
    const start = { user, organizationId, method: "password", at: deps.clock(), origin: ORIGIN } as const;
    return (await startSession(tx, start)).actor;
  });
}

async function addStranger(instance: Instance): Promise<SessionActor> {
  const [id, organizationId] = [newId("user"), newId("organization")];
  const createdAt = instance.deps.clock();
  await instance.deps.store.transaction(async (tx) => {
    await tx.insertUser({
      id,
      name: "Stranger",
      email: "stranger@example.com",
      passwordHash: "none",
      createdAt,
      instanceAdminAt: null,
    });
    await tx.insertOrganization({ id: organizationId, name: "Stranger", personalOf: id, createdAt });
    const membership = { id: newId("membership"), organizationId, userId: id, role: "owner", joinedAt: createdAt };
    await tx.insertMembership(membership);
  });
  return actAs(instance, id, organizationId);
}
