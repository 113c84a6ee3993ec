import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLater } from "../../src/background.ts";

describe("work for which a response does not wait", () => {
  it("begins after the present turn, and settled() waits for all of it, also for the work that it begins itself", async () => {
    const done: string[] = [];
    const later = createLater((error) => assert.fail(String(error)));
    later.run(async () => {
      done.push("first");
      later.run(async () => {
        await Promise.resolve();
        done.push("second");
      });
    });
    assert.deepEqual(done, []);
    await later.settled();
    assert.deepEqual(done, ["first", "second"]);
  });

  it("reports a failure and goes on", async () => {
    const failures: unknown[] = [];
    const later = createLater((error) => failures.push(error));
    const failure = new Error("no mail server");
    later.run(() => Promise.reject(failure));
    later.run(() => {
      throw failure;
    });
    await later.settled();
    assert.deepEqual(failures, [failure, failure]);
  });
});
