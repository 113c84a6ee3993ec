import { setTimeout as delay } from "node:timers/promises";

/**
 * Collects the items of one turn of the event loop and processes them together. The work starts after the last call,
 * because `setImmediate` runs after the sockets of the turn were read. So the work sees everything that was true at
 * each call.
 */
export function oncePerTurn<T>(work: (items: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  const run = (): void => {
    const items = waiting;
    waiting = [];
    work(items);
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(run);
  };
}

/** Lets other events run first. Long work on an embedded database would otherwise block every socket. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The longest pause. A step that waited for a lock blocked nothing during that time. */
const LONGEST_PAUSE_MS = 50;

/**
 * Runs steps until one returns `false` (nothing is left) or the signal arrives. Pauses after each step for as long as
 * it took, so background work uses at most half of the event loop and the database.
 */
export async function inSteps(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const began = performance.now();
    if (!(await step())) return;
    await delay(Math.min(performance.now() - began, LONGEST_PAUSE_MS));
  }
}
