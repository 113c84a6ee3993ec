// Passwords are hashed in turn: few at once, few in the queue, nobody more than their share, and known people before
// strangers. Here a hash is a promise that the test settles.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type HashedFor,
  PasswordQueue,
  PasswordQueueFull,
  type QueueSize,
  type Standing,
} from "../../src/secrets/password-queue.ts";
import { Refusal } from "../../src/use-cases/use-case.ts";
import { Turns } from "../../src/use-cases/limits/sign-in.ts";

interface Bench {
  /** Asks for a hash; it ends when `finish` is called for it. */
  readonly ask: (name: string, standing?: Standing, source?: string) => Promise<string>;
  readonly started: string[];
  readonly finish: (name: string) => Promise<void>;
}

function bench(size: Omit<QueueSize, "waitMs">, now: () => number = () => 0): Bench {
  const queue = new PasswordQueue({ ...size, waitMs: 2000 }, now);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    ask: (name, standing = "stranger", source = name) => {
      const by: HashedFor = { standing, sources: [source] };
      return queue.run(by, () => {
        started.push(name);
        return new Promise((resolve) => ends.set(name, () => resolve(name)));
      });
    },
    finish: async (name) => {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("the queue of password hashing", () => {
  it("runs no more at once than its limit, and the others in the order of their arrival", async () => {
    const { ask, started, finish } = bench({ atOnce: 2, waiting: 10, share: 10 });
    const all = Promise.all(["a", "b", "c", "d"].map((name) => ask(name)));
    assert.deepEqual(started, ["a", "b"]);
    await finish("b");
    assert.deepEqual(started, ["a", "b", "c"]);
    for (const name of ["a", "c", "d"]) await finish(name);
    assert.deepEqual(await all, ["a", "b", "c", "d"]);
  });

  it("refuses a request at once if it has no room, without hashing, and has room again afterwards", async () => {
    const { ask, started, finish } = bench({ atOnce: 1, waiting: 2, share: 10 });
    const all = ["a", "b", "c"].map((name) => ask(name));
    await assert.rejects(ask("d"), PasswordQueueFull);
    await finish("a");
    all.push(ask("e"));
    for (const name of ["b", "c", "e"]) await finish(name);
    assert.deepEqual(await Promise.all(all), ["a", "b", "c", "e"]);
    assert.deepEqual(started, ["a", "b", "c", "e"]);
  });

  it("gives no source more than its share, so that others find room", async () => {
    const { ask, finish } = bench({ atOnce: 1, waiting: 4, share: 2 });
    const greedy = [ask("a", "stranger", "net"), ask("b", "stranger", "net")];
    await assert.rejects(ask("c", "stranger", "net"), PasswordQueueFull);
    const other = ask("d", "stranger", "elsewhere");
    for (const name of ["a", "b", "d"]) await finish(name);
    assert.deepEqual(await Promise.all([...greedy, other]), ["a", "b", "d"]);
    const again = ask("e", "stranger", "net");
    await finish("e");
    assert.equal(await again, "e", "a share becomes free again");
  });

  it("has room for known people when strangers fill theirs, and takes them first", async () => {
    const { ask, started, finish } = bench({ atOnce: 1, waiting: 2, share: 10 });
    const all = ["a", "b", "c"].map((name) => ask(name));
    await assert.rejects(ask("d"), PasswordQueueFull);
    all.push(ask("at home", "expected"), ask("signed in", "signed_in"));
    for (const name of ["a", "signed in", "at home", "b", "c"]) await finish(name);
    await Promise.all(all);
    assert.deepEqual(started, ["a", "signed in", "at home", "b", "c"]);
  });

  it("refuses a request that waited too long on a slow machine, without hashing, and continues with the next", async () => {
    let now = 0;
    const { ask, started, finish } = bench({ atOnce: 1, waiting: 10, share: 10 }, () => now);
    const first = ask("a");
    const late = [ask("b"), ask("c")].map((asked) => assert.rejects(asked, PasswordQueueFull));
    now = 1000;
    const next = ask("d");
    now = 2001;
    await finish("a");
    await Promise.all(late);
    await finish("d");
    assert.deepEqual(await Promise.all([first, next]), ["a", "d"]);
    assert.deepEqual(started, ["a", "d"]);
  });

  it("takes a stranger after two known people, however many of them come: nobody's sign-ins lock strangers out", async () => {
    const { ask, started, finish } = bench({ atOnce: 1, waiting: 10, share: 10 });
    const all = [ask("first"), ask("stranger"), ask("home 1", "expected"), ask("in 1", "signed_in")];
    await finish("first");
    for (let nth = 1; nth <= 8; nth++) {
      all.push(ask(`in ${nth + 1}`, "signed_in"));
      await finish(started.at(-1) as string);
    }
    assert.deepEqual(started.slice(0, 6), ["first", "in 1", "in 2", "home 1", "stranger", "in 3"]);
    while (started.length < all.length) await finish(started.at(-1) as string);
    await finish(started.at(-1) as string);
    await Promise.all(all);
  });

  it("refuses a stranger in time if their turn has not come", async () => {
    let now = 0;
    const { ask, started, finish } = bench({ atOnce: 1, waiting: 10, share: 10 }, () => now);
    const all = [ask("in 1", "signed_in"), ask("in 2", "signed_in")];
    const late = assert.rejects(ask("stranger"), PasswordQueueFull);
    now = 1500;
    all.push(ask("in 3", "signed_in"));
    await finish("in 1");
    now = 2001;
    await finish("in 2");
    await late;
    await finish("in 3");
    await Promise.all(all);
    assert.deepEqual(started, ["in 1", "in 2", "in 3"]);
  });

  it("continues after a hash that failed", async () => {
    const queue = new PasswordQueue({ atOnce: 1, waiting: 1, share: 1, waitMs: 2000 });
    const by: HashedFor = { standing: "stranger", sources: ["a"] };
    await assert.rejects(
      queue.run(by, () => Promise.reject(new Error("failed"))),
      /failed/,
    );
    assert.equal(await queue.run(by, () => Promise.resolve("done")), "done");
  });
});

describe("turns at one password", () => {
  it("take two seconds at most", async () => {
    let now = 0;
    const turns = new Turns(() => now);
    let end: () => void = () => undefined;
    const first = turns.run("key", () => new Promise<void>((resolve) => (end = resolve)));
    // The first begins in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    const second = turns.run("key", () => Promise.resolve("looked at"));
    now = 2001;
    const refused = assert.rejects(second, (error) => error instanceof Refusal && error.code === "server_busy");
    end();
    await first;
    await refused;
    assert.equal(await turns.run("key", () => Promise.resolve("looked at")), "looked at");
  });
});
