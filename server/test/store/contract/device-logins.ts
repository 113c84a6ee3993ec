import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeviceLoginRecord, NewDeviceLogin, Store } from "../../../src/store/store.ts";
import { addMember, addSession, addToken, newHash, newId, present, T0 } from "./samples.ts";

export function describeDeviceLogins(store: () => Store): void {
  describe("logins from a terminal", { concurrency: true }, () => {
    function newLogin(fields: Partial<NewDeviceLogin> = {}): NewDeviceLogin {
      return {
        id: newId("deviceLogin"),
        deviceName: "laptop",
        ip: "192.0.2.1",
        userAgent: "Sample/1",
        createdAt: T0,
        expiresAt: T0 + 1_000,
        loopback: null,
        pollIntervalMs: 5_000,
        claim: null,
        codes: { deviceCodeHash: newHash(), userCodeHash: newHash() },
        ...fields,
      };
    }
    async function addLogin(fields: Partial<NewDeviceLogin> = {}): Promise<NewDeviceLogin> {
      const login = newLogin(fields);
      await store().transaction((tx) => tx.insertDeviceLogin(login));
      return login;
    }
    const read = async ({ id }: Pick<NewDeviceLogin, "id">): Promise<DeviceLoginRecord> =>
      present(await store().transaction((tx) => tx.lockDeviceLogin(id)));

    test("a login is found by each of its codes, only for its purpose", async () => {
      const { codes, ...login } = await addLogin();
      const { deviceCodeHash, userCodeHash } = present(codes);
      const record: DeviceLoginRecord = {
        ...login,
        lastPolledAt: null,
        grant: null,
        codeExpiresAt: null,
        deniedAt: null,
        refusedAt: null,
        redeemedAt: null,
        tokenId: null,
      };
      const { reads } = store();
      assert.deepEqual(await reads.findDeviceLogin("device_code", deviceCodeHash), record);
      assert.deepEqual(await reads.findDeviceLogin("user_code", userCodeHash), record);
      assert.equal(await reads.findDeviceLogin("user_code", deviceCodeHash), null);
      assert.equal(await reads.findDeviceLogin("authorization_code", deviceCodeHash), null);
      await assert.rejects(addLogin({ codes: { deviceCodeHash: newHash(), userCodeHash } }));
    });

    test("claim, grant and redemption are kept, independently of each other", async () => {
      const member = await addMember(store());
      const session = await addSession(store(), member);
      const token = await addToken(store(), member);
      const loopback = { redirectUri: "http://127.0.0.1:1/callback", codeChallenge: "c".repeat(43) };
      const login = await addLogin({ loopback, codes: null });
      const claim = { sessionId: session.id, userId: member.user.id, at: T0 + 1 };
      const grant = {
        at: T0 + 2,
        organizationId: member.organization.id,
        membershipId: member.membership.id,
        tokenName: "terminal",
        permissions: ["members:read"],
        tokenExpiresAt: T0 + 9,
      };
      const hash = newHash();
      await store().transaction(async (tx) => {
        await tx.claimDeviceLogin(login.id, claim);
        await tx.grantDeviceLogin(login.id, grant, { hash, expiresAt: T0 + 60 });
      });
      const granted = present(await store().reads.findDeviceLogin("authorization_code", hash));
      assert.deepEqual([granted.loopback, granted.claim, granted.grant], [loopback, claim, grant]);
      assert.equal(granted.codeExpiresAt, T0 + 60);
      await store().transaction((tx) => tx.redeemDeviceLogin(login.id, token.id, T0 + 3));
      assert.deepEqual(await read(login), { ...granted, redeemedAt: T0 + 3, tokenId: token.id });

      const whole = await addLogin({ claim });
      const wholeRole = { ...grant, permissions: null, tokenExpiresAt: null };
      await store().transaction((tx) => tx.grantDeviceLogin(whole.id, wholeRole, null));
      assert.deepEqual([(await read(whole)).claim, (await read(whole)).grant], [claim, wholeRole]);
    });

    test("polls, denials and refusals are noted at their instants", async () => {
      const login = await addLogin();
      await store().transaction(async (tx) => {
        await tx.notePoll(login.id, T0 + 4, 10_000);
        await tx.denyDeviceLogin(login.id, T0 + 5);
        await tx.refuseDeviceLogin(login.id, T0 + 6);
      });
      const { lastPolledAt, pollIntervalMs, deniedAt, refusedAt } = await read(login);
      assert.deepEqual([lastPolledAt, pollIntervalMs, deniedAt, refusedAt], [T0 + 4, 10_000, T0 + 5, T0 + 6]);
    });

    test("of logins that no session opened, those beyond a number and those that expired long ago are forgotten", async () => {
      const at = T0 - 2_000_000_000;
      const member = await addMember(store());
      const session = await addSession(store(), member);
      const claim = { sessionId: session.id, userId: member.user.id, at: T0 };
      const logins = [
        await addLogin({ expiresAt: at + 1 }),
        await addLogin({ expiresAt: at + 2, claim }),
        await addLogin({ expiresAt: at + 3 }),
      ];
      const forget = (which: { before: number } | { beyond: number }, limit = 5): Promise<number> =>
        store().transaction((tx) => tx.forgetUnclaimedLogins(which, limit));
      const left = () =>
        Promise.all(logins.map(async ({ id }) => (await store().transaction((tx) => tx.lockDeviceLogin(id))) !== null));
      assert.equal(await forget({ beyond: 1_000_000 }), 0);
      assert.equal(await forget({ before: at + 3 }), 1);
      assert.deepEqual(await left(), [false, true, true]);
      assert.equal(await forget({ before: at + 4 }, 0), 0);
      assert.equal(await forget({ before: at + 4 }), 1);
      assert.deepEqual(await left(), [false, true, false]);
    });

    test("logins that expired long ago are forgotten, a limited number at a time", async () => {
      const at = T0 - 3_000_000_000;
      const member = await addMember(store());
      // Claimed, so that the test above, which runs at the same time, does not forget them.
      const claim = { sessionId: (await addSession(store(), member)).id, userId: member.user.id, at: T0 };
      const old = await Promise.all([1, 2, 3].map((offset) => addLogin({ expiresAt: at + offset, claim })));
      const forget = (limit: number): Promise<number> =>
        store().transaction((tx) => tx.forgetDeviceLogins(at + 3, limit));
      assert.deepEqual([await forget(1), await forget(5), await forget(5)], [1, 1, 0]);
      const left = await Promise.all(old.map(({ id }) => store().transaction((tx) => tx.lockDeviceLogin(id))));
      assert.deepEqual(
        left.map((login) => login?.expiresAt ?? null),
        [null, null, at + 3],
      );
    });
  });
}
