import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AUDIT_ACTIONS } from "@mintmark/core";
import type { AuditEventRecord, AuditFilter, Store } from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import { actorOf, addMember, addSession, addToken, newEvent, newId, NO_HOST_IDS, T0 } from "./samples.ts";

export function describeAuditEvents(store: () => Store): void {
  describe("audit events", { concurrency: true }, () => {
    test("an event is read as it was written", async () => {
      const { organization, user } = await addMember(store());
      const full = newEvent({
        organizationId: organization.id,
        actor: actorOf(user),
        via: { kind: "pat", id: newId("token"), name: "deploy" },
        action: "member.role_changed",
        target: { kind: "membership", id: newId("membership"), name: "Grace" },
        outcome: "denied",
        ip: "2001:db8::1",
        userAgent: "Sample/1",
        requestId: "request",
        details: { before: { role: "member" }, after: { role: "admin" }, list: [1, null, "ü"] },
      });
      await insert(store(), [full]);
      assert.deepEqual((await store().reads.listAuditEvents({ actorId: user.id }, ALL)).items, [
        { ...full, hostIds: NO_HOST_IDS },
      ]);
      const bare = newEvent({ actor: { kind: "system", id: newId("service"), name: "" } });
      await insert(store(), [bare]);
      assert.deepEqual((await store().reads.listAuditEvents({ actorId: bare.actor.id }, ALL)).items, [
        { ...bare, hostIds: NO_HOST_IDS },
      ]);
    });

    test("many events may be written at once, or none", async () => {
      const actor = actorOf({ id: newId("user"), name: "Ada" });
      const events = Array.from({ length: 450 }, (_, index) => newEvent({ actor, at: T0 + index }));
      await insert(store(), events);
      await insert(store(), []);
      const first = await store().reads.listAuditEvents({ actorId: actor.id }, ALL);
      assert.deepEqual(idsOf(first.items), idsOf(events.slice(-200).toReversed()));
    });

    test("an event of a transaction that is rolled back does not exist", async () => {
      const event = newEvent();
      const failure = new Error("not today");
      const failed = store().transaction(async (tx) => {
        await tx.insertAuditEvents([event]);
        assert.equal((await tx.listAuditEvents({ actorId: event.actor.id }, ALL)).items.length, 1);
        throw failure;
      });
      await assert.rejects(failed, failure);
      assert.deepEqual((await store().reads.listAuditEvents({ actorId: event.actor.id }, ALL)).items, []);
    });

    test("every filter narrows, and several narrow together", async () => {
      const { organization, user } = await addMember(store());
      const [organizationId, actor] = [organization.id, actorOf(user)];
      const [first, second, third] = [
        newEvent({ organizationId, actor, at: T0, action: "pat.created" }),
        newEvent({ organizationId, actor, at: T0 + 1, action: "pat.revoked" }),
        newEvent({ organizationId, at: T0 + 2, action: "pat.created" }),
      ] as const;
      await insert(store(), [first, second, third, newEvent({ action: "pat.created" })]);
      const find = (filter: AuditFilter): Promise<string[]> => list(store(), filter);
      assert.deepEqual(await find({ organizationId }), idsOf([third, second, first]));
      assert.deepEqual(await find({ organizationId, actorId: user.id }), idsOf([second, first]));
      assert.deepEqual(await find({ organizationId, actions: ["pat.created"] }), idsOf([third, first]));
      assert.deepEqual(await find({ organizationId, from: T0 + 1 }), idsOf([third, second]));
      assert.deepEqual(await find({ organizationId, to: T0 + 1 }), idsOf([first]));
      assert.deepEqual(await find({ organizationId, from: T0 + 1, to: T0 + 2, actorId: user.id }), idsOf([second]));
      assert.deepEqual(await find({ organizationId: newId("organization") }), []);
    });

    test("several actions and an outcome narrow too, together with the other filters", async () => {
      const { organization, user } = await addMember(store());
      const [organizationId, actor] = [organization.id, actorOf(user)];
      const events = [
        newEvent({ organizationId, actor, at: T0, action: "pat.created" }),
        newEvent({ organizationId, actor, at: T0 + 1, action: "pat.denied", outcome: "denied" }),
        newEvent({ organizationId, at: T0 + 2, action: "policy.changed" }),
        newEvent({ organizationId, at: T0 + 3, action: "session.created", outcome: "denied" }),
      ] as const;
      await insert(store(), [...events, newEvent({ action: "pat.denied", outcome: "denied" })]);
      const find = (filter: AuditFilter): Promise<string[]> => list(store(), { organizationId, ...filter });
      assert.deepEqual(await find({ actions: ["pat.created", "policy.changed"] }), idsOf([events[2], events[0]]));
      assert.deepEqual(await find({ actions: ["pat.created", "policy.changed"], to: T0 + 1 }), idsOf([events[0]]));
      assert.deepEqual(await find({ actions: AUDIT_ACTIONS }), idsOf(events.toReversed()));
      assert.deepEqual(
        await find({ actions: ["pat.created", "pat.denied"], actorId: user.id }),
        idsOf([events[1], events[0]]),
      );
      assert.deepEqual(await find({ outcome: "denied" }), idsOf([events[3], events[1]]));
      assert.deepEqual(await find({ outcome: "ok", actions: ["pat.created", "pat.denied"] }), idsOf([events[0]]));
    });

    test("a credential's events are those that it caused and those about it", async () => {
      const credentialId = newId("token");
      const ref = { kind: "pat", id: credentialId, name: "deploy" } as const;
      const [about, through, both] = [
        newEvent({ target: ref, at: T0 + 1 }),
        newEvent({ via: ref, at: T0 + 2 }),
        newEvent({ via: ref, target: ref, at: T0 + 3 }),
      ] as const;
      await insert(store(), [about, through, both, newEvent()]);
      assert.deepEqual(await list(store(), { credentialId }), idsOf([both, through, about]));
      assert.deepEqual(await list(store(), { credentialId, to: T0 + 2 }), idsOf([about]));
    });

    test("events concern a user as the actor, as the target, or as the owner of the target", async () => {
      const member = await addMember(store());
      const { user, membership } = member;
      const token = await addToken(store(), member);
      const session = await addSession(store(), member);
      const targets: AuditEventRecord["target"][] = [
        { kind: "user", id: user.id, name: "" },
        { kind: "membership", id: membership.id, name: "" },
        { kind: "pat", id: token.id, name: "" },
        { kind: "session", id: session.id, name: "" },
      ];
      const events = [
        newEvent({ actor: actorOf(user), at: T0 }),
        ...targets.map((target, index) => newEvent({ target, at: T0 + 1 + index })),
        newEvent({ actor: actorOf(user), target: targets[0] ?? null, at: T0 + 9 }),
      ];
      await insert(store(), [...events, newEvent({ target: { kind: "user", id: newId("user"), name: "" } })]);
      assert.deepEqual(await list(store(), { concerning: user.id }), idsOf(events.toReversed()));
      const both: AuditFilter = { concerning: user.id, credentialId: token.id };
      assert.deepEqual(await list(store(), both), idsOf(events.slice(3, 4)));
    });

    test("events are listed in pages that neither skip nor repeat, by whichever filter", async () => {
      const { organization, user } = await addMember(store());
      const actor = actorOf(user);
      const self = { kind: "user", id: user.id, name: "" } as const;
      const events = [T0, T0 + 1, T0 + 1, T0 + 1, T0 + 2, T0 + 1].map((at, index) =>
        index % 2 === 0
          ? newEvent({ at, organizationId: organization.id, actor, target: index === 0 ? self : null })
          : newEvent({ at, organizationId: organization.id, target: self }),
      );
      await insert(store(), events);
      const all = { organizationId: organization.id };
      const byAction: AuditFilter = { ...all, actions: [...new Set(events.map(({ action }) => action))] };
      for (const filter of [all, { concerning: user.id }, byAction] satisfies AuditFilter[]) {
        const added: AuditEventRecord[] = [];
        await assertPages(
          (page) => store().reads.listAuditEvents(filter, page),
          events,
          async () => {
            added.push(newEvent({ at: T0 + 100, organizationId: organization.id, actor }));
            await insert(store(), added);
          },
        );
        events.push(...added);
      }
    });
  });
}

function insert(store: Store, events: readonly AuditEventRecord[]): Promise<void> {
  return store.transaction((tx) => tx.insertAuditEvents(events));
}

async function list(store: Store, filter: AuditFilter): Promise<string[]> {
  return idsOf((await store.reads.listAuditEvents(filter, ALL)).items);
}
