// The registry of open streams alone: its behaviour when the store cannot be read, and its reads.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createStreams, MOST_STREAMS, type OpenStream, type Streams } from "../../src/mcp/streams.ts";
import type { Recheck } from "../../src/verify/verifier.ts";

interface Watched {
  readonly ended: Promise<void>;
  readonly changes: () => number;
  readonly stream: OpenStream;
}

function stream(credentialId = "pat_1"): Watched {
  const ended = Promise.withResolvers<void>();
  let changes = 0;
  return {
    ended: ended.promise,
    changes: () => changes,
    stream: {
      credentialId,
      person: "usr_1",
      key: { kind: "pat", hash: new Uint8Array(32) },
      client: { ip: null, userAgent: null },
      tools: "whoami",
      end: ended.resolve,
      toolsChanged: () => void changes++,
    },
  };
}

/** A verdict that time does not change. */
const LIVES = { ok: true, until: Number.POSITIVE_INFINITY } as Extract<Recheck, { ok: true }>;
/** Something was committed since the last read. */
const always = (): (() => Promise<string>) => {
  let commits = 0;
  return () => Promise.resolve(String(commits++));
};

describe("the registry of streams", () => {
  it("ends every stream when the store cannot be read, and reports it", async () => {
    const errors: unknown[] = [];
    const unavailable = new Error("no database");
    const streams = createStreams({
      verifier: { recheck: () => Promise.reject(unavailable), mark: always() },
      toolsOf: () => "whoami",
      clock: Date.now,
      onCount: () => {},
      onError: (error) => errors.push(error),
    });
    const open = [stream(), stream("pat_2")];
    for (const { stream } of open) streams.watch(stream);
    await Promise.all(open.map(({ ended }) => ended));
    assert.deepEqual(errors, [unavailable]);
  });

  it("ends every stream when the read does not return", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let isOver = false;
    const streams = createStreams({
      verifier: { recheck: () => new Promise(() => {}), mark: always() },
      toolsOf: () => "whoami",
      clock: Date.now,
      onCount: () => {},
      onError: () => (isOver = true),
    });
    const open = stream();
    streams.watch(open.stream);
    for (let waited = 0; waited < 2900; waited += 100) {
      t.mock.timers.tick(100);
      await new Promise((next) => setImmediate(next));
      assert.ok(!isOver);
    }
    t.mock.timers.tick(1000);
    await open.ended;
    assert.ok(isOver);
  });

  it("reads once for all streams, and not at all when none is open", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let asked = 0;
    const counts: number[] = [];
    const streams = createStreams({
      verifier: { recheck: () => Promise.resolve(LIVES).finally(() => void asked++), mark: always() },
      toolsOf: () => "whoami",
      clock: Date.now,
      onCount: (open) => counts.push(open),
      onError: (error) => assert.fail(String(error)),
    });
    /** A timer, and what follows from it. */
    const round = async (): Promise<void> => {
      t.mock.timers.tick(50);
      await new Promise((next) => setImmediate(next));
    };
    const leave = Array.from({ length: 10 }, (_, index) => streams.watch(stream(`pat_${index}`).stream));
    await round();
    assert.equal(asked, 10);
    await round();
    assert.equal(asked, 20);
    for (const one of [...leave, ...leave]) {
      assert.ok(typeof one === "function");
      one();
    }
    assert.equal(counts.at(-1), 0);
    await round();
    await round();
    assert.equal(asked, 20);
    streams.watch(stream().stream);
    await round();
    assert.equal(asked, 21);
  });

  it("reads nothing while nothing is committed and nothing expires", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let [mark, now, read] = ["one", 0, 0];
    const streams = createStreams({
      verifier: {
        recheck: () => {
          read++;
          return Promise.resolve(now < 1000 ? { ...LIVES, until: 1000 } : { ok: false, code: "token_expired" });
        },
        mark: () => Promise.resolve(mark),
      },
      toolsOf: () => "whoami",
      clock: () => now,
      onCount: () => {},
      onError: (error) => assert.fail(String(error)),
    });
    const round = async (): Promise<number> => {
      t.mock.timers.tick(50);
      await new Promise((next) => setImmediate(next));
      return read;
    };
    const open = stream();
    streams.watch(open.stream);
    assert.deepEqual([await round(), await round()], [1, 1]);
    mark = "two";
    assert.deepEqual([await round(), await round()], [2, 2]);
    streams.watch(stream("pat_2").stream);
    assert.deepEqual([await round(), await round()], [3, 3]);
    now = 1000;
    assert.equal(await round(), 5);
    await open.ended;
  });

  it("notifies of other tools once for each change, and ends a stream that is opened after it was closed", async () => {
    let tools = "whoami";
    let rounds = 0;
    let twice = Promise.withResolvers<void>();
    const streams = createStreams({
      verifier: {
        recheck: async () => {
          if (++rounds % 3 === 0) twice.resolve();
          return LIVES;
        },
        mark: always(),
      },
      toolsOf: () => tools,
      clock: Date.now,
      onCount: () => {},
      onError: (error) => assert.fail(String(error)),
    });
    const open = stream();
    streams.watch(open.stream);
    await twice.promise;
    assert.equal(open.changes(), 0);
    tools = "whoami list_members";
    twice = Promise.withResolvers<void>();
    await twice.promise;
    twice = Promise.withResolvers<void>();
    await twice.promise;
    assert.equal(open.changes(), 1);
    streams.close();
    await open.ended;
    const late = stream();
    streams.watch(late.stream);
    await late.ended;
  });
});

describe("bounds on streams", () => {
  const verifier = { recheck: () => new Promise<never>(() => {}), mark: () => new Promise<never>(() => {}) };
  const open = (streams: Streams, person: string, credentialId: string): (() => void) | string =>
    streams.watch({ ...stream(credentialId).stream, person });
  const create = (): Streams =>
    createStreams({ verifier, toolsOf: () => "", clock: () => 0, onCount: () => {}, onError: () => {} });

  it("one person with all their tokens gets a sixteenth of all streams, and other people can still open theirs", () => {
    const streams = create();
    let taken = 0;
    for (let token = 0; token < 1_000; token++)
      for (let stream = 0; stream < MOST_STREAMS.credential; stream++)
        if (typeof open(streams, "usr_greedy", `pat_${token}`) === "function") taken++;
    assert.equal(taken, MOST_STREAMS.person);
    assert.equal(taken * 16, MOST_STREAMS.instance);
    assert.equal(open(streams, "usr_greedy", "pat_new"), "person");
    assert.equal(typeof open(streams, "usr_other", "pat_other"), "function");
    streams.close();
  });

  it("each refusal names its bound, and a closed stream makes room", () => {
    const streams = create();
    const leaves: (() => void)[] = [];
    for (let person = 0; person < 16; person++)
      for (let stream = 0; stream < MOST_STREAMS.person; stream++) {
        const leave = open(streams, `usr_${person}`, `pat_${person}_${stream % 4}`);
        assert.ok(typeof leave === "function");
        leaves.push(leave);
      }
    assert.equal(open(streams, "usr_late", "pat_late"), "instance");
    assert.equal(open(streams, "usr_0", "pat_0_0"), "credential");
    assert.equal(open(streams, "usr_0", "pat_0_new"), "person");
    const [first] = leaves;
    first?.();
    // Leaving twice has the effect of leaving once.
    first?.();
    assert.equal(typeof open(streams, "usr_late", "pat_late"), "function");
    assert.equal(open(streams, "usr_late", "pat_late"), "instance");
    streams.close();
  });
});
