import { setTimeout as delay } from "node:timers/promises";

/** A step that waited for a lock has not kept others for as long. */
const LONGEST_REST_MS = 50;

/**
 * Takes a step after the other until one says that nothing is left, or until the signal. After each the event loop and
 * the database are left to others for as long as the step took: work in the background gets at most half of what there
 * is.
 */
export async function inSteps(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const began = performance.now();
    if (!(await step())) return;
    await delay(Math.min(performance.now() - began, LONGEST_REST_MS));
  }
}
