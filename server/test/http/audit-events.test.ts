// The organization's audit log over HTTP: complete, filtered, paged, and of this organization only.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ENGINES } from "../support/instance.ts";
import { withInstance } from "../support/with-instance.ts";

interface EventJson {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly organizationId: string;
  readonly requestId: string;
  readonly actor: { readonly id: string };
  readonly target: { readonly kind: string; readonly name: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
}

for (const engine of ENGINES) {
  describe(`the audit log on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    /** An organization in which things happened, and the way to ask its log. */
    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const session = await seed.session(owner, organization);
      const base = `/api/organizations/${organization.id}`;
      const ask = async (filter: Readonly<Record<string, string>> = {}): Promise<EventJson[]> => {
        const { status, body } = await session.get(`${base}/audit-events?${new URLSearchParams(filter).toString()}`);
        assert.equal(status, 200, JSON.stringify(body));
        return body.items;
      };
      return { owner, organization, session, base, ask };
    }

    it("says who did what, through what, from where and to what, and writes times as instants", async () => {
      const { owner, organization, base, ask } = await fixture();
      const token = await seed.token(owner, organization, { name: "Laptop" });
      const client = token.client.with({ "User-Agent": "audit-test/1" });
      await client.post(`${base}/invitations`, { email: "guest@example.com", role: "viewer" });
      const [event] = await ask({ action: "member.invited" });
      assert.ok(event !== undefined);
      const { id, at, requestId, details, target, ...rest } = event;
      assert.match(id, /^evt_[0-9a-f]{32}$/);
      assert.match(at, /Z$/);
      assert.match(requestId, /^[0-9a-f]{32}$/);
      assert.deepEqual([target?.kind, target?.name], ["invitation", "guest@example.com"]);
      assert.deepEqual(rest, {
        organizationId: organization.id,
        organizationExternalId: null,
        actor: { kind: "user", id: owner.id, name: owner.name, externalId: null },
        via: { kind: "pat", id: token.id, name: "Laptop" },
        action: "member.invited",
        outcome: "ok",
        ip: "127.0.0.1",
        userAgent: "audit-test/1",
      });
      assert.equal(details["role"], "viewer");
      assert.match(String(details["expiresAt"]), /^\d{4}-\d\d-\d\dT.*Z$/);
    });

    it("filters by actor, action, credential and time", async () => {
      const { owner, organization, session, base, ask } = await fixture();
      const key = await seed.apiKey(organization, owner);
      await session.patch(base, { name: "One" });
      await key.client.patch(base, { name: "Two" });
      await session.delete(`${base}/api-keys/${key.id}`);
      const actions = (events: readonly EventJson[]) => events.map(({ action }) => action).sort();
      assert.deepEqual(actions(await ask({ actor: key.id, action: "organization.renamed" })), ["organization.renamed"]);
      assert.deepEqual(actions(await ask({ actor: owner.id })), ["api_key.revoked", "organization.renamed"]);
      const ofKey = actions(await ask({ credential: key.id }));
      assert.deepEqual(
        ofKey.filter((action) => action !== "api_key.used"),
        ["api_key.revoked", "organization.renamed"],
      );
      const [revoked] = await ask({ action: "api_key.revoked" });
      const at = revoked?.at ?? assert.fail();
      assert.ok(
        (await ask({ from: at })).some(({ id }) => id === revoked?.id),
        "from is inclusive",
      );
      assert.ok(
        (await ask({ to: at })).every(({ id }) => id !== revoked?.id),
        "to is exclusive",
      );
      assert.deepEqual(await ask({ from: "2999-01-01T00:00:00+02:00" }), []);
      assert.deepEqual(await ask({ actor: "usr_00000000000000000000000000000000" }), []);
    });

    it("filters by several actions, by all with the same prefix, and by outcome", async () => {
      const { owner, organization, session, base, ask } = await fixture();
      const key = await seed.apiKey(organization, owner, { role: "viewer" });
      await session.patch(base, { name: "One" });
      await session.post(`${base}/invitations`, { email: "guest@example.com", role: "viewer" });
      await key.client.get("/forward-auth?permission=members:write");
      await instance.uses.flush();
      await session.delete(`${base}/api-keys/${key.id}`);
      const actions = async (filter: Readonly<Record<string, string>>) =>
        (await ask(filter)).map(({ action }) => action).sort();
      assert.deepEqual(await actions({ action: "api_key." }), ["api_key.denied", "api_key.revoked"]);
      assert.deepEqual(await actions({ action: "member.invited,organization." }), [
        "member.invited",
        "organization.renamed",
      ]);
      assert.deepEqual(await actions({ outcome: "denied" }), ["api_key.denied"]);
      assert.deepEqual(await actions({ outcome: "ok", action: "api_key.", credential: key.id }), ["api_key.revoked"]);
      assert.deepEqual(await actions({ action: "session." }), []);
    });

    it("pages newest first, each event once", async () => {
      const { session, base } = await fixture();
      for (let count = 0; count < 5; count++) await session.patch(base, { name: `Name ${count}` });
      const seen: EventJson[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const { body } = await session.get(`${base}/audit-events?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
        seen.push(...body.items);
        cursor = body.nextCursor;
      }
      assert.equal(seen.length, 5);
      assert.equal(new Set(seen.map(({ id }) => id)).size, 5);
      const instants = seen.map(({ at }) => at);
      assert.deepEqual(instants, instants.toSorted().toReversed());
    });

    it("is of this organization only, whatever the filter names", async () => {
      const one = await fixture();
      const other = await seed.organization(one.owner);
      const token = await seed.token(one.owner, other);
      await token.client.patch(`/api/organizations/${other.id}`, { name: "Elsewhere" });
      assert.deepEqual(await one.ask(), []);
      assert.deepEqual(await one.ask({ credential: token.id }), []);
      assert.deepEqual(await one.ask({ actor: one.owner.id }), []);
    });

    it("is read by token and key with audit:read, and refuses filters it does not know", async () => {
      const { owner, organization, session, base } = await fixture();
      const token = await seed.token(owner, organization, { permissions: ["audit:read"] });
      const key = await seed.apiKey(organization, owner);
      for (const { client } of [token, key]) assert.equal((await client.get(`${base}/audit-events`)).status, 200);
      for (const [query, code] of [
        ["action=pat.exploded", "field_invalid"],
        ["action=pat.created,", "field_invalid"],
        ["action=pat", "field_invalid"],
        ["action=.", "field_invalid"],
        ["outcome=maybe", "field_invalid"],
        ["from=yesterday", "field_invalid"],
        ["organizationId=x", "field_unknown"],
        ["actor=a&actor=b", "field_invalid"],
        ["cursor=!", "cursor_invalid"],
      ] as const) {
        const { status, body } = await session.get(`${base}/audit-events?${query}`);
        assert.deepEqual([status, body.code], [400, code], query);
      }
    });
  });
}
