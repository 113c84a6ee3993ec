import { setTimeout as delay } from "node:timers/promises";

/** The longest pause: a step that waited for a lock did not block others for all of its time. */
const LONGEST_REST_MS = 50;

/**
 * Runs steps until one returns `false` (nothing is left), or until the signal. Pauses after each step for as long as the
 * step took, so background work uses at most half of the event loop and the database.
 */
export async function inSteps(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const began = performance.now();
    if (!(await step())) return;
    await delay(Math.min(performance.now() - began, LONGEST_REST_MS));
  }
}
