// The registry of open streams alone: its behaviour when the store cannot be read, and its reads.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createStreams, MOST_STREAMS, type OpenStream, type Streams } from "../../src/mcp/streams.ts";
import type { AuthorityKey, AuthorityListener } from "../../src/store/store.ts";
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
      dependsOn: [credentialId, "org_1"],
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
/** A store of which nobody reads more than its changes. `commit` names what one concerned. */
function changes() {
  const listeners = new Set<AuthorityListener>();
  return {
    onAuthorityChange: (listener: AuthorityListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readAuthorityChanges: () => Promise.resolve(),
    commit: (key: string, kind: AuthorityKey["kind"] = "token") => {
      for (const listener of listeners) listener([{ kind, key }]);
    },
  };
}

describe("the registry of streams", () => {
  it("ends every stream when the store cannot be read, and reports it", async () => {
    const errors: unknown[] = [];
    const unavailable = new Error("no database");
    const streams = createStreams({
      verifier: { recheck: () => Promise.reject(unavailable) },
      store: changes(),
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
      verifier: { recheck: () => new Promise(() => {}) },
      store: changes(),
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

  it("evaluates a new stream once, then those that a change names, at once, and none when none is open", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const asked: string[] = [];
    const counts: number[] = [];
    const store = changes();
    const streams = createStreams({
      verifier: {
        recheck: (key) => {
          asked.push(String(key.hash[0]));
          return Promise.resolve(LIVES);
        },
      },
      store,
      toolsOf: () => "whoami",
      clock: Date.now,
      onCount: (open) => counts.push(open),
      onError: (error) => assert.fail(String(error)),
    });
    /** The time, and what follows from it. */
    const after = async (ms: number): Promise<readonly string[]> => {
      t.mock.timers.tick(ms);
      await new Promise((next) => setImmediate(next));
      return asked.splice(0).sort();
    };
    const open = (index: number) => {
      const { stream: one } = stream(`pat_${index}`);
      const key = { kind: "pat", hash: Uint8Array.of(index) } as const;
      return streams.watch({ ...one, key, dependsOn: [`pat_${index}`, `org_${index % 2}`] });
    };
    const leave = [0, 1, 2, 3].map(open);
    assert.deepEqual(await after(0), ["0", "1", "2", "3"]);
    assert.deepEqual(await after(50), []);
    store.commit("pat_2");
    assert.deepEqual(await after(0), ["2"]);
    store.commit("org_1", "organization");
    store.commit("pat_other");
    assert.deepEqual(await after(0), ["1", "3"]);
    store.commit("", "all");
    assert.deepEqual(await after(0), ["0", "1", "2", "3"]);
    assert.deepEqual(await after(50), []);
    for (const one of [...leave, ...leave]) {
      assert.ok(typeof one === "function");
      one();
    }
    assert.equal(counts.at(-1), 0);
    store.commit("org_1", "organization");
    assert.deepEqual(await after(50), []);
    open(4);
    assert.deepEqual(await after(50), ["4"]);
  });

  it("evaluates a stream again that a change concerns while it is evaluated", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const store = changes();
    let asked = 0;
    const streams = createStreams({
      verifier: {
        recheck: async () => {
          // The facts were read; the change is committed before the result is there.
          if (++asked === 1) store.commit("pat_1");
          return asked === 1 ? LIVES : { ok: false, code: "token_revoked" };
        },
      },
      store,
      toolsOf: () => "whoami",
      clock: Date.now,
      onCount: () => {},
      onError: (error) => assert.fail(String(error)),
    });
    const open = stream();
    streams.watch(open.stream);
    for (let round = 0; round < 2; round++) {
      t.mock.timers.tick(0);
      await new Promise((next) => setImmediate(next));
    }
    await open.ended;
    assert.equal(asked, 2);
  });

  it("learns of the changes of other processes within 50 ms, and of the end of time", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let [now, read, committed] = [0, 0, false];
    const store = changes();
    const streams = createStreams({
      verifier: {
        recheck: () => {
          read++;
          return Promise.resolve(now < 1000 ? { ...LIVES, until: 1000 } : { ok: false, code: "token_expired" });
        },
      },
      store: {
        ...store,
        readAuthorityChanges: async () => {
          if (committed) store.commit("pat_1");
          committed = false;
        },
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
    committed = true;
    assert.deepEqual([await round(), await round()], [2, 2]);
    now = 1000;
    assert.equal(await round(), 3);
    await open.ended;
  });

  it("notifies of other tools once for each change, and ends a stream that is opened after it was closed", async () => {
    let tools = "whoami";
    let asked = Promise.withResolvers<void>();
    const store = changes();
    const streams = createStreams({
      verifier: {
        recheck: async () => {
          setImmediate(asked.resolve);
          return LIVES;
        },
      },
      store,
      toolsOf: () => tools,
      clock: Date.now,
      onCount: () => {},
      onError: (error) => assert.fail(String(error)),
    });
    const open = stream();
    streams.watch(open.stream);
    await asked.promise;
    assert.equal(open.changes(), 0);
    tools = "whoami list_members";
    for (let change = 0; change < 2; change++) {
      asked = Promise.withResolvers<void>();
      store.commit("org_1", "organization");
      await asked.promise;
    }
    assert.equal(open.changes(), 1);
    streams.close();
    await open.ended;
    const late = stream();
    streams.watch(late.stream);
    await late.ended;
  });
});

describe("bounds on streams", () => {
  const verifier = { recheck: () => new Promise<never>(() => {}) };
  const open = (streams: Streams, person: string, credentialId: string): (() => void) | string =>
    streams.watch({ ...stream(credentialId).stream, person });
  const create = (): Streams =>
    createStreams({
      verifier,
      store: changes(),
      toolsOf: () => "",
      clock: () => 0,
      onCount: () => {},
      onError: () => {},
    });

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
