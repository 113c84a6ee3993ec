// The preview of a token policy: verification then refuses exactly the listed tokens; the preview changes nothing.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TokenPolicy } from "@mintmark/core";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { assertRefused, organizationState } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;

interface Item {
  readonly id: string;
  readonly kind: string;
  readonly owner: { readonly name: string };
  readonly lastUsedAt: string | null;
  readonly effect: string;
  readonly blockedBy: string | null;
  readonly losesPermissions: readonly string[];
  readonly becomesReadOnly: boolean;
}

/** Waits until the clock has moved on, so that two uses have different instants. */
async function nextMillisecond(clock: () => number): Promise<void> {
  const before = clock();
  while (clock() <= before) await new Promise(setImmediate);
}

for (const engine of ENGINES) {
  describe(`the preview of a token policy on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const base = `/api/organizations/${organization.id}/token-policy`;
      const session = await seed.session(owner, organization);
      const policy: TokenPolicy = (await session.get(base)).body;
      const preview = (change: object, client: Client = session, query = "") =>
        client.post(`${base}/preview${query}`, { policy: { ...policy, ...change } });
      const put = (change: object) => session.put(base, { ...policy, ...change });
      return { owner, organization, base, session, preview, put };
    }

    it("lists exactly what stops and what is narrowed, with owner and last use, and changes nothing", async () => {
      const { owner, organization, preview, put } = await fixture();
      const now = instance.deps.clock();
      const member = await seed.person();
      await seed.member(organization, member, "member");
      const old = await seed.token(member, organization, { createdAt: now - 40 * DAY_MS, expiresAt: now + DAY_MS });
      const endless = await seed.token(member, organization, { createdAt: now - 3000 });
      const writer = await seed.token(owner, organization, { expiresAt: now + DAY_MS, createdAt: now - 2000 });
      const reader = await seed.token(owner, organization, { expiresAt: now + DAY_MS, permissions: ["members:read"] });
      const key = await seed.apiKey(organization, owner, { expiresAt: now + DAY_MS });
      const revoked = await seed.token(member, organization);
      await revoked.client.delete("/api/personal-access-tokens/current");
      await old.client.get("/api/whoami");
      await instance.uses.flush();
      const before = await organizationState(instance, organization.id);

      const change = { maxLifetimeDays: 30, allowNoExpiry: false, ceiling: { kind: "read-only" } };
      const { status, body } = await preview(change);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.counts, {
        tokens: { live: 4, stop: 2, stopInUse: 1, narrow: 1, becomeReadOnly: 1, resume: 0, networkUnknown: 0 },
        apiKeys: { live: 1, stop: 0, stopInUse: 0, narrow: 1, becomeReadOnly: 1, resume: 0, networkUnknown: 0 },
      });
      assert.equal(body.tokensListed, true);
      const items: readonly Item[] = body.items;
      assert.deepEqual(
        items.map(({ id, effect, blockedBy }) => [id, effect, blockedBy]),
        [
          [old.id, "stops", "policy_lifetime"],
          [endless.id, "stops", "policy_no_expiry"],
          ...[writer.id, key.id]
            .sort()
            .toReversed()
            .map((id) => [id, "narrows", null]),
        ],
      );
      assert.deepEqual(
        items.map((item) => item.owner.name),
        [member.name, member.name, owner.name, owner.name],
      );
      assert.notEqual(items[0]?.lastUsedAt, null);
      assert.equal(items[1]?.lastUsedAt, null);
      assert.ok(items[2]?.becomesReadOnly === true && items[2].losesPermissions.includes("members:write"));
      assert.deepEqual(await organizationState(instance, organization.id), before);

      // The policy then has exactly this effect.
      await put(change);
      const codes = await Promise.all(
        [old, endless, writer, reader, key].map(
          async ({ client }) => (await client.get("/api/whoami")).body.code ?? "ok",
        ),
      );
      assert.deepEqual(codes, ["policy_lifetime", "policy_no_expiry", "ok", "ok", "ok"]);
    });

    it("uses the address of the last use, and counts the tokens without one", async () => {
      const { owner, organization, preview } = await fixture();
      const used = await seed.token(owner, organization);
      await seed.token(owner, organization);
      await used.client.get("/api/whoami");
      await instance.uses.flush();
      const outside = (await preview({ networks: ["203.0.113.0/24"] })).body;
      assert.deepEqual(
        outside.items.map((item: Item) => [item.id, item.blockedBy]),
        [[used.id, "policy_network"]],
      );
      assert.deepEqual([outside.counts.tokens.stop, outside.counts.tokens.networkUnknown], [1, 1]);
      const inside = (await preview({ networks: ["127.0.0.0/8"] })).body;
      assert.deepEqual([inside.items, inside.counts.tokens.stop, inside.counts.tokens.networkUnknown], [[], 0, 1]);
    });

    it("counts the tokens that work again when the policy is loosened, and breaks none by the rule about minting", async () => {
      const { owner, organization, preview, put } = await fixture();
      await seed.token(owner, organization);
      await put({ allowNoExpiry: false });
      const { counts, items } = (await preview({ mintableBy: [], mcp: "off", oversight: "list" })).body;
      assert.deepEqual(items, []);
      assert.deepEqual([counts.tokens.live, counts.tokens.resume, counts.tokens.stop], [0, 1, 0]);
    });

    it("pages through tokens and keys, the worst effect and the latest use first, each once, and counts on the first page", async () => {
      const { owner, organization, preview, session } = await fixture();
      const soon = instance.deps.clock() + DAY_MS;
      const narrowed = (await seed.token(owner, organization, { expiresAt: soon })).id;
      const reader = ["members:read", "organization:read"];
      const narrowedReader = (await seed.token(owner, organization, { expiresAt: soon, permissions: reader })).id;
      const emptied = await seed.token(owner, organization, { expiresAt: soon, permissions: ["audit:read"] });
      const unused = (await seed.token(owner, organization)).id;
      const usedFirst = await seed.token(owner, organization);
      const usedLast = await seed.apiKey(organization, owner);
      for (const { client } of [emptied, usedFirst, usedLast]) {
        await client.get("/api/whoami");
        await instance.uses.flush();
        await nextMillisecond(instance.deps.clock);
      }
      const made = [usedLast.id, usedFirst.id, unused, emptied.id, narrowed, narrowedReader];
      const change = { allowNoExpiry: false, ceiling: { kind: "list", permissions: ["members:read"] } };
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query = `?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`;
        const { body }: { body: { items: Item[]; counts: unknown; nextCursor: string | null } } = await preview(
          change,
          session,
          query,
        );
        assert.equal(body.counts !== null, cursor === null);
        seen.push(...body.items.map(({ id }) => id));
        cursor = body.nextCursor;
      } while (cursor !== null);
      assert.deepEqual(seen, made);
    });

    it("counts members' tokens, and does not list them, where the policy hides them from admins", async () => {
      const { owner, organization, preview, put } = await fixture();
      await seed.token(owner, organization);
      const key = await seed.apiKey(organization, owner);
      await put({ oversight: "audit" });
      const { body } = await preview({ allowNoExpiry: false });
      assert.deepEqual(
        [body.tokensListed, body.counts.tokens.stop, body.items.map(({ id }: Item) => id)],
        [false, 1, [key.id]],
      );
    });

    it("is for callers that may see policy, tokens and keys: a token with exactly these permissions, and not with fewer", async () => {
      const { owner, organization, preview } = await fixture();
      const all = ["policy:read", "tokens:read", "api-keys:read"];
      const { client } = await seed.token(owner, organization, { permissions: all });
      assert.equal((await preview({}, client)).status, 200);
      for (const missing of all) {
        const narrowed = await seed.token(owner, organization, { permissions: all.filter((name) => name !== missing) });
        const { body } = await assertRefused(instance, organization.id, () => preview({}, narrowed.client), [
          403,
          "permission_denied",
        ]);
        assert.deepEqual(body.missingPermissions, [missing]);
      }
    });

    it("refuses every policy that cannot be saved", async () => {
      const { organization, preview, session, base } = await fixture();
      const refuse = (change: object, code: string) =>
        assertRefused(instance, organization.id, () => preview(change), [400, code]);
      await refuse({ maxLifetimeDays: 0 }, "field_invalid");
      await refuse({ networks: ["example.com"] }, "field_invalid");
      await refuse({ mintableBy: ["emperor"] }, "role_unknown");
      await refuse({ ceiling: { kind: "list", permissions: [] } }, "permissions_empty");
      await assertRefused(instance, organization.id, () => session.post(`${base}/preview`, {}), [400, "field_invalid"]);
      const broken = await preview({}, session, "?cursor=!");
      assert.deepEqual([broken.status, broken.body.code], [400, "cursor_invalid"]);
    });
  });
}
