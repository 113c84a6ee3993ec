import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startPgbouncer } from "../../../tests/support/pgbouncer.ts";
import { addMember, addToken, newHash } from "./contract/samples.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { openPostgres } from "./open-stores.ts";

describe("a pooler in front of PostgreSQL", () => {
  test("in session mode verification and changes work, and it is ready", (t) =>
    withPooler(t, "session", async (store) => {
      await store.migrate();
      const { hash } = await addToken(store, await addMember(store));
      const lookups = Array.from({ length: 50 }, (_, index) =>
        Promise.try(() => store.findForVerification("pat", index % 2 === 0 ? hash : newHash())),
      );
      assert.equal((await Promise.all(lookups)).filter((facts) => facts !== null).length, 25);
      assert.equal(await store.whyNotReady(), null);
    }));

  test("in transaction mode a start is refused and it is never ready, and both say what to do", (t) =>
    withPooler(t, "transaction", async (store) => {
      await assert.rejects(store.migrate(), (error) => error instanceof StoreUnavailable && error.outage === "pooler");
      for (let round = 0; round < 20; round++) {
        assert.match((await store.whyNotReady()) ?? "ready", /pooler .* Set it to session mode/);
      }
      // Also while other clients use the pooler, whichever session each of them gets.
      const others = Array.from({ length: 10 }, () =>
        Promise.try(() => store.findForVerification("pat", newHash())).catch(() => null),
      );
      assert.match((await store.whyNotReady()) ?? "ready", /pooler/);
      await Promise.all(others);
    }));
});

async function withPooler(
  t: { skip(reason: string): void },
  mode: "session" | "transaction",
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const opened = await openPostgres();
  const pooler = await startPgbouncer(opened.url, mode);
  try {
    if (typeof pooler === "string") return t.skip(pooler);
    const store = await openPostgresStore({ url: pooler.url, defaultPolicy: DEFAULT_POLICY });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  } finally {
    if (typeof pooler !== "string") await pooler.stop();
    await opened.close();
  }
}
