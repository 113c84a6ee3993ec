// Operations that a session may do only shortly after its password was given. The authorization matrix calls every
// operation that declares this with an old session. Here every operation of a session is classified, and those that
// need a recent password only for some requests are called with both kinds.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { REAUTHENTICATION_MS } from "@mintmark/core";
import { operations } from "../../src/http/operations.ts";
import { PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { assertRefused } from "../support/organization-state.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

/** They take the present password in the request. */
const OWN_PASSWORD = new Set(["changePassword", "deleteAccount", "reauthenticate", "updateAccount"]);

/** They give nothing that outlives the session, or they only take away. */
const LIGHT = new Set([
  "claimDevice",
  "clearDomainJoining",
  "createOrganization",
  "deleteWebhook",
  "denyDevice",
  "dismissNotice",
  "dismissToken",
  "endOtherSessions",
  "endSession",
  "endUserSessions",
  "joinOrganization",
  "openLoopback",
  "previewPolicy",
  "readAllNotices",
  "readNotice",
  "redeemHandOff",
  "removeMember",
  "renameOrganization",
  "renameManagementKey",
  "renameService",
  "renameToken",
  "replayWebhook",
  "replayWebhookDelivery",
  "requestEmailVerification",
  "revokeApiKey",
  "revokeCalendarFeed",
  "revokeInstanceToken",
  "revokeInstanceTokens",
  "revokeOrganizationToken",
  "revokeOrganizationTokens",
  "revokeManagementKey",
  "revokeService",
  "revokeServiceKey",
  "revokeToken",
  "revokeUserTokens",
  "sendTestEmail",
  "setNoticePreferences",
  "signOut",
  "suspendMember",
  "suspendUser",
  "switchOrganization",
  "testWebhook",
  "withdrawInvitation",
]);

describe("operations of a session", () => {
  it("each says when it needs a recent password, takes the password itself, or is known to need none", () => {
    for (const { operationId, method, credentials, recentPassword } of operations) {
      if (method === "get" || !credentials.some((by) => by === "session" || by === "instance-admin")) {
        assert.equal(recentPassword, undefined, operationId);
        continue;
      }
      const classes = [recentPassword !== undefined, OWN_PASSWORD.has(operationId), LIGHT.has(operationId)];
      assert.equal(classes.filter(Boolean).length, 1, `${operationId}: declare recentPassword, or say here why not`);
    }
  });
});

interface Setting {
  readonly owner: Person;
  readonly organization: SeededOrganization;
  readonly path: string;
  /** The owner, whose password was given long ago. */
  readonly old: Client;
  readonly fresh: Client;
}

/** A request of an old session, and how much it asks for. */
type Request = (at: Setting, much: boolean) => Promise<() => Promise<Reply>>;

for (const engine of ENGINES) {
  describe(`an old session on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function setting(): Promise<Setting> {
      const owner = await personWithPassword(seed);
      const organization = await seed.organization(owner);
      const old = await seed.session(owner, organization, REAUTHENTICATION_MS + 1000);
      const fresh = await seed.session(owner, organization);
      return { owner, organization, path: `/api/organizations/${organization.id}`, old, fresh };
    }
    const lifetime = (much: boolean) => ({ expiresInDays: much ? 91 : 90 });
    const role = (much: boolean) => ({ role: much ? "admin" : "member" });
    const member = async ({ organization, path }: Setting, as: string): Promise<string> =>
      `${path}/members/${await seed.member(organization, await seed.person(), as)}`;

    const REQUESTS: Readonly<Record<string, Request>> = {
      mintToken:
        async ({ old }, much) =>
        () =>
          old.post("/api/personal-access-tokens", { name: "Long", ...lifetime(much) }),
      "mintToken without expiry":
        async ({ old }, much) =>
        () =>
          old.post("/api/personal-access-tokens", { name: "Long", ...(much ? {} : lifetime(false)) }),
      replaceToken: async ({ owner, organization, old }, much) => {
        const createdAt = instance.deps.clock();
        const expiresAt = createdAt + (much ? 3650 : 30) * 86_400_000;
        const { id } = await seed.token(owner, organization, { createdAt, expiresAt });
        return () => old.post(`/api/personal-access-tokens/${id}/replace`);
      },
      approveDevice: async ({ organization, old }, much) => {
        const device = await instance.client().sendForm("/oauth2/device_authorization", { client_id: "mintmark-cli" });
        const { body } = await old.post("/api/device/claim", { userCode: device.body.user_code });
        const grant = { id: body.id, name: "Device", organizationId: organization.id, ...lifetime(much) };
        return () => old.post("/api/device/approve", grant);
      },
      createInvitation:
        async ({ path, old }, much) =>
        () =>
          old.post(`${path}/invitations`, { email: "new@example.com", ...role(much) }),
      resendInvitation: async ({ path, old, fresh }, much) => {
        const { body } = await fresh.post(`${path}/invitations`, { email: "new@example.com", ...role(much) });
        return () => old.post(`${path}/invitations/${body.id}/resend`);
      },
      changeRole: async (at, much) => {
        const target = await member(at, "viewer");
        return () => at.old.patch(target, role(much));
      },
      reinstateMember: async (at, much) => {
        const target = await member(at, role(much).role);
        assert.equal((await at.fresh.post(`${target}/suspend`)).status, 200);
        return () => at.old.post(`${target}/reinstate`);
      },
      setDomainJoining: async ({ owner, path, old }, much) => {
        const domain = `${uniqueName("acme")}.example`;
        await instance.deps.store.transaction(async (tx) => {
          await tx.setUserEmail(owner.id, `${uniqueName("o")}@${domain}`);
          await tx.verifyUserEmail(owner.id, instance.deps.clock());
        });
        return () => old.put(`${path}/domain-joining`, { domain, ...role(much) });
      },
    };

    it("covers every operation whose need depends on the request", () => {
      const asked = Object.keys(REQUESTS).map((name) => name.split(" ")[0] as string);
      const declared = operations
        .filter(({ recentPassword }) => recentPassword === "long-lifetime" || recentPassword === "powerful-role")
        .map(({ operationId }) => operationId);
      assert.deepEqual([...new Set(asked)].toSorted(), declared.toSorted());
    });

    for (const [name, prepare] of Object.entries(REQUESTS)) {
      it(`does ${name} for a small request, and for a large one after the password was given again`, async () => {
        const little = await (await prepare(await setting(), false))();
        assert.ok(little.status < 300, JSON.stringify(little.body));
        const at = await setting();
        const send = await prepare(at, true);
        await assertRefused(instance, at.organization.id, send, [403, "reauthentication_required"]);
        assert.equal((await at.old.post("/api/session/reauthenticate", { password: PASSWORD })).status, 200);
        const much = await send();
        assert.ok(much.status < 300, JSON.stringify(much.body));
      });
    }
  });
}
