import { setTimeout as delay } from "node:timers/promises";

/**
 * Does together what the callbacks of one turn of the event loop ask for one by one. The work begins after
 * the last of them was called (`setImmediate` runs when the sockets of the turn were read), so whatever was
 * true when it was asked for is known to it.
 */
export function oncePerTurn<T>(work: (asked: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  const run = (): void => {
    const asked = waiting;
    waiting = [];
    work(asked);
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(run);
  };
}

/** Lets what came in meanwhile be answered: long work on an embedded database waits for no socket by itself. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The longest pause: a step that waited for a lock did not block others for all of its time. */
const LONGEST_REST_MS = 50;

/**
 * Runs steps until one returns `false` (nothing is left), or until the signal. Pauses after each step for as long as it
 * took, so background work uses at most half of the event loop and the database.
 */
export async function inSteps(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const began = performance.now();
    if (!(await step())) return;
    await delay(Math.min(performance.now() - began, LONGEST_REST_MS));
  }
}
