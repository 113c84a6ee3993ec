// Waiting for what a person would wait for. Nothing here sleeps for a fixed time.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 25;

/** Waits until it can be seen. */
export async function seen(locator: Locator): Promise<void> {
  await locator.waitFor({ state: "visible" });
}

/** Waits until it can no longer be seen. */
export async function gone(locator: Locator): Promise<void> {
  await locator.waitFor({ state: "hidden" });
}

/** Waits until the probe returns the expected value. The failure shows the last value. */
export async function becomes<T>(probe: () => T | Promise<T>, expected: T, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let last = await probe();
  while (!isEqual(last, expected) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    last = await probe();
  }
  assert.deepEqual(last, expected, what);
}

function isEqual(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
