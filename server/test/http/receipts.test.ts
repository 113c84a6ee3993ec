// A receipt says what confirmed its change, also beside a replica that never applies anything. Every way to repeat a
// revocation waits as long as the first one.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client as Database } from "pg";
import type { Reply } from "../support/client.ts";
import { withInstance } from "../support/with-instance.ts";

/** A lease lasts 2 s. A repeated revocation that does not wait returns about 2 s before the first one. */
const EARLY_MS = 1_000;

describe("receipts on postgres", () => {
  const { instance, seed } = withInstance({ engine: "postgres" });

  it("say what confirmed a revocation, and a repeated one returns no earlier than the first", async () => {
    const owner = await seed.person();
    const token = await seed.token(owner, owner.personal);
    const session = await seed.session(owner);
    const path = `/api/personal-access-tokens/${token.id}`;
    const database = new Database({ connectionString: instance.databaseUrl ?? assert.fail() });
    await database.connect();
    try {
      await database.query(`insert into replicas
        (id, name, version, inc, applied, renewals, state, lease_ms, registered_at, renewed_at, waits)
        values ('rep_silent', 'silent:1', '0.0.0', 1, 0, 0, 'live', 2000, 0, 0, '[]')`);
      const first = timed(session.delete(path));
      do assert.equal((await database.query("select 1")).rowCount, 1);
      while ((await instance.deps.store.reads.findToken(token.id))?.revokedAt === null);
      const repeated = await Promise.all([
        timed(session.delete(path)),
        timed(instance.client().sendForm("/oauth2/revoke", { token: token.secret })),
        timed(instance.client().post("/api/credentials/revoke", { credentials: [token.secret] })),
      ]);
      const { reply, endedAt } = await first;
      assert.deepEqual([reply.status, reply.body.confirmedBy, reply.body.replicas], [200, "lease", 1]);
      assert.ok(reply.body.waitedMs >= 2_000, JSON.stringify(reply.body));
      assert.equal(repeated[0].reply.body.at, reply.body.at);
      for (const one of repeated) {
        assert.ok(one.reply.status < 300, JSON.stringify(one.reply.body));
        assert.ok(one.endedAt > endedAt - EARLY_MS, `${Math.round(endedAt - one.endedAt)} ms earlier than the first`);
      }
      const next = await seed.token(owner, owner.personal);
      assert.equal((await session.delete(`/api/personal-access-tokens/${next.id}`)).body.confirmedBy, "single");
    } finally {
      await database.end();
    }
  });
});

async function timed(reply: Promise<Reply>): Promise<{ readonly reply: Reply; readonly endedAt: number }> {
  return { reply: await reply, endedAt: performance.now() };
}
