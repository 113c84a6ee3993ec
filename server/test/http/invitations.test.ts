// Invitations over HTTP: made, sent again, withdrawn, previewed, accepted; and every link that must not work.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client } from "../support/client.ts";
import { ENGINES, startInstance } from "../support/instance.ts";
import { assertRefused, changesIn } from "../support/organization-state.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const PREVIEW = "/api/invitations/preview";
const ACCEPT = "/api/invitations/accept";
const WEEK_MS = 7 * 86_400_000;

const tokenOf = (url: string): string => new URL(url).hash.slice("#token=".length);

for (const engine of ENGINES) {
  describe(`invitations on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    async function fixture() {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const path = `/api/organizations/${organization.id}/invitations`;
      return { owner, organization, path, session: await seed.session(owner, organization) };
    }

    async function joined(
      organization: SeededOrganization,
      role: string,
    ): Promise<{ person: Person; session: Client }> {
      const person = await seed.person();
      await seed.member(organization, person, role);
      return { person, session: await seed.session(person, organization) };
    }

    describe("create", () => {
      it("returns the link once, valid for 7 days, and records it", async () => {
        const { owner, organization, path, session } = await fixture();
        const { status, body } = await session.post(path, { email: " Ada@Example.com ", role: "member" });
        assert.equal(status, 201);
        assert.match(body.url, /^http:\/\/127\.0\.0\.1:\d+\/invitation#token=[0-9a-f]{64}$/);
        assert.equal(body.email, "Ada@Example.com");
        assert.deepEqual(body.invitedBy, { id: owner.id, name: owner.name });
        assert.equal(Date.parse(body.expiresAt) - Date.parse(body.createdAt), WEEK_MS);
        const list = await session.get(path);
        assert.equal(list.body.items.length, 1);
        assert.ok(!JSON.stringify(list.body).includes(tokenOf(body.url)));
        const [event] = await changesIn(instance, organization.id);
        assert.equal(event?.action, "member.invited");
        assert.ok(!JSON.stringify(event).includes(tokenOf(body.url)));
        assert.ok(!instance.log.join("").includes(tokenOf(body.url)));
      });

      it("is open to tokens and keys by permission, within their own permissions", async () => {
        const { owner, organization, path, session } = await fixture();
        const whole = await seed.token(owner, organization);
        const key = await seed.apiKey(organization, owner, { role: "admin" });
        const narrow = await seed.token(owner, organization, { permissions: ["invitations:write"] });
        assert.equal((await whole.client.post(path, { email: "a@example.com", role: "owner" })).status, 201);
        assert.equal((await key.client.post(path, { email: "b@example.com", role: "admin" })).status, 201);
        const listed = await session.get(path);
        assert.equal(listed.body.items[0].invitedBy.id, key.id);
        const invite = (client: Client, role: string) => () => client.post(path, { email: "c@example.com", role });
        const refused = [403, "role_exceeds_caller"] as const;
        await assertRefused(instance, organization.id, invite(key.client, "owner"), refused);
        await assertRefused(instance, organization.id, invite(narrow.client, "viewer"), refused);
        const admin = await joined(organization, "admin");
        await assertRefused(instance, organization.id, invite(admin.session, "owner"), refused);
      });

      it("refuses bad input, members, open invitations and personal organizations", async () => {
        const { owner, organization, path, session } = await fixture();
        const { person } = await joined(organization, "member");
        await session.post(path, { email: "open@example.com", role: "member" });
        const invite = (email: string, role: string, expected: readonly [number, string]) =>
          assertRefused(instance, organization.id, () => session.post(path, { email, role }), expected);
        await invite("nobody", "member", [400, "email_invalid"]);
        await invite("new@example.com", "emperor", [400, "role_unknown"]);
        await invite(person.email.toUpperCase(), "member", [409, "already_member"]);
        await invite("OPEN@example.com", "viewer", [409, "already_invited"]);
        await assertRefused(instance, organization.id, () => session.post(path, { email: "a@b.example" }), [
          400,
          "field_invalid",
        ]);
        const personal = () =>
          session.post(`/api/organizations/${owner.personal.id}/invitations`, { email: "a@b.example", role: "member" });
        await assertRefused(instance, owner.personal.id, personal, [403, "personal_organization"]);
      });
    });

    describe("withdraw and resend", () => {
      it("withdrawing ends the link and frees the address; repeating it changes nothing", async () => {
        const { organization, path, session } = await fixture();
        const { body } = await session.post(path, { email: "guest@example.com", role: "member" });
        const withdraw = () => session.delete(`${path}/${body.id}`);
        assert.equal((await withdraw()).status, 204);
        assert.equal((await withdraw()).status, 204);
        const preview = await instance.client().post(PREVIEW, { token: tokenOf(body.url) });
        assert.deepEqual([preview.status, preview.body.code], [410, "invitation_invalid"]);
        assert.deepEqual(
          (await changesIn(instance, organization.id)).map(({ action }) => action),
          ["invitation.withdrawn", "member.invited"],
        );
        const resend = () => session.post(`${path}/${body.id}/resend`);
        await assertRefused(instance, organization.id, resend, [410, "invitation_invalid"]);
        assert.equal((await session.post(path, { email: "guest@example.com", role: "member" })).status, 201);
      });

      it("resending returns a new link and ends the old one", async () => {
        const { organization, path, session } = await fixture();
        const first = await session.post(path, { email: "guest@example.com", role: "admin" });
        const again = await session.post(`${path}/${first.body.id}/resend`);
        assert.equal(again.status, 200);
        assert.equal(again.body.id, first.body.id);
        const preview = (url: string) => instance.client().post(PREVIEW, { token: tokenOf(url) });
        assert.equal((await preview(first.body.url)).body.code, "invitation_invalid");
        assert.equal((await preview(again.body.url)).status, 200);
        const narrow = await seed.apiKey(organization, (await joined(organization, "owner")).person, {
          permissions: ["invitations:write"],
        });
        const resend = () => narrow.client.post(`${path}/${first.body.id}/resend`);
        await assertRefused(instance, organization.id, resend, [403, "role_exceeds_caller"]);
      });

      it("refuses an invitation that was accepted: it is a membership now", async () => {
        const { organization, path, session } = await fixture();
        const guest = await seed.person();
        const { body } = await session.post(path, { email: guest.email, role: "member" });
        await (await seed.session(guest)).post(ACCEPT, { token: tokenOf(body.url) });
        const refused = [409, "already_member"] as const;
        await assertRefused(instance, organization.id, () => session.delete(`${path}/${body.id}`), refused);
        await assertRefused(instance, organization.id, () => session.post(`${path}/${body.id}/resend`), refused);
      });
    });

    describe("preview", () => {
      it("shows the organization and the role to a caller with the link, and changes nothing", async () => {
        const { owner, organization, path, session } = await fixture();
        const guest = await seed.person();
        const { body } = await session.post(path, { email: guest.email, role: "viewer" });
        const preview = await instance.client().post(PREVIEW, { token: tokenOf(body.url) });
        assert.equal(preview.status, 200);
        assert.deepEqual(preview.body, {
          organization: { id: organization.id, name: organization.name },
          role: "viewer",
          email: guest.email,
          invitedBy: { name: owner.name },
          expiresAt: body.expiresAt,
          mailed: false,
          hasAccount: true,
        });
        assert.equal((await changesIn(instance, organization.id)).length, 1);
      });

      it("refuses junk as it refuses a link that was never made", async () => {
        const details = new Set<string>();
        for (const token of ["", "x", "0".repeat(64), "A".repeat(64)]) {
          const { status, body } = await instance.client().post(PREVIEW, { token });
          assert.deepEqual([status, body.code], [410, "invitation_invalid"]);
          details.add(body.detail);
        }
        assert.equal(details.size, 1);
      });
    });

    describe("accept", () => {
      it("makes the person a member and switches the session to the organization", async () => {
        const { organization, path, session } = await fixture();
        const guest = await seed.person();
        const browser = await seed.session(guest);
        const { body } = await session.post(path, { email: guest.email.toUpperCase(), role: "admin" });
        const accepted = await browser.post(ACCEPT, { token: tokenOf(body.url) });
        assert.equal(accepted.status, 200);
        assert.equal(accepted.body.organization.id, organization.id);
        assert.equal(accepted.body.organization.role, "admin");
        assert.equal((await browser.get(path)).status, 200);
        const [kept] = await instance.deps.store.reads.listSessions(guest.id, instance.deps.clock());
        assert.equal(kept?.organizationId, organization.id);
        const [event] = await changesIn(instance, organization.id);
        assert.equal(event?.action, "member.joined");
        assert.equal(event?.actor.id, guest.id);
        assert.equal(event?.details["role"], "admin");
        const again = () => browser.post(ACCEPT, { token: tokenOf(body.url) });
        await assertRefused(instance, organization.id, again, [410, "invitation_invalid"]);
      });

      it("is for the invited address only, signed in, and never for a token", async () => {
        const { owner, organization, path, session } = await fixture();
        const guest = await seed.person();
        const stranger = await seed.person();
        const { body } = await session.post(path, { email: guest.email, role: "member" });
        const accept = (client: Client, expected: readonly [number, string]) =>
          assertRefused(instance, organization.id, () => client.post(ACCEPT, { token: tokenOf(body.url) }), expected);
        await accept(await seed.session(stranger), [403, "invitation_email_mismatch"]);
        await accept(instance.client(), [401, "credentials_missing"]);
        await accept((await seed.token(guest, guest.personal)).client, [403, "session_required"]);
        await accept((await seed.apiKey(organization, owner)).client, [403, "session_required"]);
      });

      it("refuses a member, and leaves the invitation as it was", async () => {
        const { organization, path, session } = await fixture();
        const guest = await seed.person();
        const { body } = await session.post(path, { email: guest.email, role: "admin" });
        await seed.member(organization, guest, "viewer");
        const browser = await seed.session(guest);
        const accept = () => browser.post(ACCEPT, { token: tokenOf(body.url) });
        await assertRefused(instance, organization.id, accept, [409, "already_member"]);
      });
    });
  });
}

describe("invitations and time", () => {
  it("end after 7 days; a new one takes the place of an ended one, and resending revives it", async () => {
    const instance = await startInstance();
    try {
      const seed = new Seed(instance);
      const owner = await seed.person();
      const guest = await seed.person();
      const organization = await seed.organization(owner);
      const path = `/api/organizations/${organization.id}/invitations`;
      const first = await (await seed.session(owner)).post(path, { email: guest.email, role: "member" });
      instance.advance(WEEK_MS - 60_000);
      const look = (url: string) => instance.client().post(PREVIEW, { token: tokenOf(url) });
      assert.equal((await look(first.body.url)).status, 200);
      instance.advance(61_000);
      const browser = await seed.session(guest);
      const accept = (url: string) => browser.post(ACCEPT, { token: tokenOf(url) });
      assert.deepEqual(
        [(await look(first.body.url)).status, (await look(first.body.url)).body.code],
        [410, "invitation_expired"],
      );
      assert.equal((await accept(first.body.url)).body.code, "invitation_expired");

      const session = await seed.session(owner);
      const resent = await session.post(`${path}/${first.body.id}/resend`);
      assert.equal((await look(resent.body.url)).status, 200);
      instance.advance(WEEK_MS + 1_000);
      const second = await (await seed.session(owner)).post(path, { email: guest.email, role: "viewer" });
      assert.equal(second.status, 201);
      assert.equal((await look(resent.body.url)).body.code, "invitation_invalid");
      const accepted = await (await seed.session(guest)).post(ACCEPT, { token: tokenOf(second.body.url) });
      assert.equal(accepted.body.organization.role, "viewer");
    } finally {
      await instance.close();
    }
  });
});
