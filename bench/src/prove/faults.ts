// The faults of a run, one at a time and chosen by the seed. Each fault undoes itself and reports how long it lasted.
import { setTimeout as sleep } from "node:timers/promises";
import type { History } from "./history.ts";
import type { Link } from "./link.ts";
import type { Random } from "./random.ts";
import type { Replica } from "./replica.ts";

/** The parts of a run that a fault can affect. */
export interface Stage {
  readonly replicas: readonly Replica[];
  /** The connection of each replica to its database. There is none with SQLite. */
  readonly links: readonly Link[];
  readonly random: Random;
  /** Holds a database lock, as a forgotten transaction of an operator does. */
  readonly holdLock: (ms: number) => Promise<void>;
  /** Ends the database server as a crash does and starts it again. There is none with SQLite. */
  readonly crashDatabase: (() => Promise<void>) | null;
  /** The path of libfaketime, or `null` if it is not installed. */
  readonly faketime: string | null;
}

type Fault = (stage: Stage) => Promise<void>;

const SHORTEST_MS = 100;
const LONGEST_MS = 6_000;
/** Between two faults everything works, and verification must not stall. */
const CALM_MS = 4_000;

const duration = ({ random }: Stage): number => random.between(SHORTEST_MS, LONGEST_MS);

/** A process that the machine does not run for a while: paging, a paused virtual machine, a debugger. */
const pause: Fault = async (stage) => {
  const replica = stage.random.pick(stage.replicas);
  replica.signal("SIGSTOP");
  await sleep(duration(stage));
  replica.signal("SIGCONT");
};

const kill: Fault = async (stage) => {
  const replica = stage.random.pick(stage.replicas);
  await replica.kill();
  await sleep(stage.random.between(0, 1_000));
  await replica.start();
};

/** A replica whose wall clock is two hours ahead or behind. */
const wrongClock: Fault = async (stage) => {
  if (stage.faketime === null) return;
  const replica = stage.random.pick(stage.replicas);
  await replica.kill();
  await replica.start({
    LD_PRELOAD: stage.faketime,
    FAKETIME: stage.random.pick(["+2h", "-2h"]),
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  });
  await sleep(LONGEST_MS);
  await replica.kill();
  await replica.start();
};

const held =
  (weather: { readonly holdsUp?: boolean; readonly holdsDown?: boolean; readonly lagMs?: number }): Fault =>
  async (stage) => {
    const link = stage.random.pick(stage.links);
    link.set(weather);
    await sleep(duration(stage));
    link.set({});
  };

const cut: Fault = async (stage) => {
  const link = stage.random.pick(stage.links);
  link.set({ holdsUp: true, holdsDown: true });
  await sleep(duration(stage));
  link.reset();
};

const lock: Fault = async (stage) => stage.holdLock(duration(stage));

const crash: Fault = async ({ crashDatabase }) => crashDatabase?.();

const ANY_ENGINE = { pause, kill, "wrong clock": wrongClock, "held lock": lock } as const;

/** The faults of a run by their names. */
function faultsFor(stage: Stage): Readonly<Record<string, Fault>> {
  if (stage.links.length === 0) return ANY_ENGINE;
  return {
    ...ANY_ENGINE,
    "link held, then delivered": held({ holdsUp: true, holdsDown: true }),
    "link cut": cut,
    "nothing reaches the database": held({ holdsUp: true }),
    "nothing comes back from the database": held({ holdsDown: true }),
    "slow link": held({ lagMs: 150 }),
    "database crash": crash,
  };
}

/** Injects faults until `isOver`, with pauses between them, and each kind once before any repeats. Reports each at its end. */
export async function injectFaults(
  stage: Stage,
  history: History,
  isOver: () => boolean,
  tell: (line: string) => void,
): Promise<void> {
  const faults = faultsFor(stage);
  let due: string[] = [];
  while (!isOver()) {
    await sleep(CALM_MS);
    if (due.length === 0) due = Object.keys(faults);
    const kind = stage.random.pick(due);
    due.splice(due.indexOf(kind), 1);
    tell(`${kind} …`);
    const begin = performance.now();
    await faults[kind]?.(stage);
    const end = performance.now();
    history.faults.push({ kind, begin, end });
    tell(`… for ${((end - begin) / 1_000).toFixed(1)} s; ${history.verifications.length} verifications so far`);
  }
}
