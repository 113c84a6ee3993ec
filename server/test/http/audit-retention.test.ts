// The retention of an audit log: people set it, it is in force after a notice, and each deletion is recorded.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AuditEventId, OrganizationId } from "@mintmark/core";
import { newId } from "../../src/secrets/generate.ts";
import { createEventPruning } from "../../src/use-cases/audit.ts";
import type { Deps } from "../../src/use-cases/use-case.ts";
import type { AuditEventRecord } from "../../src/store/store.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { withInstance } from "../support/with-instance.ts";

const DAY_MS = 86_400_000;
const LATE_MS = 15 * 60_000 + 1_000;
const ALL = { limit: 200, after: null };

for (const engine of ENGINES) {
  describe(`audit retention on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const path = `/api/organizations/${organization.id}/audit-retention`;
      const session = await seed.session(owner, organization);
      const put = (days: number | null, client: Client = session) => client.put(path, { days });
      return { owner, organization, path, session, put };
    }

    /** Events of the organization, this many days old. */
    async function age(organizationId: OrganizationId | null, daysOld: readonly number[]): Promise<AuditEventId[]> {
      const events = daysOld.map((days): AuditEventRecord => ({
        id: newId("auditEvent"),
        at: instance.deps.clock() - days * DAY_MS,
        organizationId,
        actor: { kind: "system", id: "test", name: "Test" },
        via: null,
        action: "pat.used",
        target: null,
        outcome: "ok",
        ip: null,
        userAgent: null,
        requestId: null,
        details: {},
      }));
      await instance.deps.store.transaction((tx) => tx.insertAuditEvents(events));
      return events.map(({ id }) => id);
    }

    const eventsIn = async (organizationId: OrganizationId): Promise<readonly AuditEventRecord[]> =>
      (await instance.deps.store.reads.listAuditEvents({ organizationId }, ALL)).items;

    /** The instance some days later. */
    const later = (days: number, settings: Partial<Deps["settings"]> = {}): Deps => ({
      ...instance.deps,
      settings: { ...instance.deps.settings, ...settings },
      clock: () => instance.deps.clock() + days * DAY_MS,
    });

    it("is for ever until it is set, and read with audit:read", async () => {
      const { owner, organization, path, session } = await fixture();
      const never = { days: null, inForceDays: null, effectiveAt: null, instanceDays: null };
      assert.deepEqual((await session.get(path)).body, never);
      const token = await seed.token(owner, organization, { permissions: ["audit:read"] });
      assert.deepEqual((await token.client.get(path)).body, never);
    });

    it("set for the first time is a shortening: it is in force after seven days, and recorded with before and after", async () => {
      const { organization, put, path, session } = await fixture();
      const { status, body } = await put(90);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual([body.days, body.inForceDays, body.instanceDays], [90, null, null]);
      const noticeMs = Date.parse(body.effectiveAt) - instance.deps.clock();
      assert.ok(noticeMs > 7 * DAY_MS - 60_000 && noticeMs <= 7 * DAY_MS);
      assert.deepEqual((await session.get(path)).body, body);
      await put(90);
      const events = await changesIn(instance, organization.id);
      assert.deepEqual(
        events.map(({ action, details }) => [
          action,
          details["before"],
          (details["after"] as { auditRetentionDays: number }).auditRetentionDays,
        ]),
        [["audit.retention_changed", { auditRetentionDays: null, effectiveAt: null }, 90]],
      );
      const longer = await put(400);
      assert.deepEqual(
        [longer.body.days, longer.body.inForceDays],
        [400, null],
        "the unlimited setting is in force until the notice has passed",
      );
      assert.equal((await put(null)).body.inForceDays, null);
    });

    it("needs policy:write, a person and a recent password, and 90 days or more", async () => {
      const { owner, organization, put } = await fixture();
      const refuse = (days: number | null, client: Client, expected: readonly [number, string]) =>
        assertRefused(instance, organization.id, () => put(days, client), expected);
      const session = await seed.session(owner, organization);
      for (const days of [89, 0, -1, 36_501, 90.5]) await refuse(days, session, [400, "field_invalid"]);
      await refuse(90, await seed.session(owner, organization, LATE_MS), [403, "reauthentication_required"]);
      await refuse(90, (await seed.token(owner, organization)).client, [403, "session_required"]);
      await refuse(90, (await seed.apiKey(organization, owner)).client, [403, "session_required"]);
      const member = await seed.person();
      await seed.member(organization, member, "member");
      await refuse(90, await seed.session(member, organization), [403, "permission_denied"]);
    });

    it("deletes nothing before its notice has passed, then older events, and leaves a record that stays", async () => {
      const { organization, put } = await fixture();
      const [old, , young] = await age(organization.id, [200, 100, 80]);
      await put(90);
      await createEventPruning(later(6))();
      assert.ok(
        (await eventsIn(organization.id)).some(({ id }) => id === old),
        "the notice has not passed",
      );
      await createEventPruning(later(8))();
      const left = await eventsIn(organization.id);
      assert.deepEqual(left.map(({ action }) => action).sort(), [
        "audit.pruned",
        "audit.retention_changed",
        "pat.used",
      ]);
      assert.ok(left.some(({ id }) => id === young));
      const [pruned] = left;
      assert.deepEqual([pruned?.action, pruned?.actor.kind, pruned?.details["count"]], ["audit.pruned", "system", 2]);
      const cutOffAt = Number(pruned?.details["cutOffAt"]);
      assert.equal(cutOffAt % DAY_MS, 0, "at the beginning of a day");
      await createEventPruning(later(8))();
      assert.deepEqual(await eventsIn(organization.id), left, "a second round on the day finds nothing");
      await createEventPruning(later(1000))();
      const atLast = await eventsIn(organization.id);
      assert.ok(
        atLast.some(({ id }) => id === pruned?.id),
        "the record of a deletion is not deleted",
      );
      assert.ok(atLast.every(({ action }) => action === "audit.pruned"));
    });

    it("deletes more than fits into one transaction part by part, and records each part", async () => {
      const { organization, put } = await fixture();
      await put(90);
      await age(
        organization.id,
        Array.from({ length: 1100 }, () => 300),
      );
      await createEventPruning(later(8))();
      const counts = (await eventsIn(organization.id))
        .filter(({ action }) => action === "audit.pruned")
        .map(({ details }) => Number(details["count"]));
      assert.deepEqual(
        counts.sort((a, b) => b - a),
        [200, 200, 200, 200, 200, 100],
      );
    });

    it("by the instance's default covers organizations without a setting, and events outside of organizations", async () => {
      const [{ organization: follows }, { organization: keeps, put }] = [await fixture(), await fixture()];
      await put(365);
      const [old] = await age(follows.id, [100]);
      const [kept] = await age(keeps.id, [100]);
      const [nobodys] = await age(null, [100]);
      const round = createEventPruning(later(8, { auditRetentionDays: 90 }));
      // Rounds go through all organizations of this suite, some at a time.
      for (let rounds = 0; rounds < 5; rounds++) await round();
      assert.ok(!(await eventsIn(follows.id)).some(({ id }) => id === old));
      assert.ok((await eventsIn(keeps.id)).some(({ id }) => id === kept));
      const system = (await instance.deps.store.reads.listAuditEvents({ actorId: "test" }, ALL)).items;
      assert.ok(!system.some(({ id }) => id === nobodys));
    });

    it("takes effect if it is prolonged just before a round deletes", async () => {
      const { organization, put } = await fixture();
      const [old] = await age(organization.id, [300]);
      await put(90);
      const deps = later(8);
      const { store } = deps;
      let prolonged = false;
      const interrupted: Deps = {
        ...deps,
        store: Object.assign(Object.create(store) as Deps["store"], {
          reads: store.reads,
          transaction: async (...args: Parameters<Deps["store"]["transaction"]>) => {
            if (!prolonged) {
              prolonged = true;
              await store.transaction((tx) =>
                tx.setAuditRetention(organization.id, { days: 365, effectiveAt: 0, untilThen: null }),
              );
            }
            return store.transaction(...args);
          },
        }),
      };
      await createEventPruning(interrupted)();
      assert.ok(prolonged);
      assert.ok((await eventsIn(organization.id)).some(({ id }) => id === old));
    });
  });
}
