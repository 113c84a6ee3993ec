// What most test files begin with: an instance that runs for the tests of one suite, and a seed to fill it.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { startInstance, type TestInstance, type TestInstanceOptions } from "./instance.ts";
import { Seed } from "./seed.ts";

/**
 * Starts an instance before the tests of the `describe` that calls this, and closes it after them. The instance can be
 * used in tests and in hooks that are declared after this call, and throws until it runs. Outside a `describe` hooks do
 * not wait for each other.
 */
export function withInstance(options: TestInstanceOptions = {}): {
  readonly instance: TestInstance;
  readonly seed: Seed;
} {
  let started: TestInstance | undefined;
  const running = (): TestInstance =>
    started ?? assert.fail("the instance does not run yet: use it in a test or a hook");
  before(async () => {
    started = await startInstance(options);
  });
  after(() => started?.close());
  const instance = new Proxy({} as TestInstance, {
    get: (_, key) => Reflect.get(running(), key),
    ownKeys: () => Reflect.ownKeys(running()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(running(), key),
  });
  return { instance, seed: new Seed(instance) };
}
