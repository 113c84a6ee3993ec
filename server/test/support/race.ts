// A race: two requests that meet at every step of either, again and again, on SQLite and on PostgreSQL, and
// what may never be true afterwards. On PostgreSQL each is also run with locks that hold nothing, where it
// must break: otherwise it would prove nothing.
import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { Conflict, type Store } from "../../src/store/store.ts";
import { ENGINES, startInstance, type TestInstance } from "./instance.ts";
import { type Ending, interleave, type LockWatch, type Move, watchLocks, withoutLocks } from "./interleave.ts";

/** Rounds of a race that does not ask for more. `npm run races` runs 500 of each. */
const ROUNDS = Number(process.env["MINTMARK_TEST_ROUNDS"] ?? 50);
/** Rounds that are prepared at once; the pauses are walked one round at a time. */
const AT_ONCE = 10;

export interface Result {
  readonly left: Ending;
  readonly right: Ending;
  /** The side that stood still in its middle while the other began and ended. */
  readonly overtaken: "left" | "right" | null;
}

export interface Round {
  readonly left: Move;
  readonly right: Move;
  /** Asserts what must hold afterwards. */
  readonly check: (result: Result) => Promise<void> | void;
}

export interface Race<Stage> {
  readonly name: string;
  /** At least so many. */
  readonly rounds?: number;
  /** Set when a round needs something that there is one of in the instance, so that one is prepared at a time. */
  readonly alone?: true;
  readonly prepare: (stage: Stage) => Promise<Round>;
}

/** One of the two got through, and the other was refused for this reason. */
export function assertOneWon({ left, right }: Result, refusal: Ending): void {
  assert.deepEqual(left === "ok" ? [left, right] : [right, left], ["ok", refusal]);
}

/** Declares the tests of these races on both engines, on instances with these further environment variables. */
export function describeRaces<Stage>(
  where: string,
  build: (instance: TestInstance) => Stage | Promise<Stage>,
  races: readonly Race<Stage>[],
  env: Readonly<Record<string, string>> = {},
): void {
  for (const engine of ENGINES) {
    describe(`races ${where} on ${engine}`, () => {
      let instance: TestInstance;
      let stage: Stage;
      let locks: LockWatch;
      before(async () => {
        instance = await startInstance({ engine, env });
        stage = await build(instance);
        locks = await watchLocks(instance.databaseUrl);
      });
      after(async () => {
        await locks.close();
        await instance.close();
      });

      for (const race of races) {
        it(`${race.name} (${roundsOf(race)} rounds)`, async () => {
          const overtakings = await walk(race, stage, instance.deps.store, locks);
          assert.ok(overtakings > 0, "one side never overtook the other, so nothing was put to the test");
        });

        if (engine === "postgres") {
          it(`without locks this breaks: ${race.name}`, async () => {
            const broken = walk(race, stage, withoutLocks(instance.deps.store), locks);
            // The invariant breaks, or the schema prevents what the lock should have prevented.
            await assert.rejects(
              broken,
              (error) => error instanceof assert.AssertionError || error instanceof Conflict,
            );
          });
        }
      }
    });
  }
}

/**
 * Walks the pause through every step of either side, at least once and for as many rounds as the race asks for, and
 * returns how often one side overtook the other.
 */
async function walk<Stage>(race: Race<Stage>, stage: Stage, store: Store, locks: LockWatch): Promise<number> {
  const pauseAt = { left: 0, right: 0 };
  const walked = { left: false, right: false };
  const prepared: Round[] = [];
  let overtakings = 0;
  for (let round = 0; round < roundsOf(race) || !walked.left || !walked.right; round++) {
    const side = round % 2 === 0 ? "left" : "right";
    if (prepared.length === 0) prepared.push(...(await prepareSome(race, stage)));
    const { left, right, check } = prepared.pop() as Round;
    const [first, second] = side === "left" ? [left, right] : [right, left];
    const met = await interleave(store, locks, { first, second, pauseAt: pauseAt[side] });
    const isLast = pauseAt[side] >= met.steps;
    walked[side] ||= isLast;
    pauseAt[side] = isLast ? 0 : pauseAt[side] + 1;
    if (met.overtaken) overtakings++;
    const [leftEnding, rightEnding] = side === "left" ? [met.first, met.second] : [met.second, met.first];
    await check({ left: leftEnding, right: rightEnding, overtaken: met.overtaken ? side : null });
  }
  return overtakings;
}

function roundsOf({ rounds = 0 }: { readonly rounds?: number }): number {
  return Math.max(rounds, ROUNDS);
}

/** The next rounds, prepared side by side: that is what takes longest, and nothing races yet. */
function prepareSome<Stage>(race: Race<Stage>, stage: Stage): Promise<readonly Round[]> {
  const count = race.alone === true ? 1 : AT_ONCE;
  return Promise.all(Array.from({ length: count }, () => race.prepare(stage)));
}
