// Opening an account: by an invitation, or open to everyone; over HTTP, on both engines.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { UserId } from "@mintmark/core";
import { actionsOf, assertProblem, browserOf, invite, PASSWORD } from "../support/accounts.ts";
import type { Reply } from "../support/client.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import { changesIn, organizationState } from "../support/organization-state.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const UNKNOWN_TOKEN = "0".repeat(64);

interface SignUpBody {
  readonly email: string;
  readonly [field: string]: unknown;
}

const newEmail = (): string => `${uniqueName("new")}@example.com`;
const accountOf = (email: string) => ({ name: "Grace Hopper", email, password: PASSWORD });

for (const engine of ENGINES) {
  describe(`sign-up by invitation on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let owner: Person;
    let organization: SeededOrganization;
    before(async () => {
      owner = await seed.person();
      organization = await seed.organization(owner);
    });

    const signUp = (body: object): Promise<Reply> => instance.client().post("/api/sign-up", body);

    /** Signs up, is refused, and leaves neither an account nor a trace in the organization. */
    async function assertNoSignUp(body: SignUpBody, status: number, code: string): Promise<Reply> {
      const before = await organizationState(instance, organization.id);
      const present = await instance.deps.store.reads.findUserByEmail(body.email);
      const reply = await signUp(body);
      assertProblem(reply, status, code);
      assert.deepEqual(reply.headers.getSetCookie(), []);
      assert.deepEqual(await organizationState(instance, organization.id), before);
      assert.deepEqual(await instance.deps.store.reads.findUserByEmail(body.email), present);
      return reply;
    }

    it("opens the account and the membership together, and signs in to the organization", async () => {
      const email = newEmail();
      const { id, token } = await invite(instance, organization, owner, { email, role: "viewer" });
      const reply = await signUp({ ...accountOf(email), invitation: token });
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      const { user, organization: active, organizations } = reply.body;
      assert.deepEqual(
        [user.name, user.email, user.emailVerified, user.instanceAdmin],
        ["Grace Hopper", email, false, false],
      );
      assert.deepEqual([active.id, active.role], [organization.id, "viewer"]);
      assert.deepEqual(
        organizations.map((entry: { personal: boolean; role: string }) => [entry.personal, entry.role]),
        [
          [true, "owner"],
          [false, "viewer"],
        ],
      );
      assert.equal((await browserOf(instance, reply).get("/api/session")).body.user.id, user.id);
      const [joined] = await changesIn(instance, organization.id);
      assert.deepEqual(
        [joined?.action, joined?.actor.id, joined?.details["invitation"]],
        ["member.joined", user.id, id],
      );
      assert.deepEqual((await actionsOf(instance, { id: user.id as UserId })).toSorted(), [
        "member.joined",
        "organization.created",
        "session.created",
        "user.created",
      ]);
    });

    it("takes the invited address in any case", async () => {
      const email = newEmail();
      const { token } = await invite(instance, organization, owner, { email: email.toUpperCase() });
      assert.equal((await signUp({ ...accountOf(email), invitation: token })).status, 201);
    });

    it("refuses a person without an invitation, and does not reveal who has an account", async () => {
      const unknown = await assertNoSignUp(accountOf(newEmail()), 403, "sign_up_closed");
      const known = await assertNoSignUp(accountOf(owner.email), 403, "sign_up_closed");
      assert.deepEqual({ ...known.body, requestId: "" }, { ...unknown.body, requestId: "" });
      for (const email of [newEmail(), owner.email]) {
        for (const invitation of [UNKNOWN_TOKEN, "nonsense", ""]) {
          await assertNoSignUp({ ...accountOf(email), invitation }, 410, "invitation_invalid");
        }
        const elsewhere = await invite(instance, organization, owner, { email: newEmail() });
        const other = { ...accountOf(email), invitation: elsewhere.token };
        await assertNoSignUp(other, 403, "invitation_email_mismatch");
      }
    });

    it("says to the holder of an invitation that its address has an account", async () => {
      const other = await seed.person();
      await seed.member(organization, other, "owner");
      const { token } = await invite(instance, organization, other, { email: owner.email });
      const reply = await assertNoSignUp({ ...accountOf(owner.email), invitation: token }, 409, "email_taken");
      assert.match(reply.body.detail, /Sign in/);
    });

    it("refuses an invitation that was used, withdrawn, has expired, or whose organization is gone", async () => {
      const { store, clock } = instance.deps;
      const used = { ...accountOf(newEmail()), invitation: "" };
      used.invitation = (await invite(instance, organization, owner, used)).token;
      assert.equal((await signUp(used)).status, 201);
      await assertNoSignUp(used, 410, "invitation_invalid");

      const withdrawn = accountOf(newEmail());
      const { id, token } = await invite(instance, organization, owner, withdrawn);
      await store.transaction((tx) => tx.withdrawInvitation(id, clock()));
      await assertNoSignUp({ ...withdrawn, invitation: token }, 410, "invitation_invalid");

      const expired = accountOf(newEmail());
      const late = await invite(instance, organization, owner, { ...expired, expiresAt: clock() });
      await assertNoSignUp({ ...expired, invitation: late.token }, 410, "invitation_expired");

      const gone = await seed.organization(owner);
      const orphaned = accountOf(newEmail());
      const { token: orphanedToken } = await invite(instance, gone, owner, orphaned);
      await store.transaction((tx) => tx.deleteOrganization(gone.id, clock(), owner.id));
      await assertNoSignUp({ ...orphaned, invitation: orphanedToken }, 410, "invitation_invalid");
    });

    it("refuses bad input with its own code, and the invitation stays valid", async () => {
      const account = accountOf(newEmail());
      const { token: invitation } = await invite(instance, organization, owner, account);
      await assertNoSignUp({ ...account, invitation, name: "a\u202Eb" }, 400, "name_invalid");
      await assertNoSignUp({ ...account, invitation, password: "short" }, 400, "password_weak");
      await assertNoSignUp({ ...account, invitation, password: "password1234" }, 400, "password_weak");
      await assertNoSignUp({ ...account, invitation, role: "owner" }, 400, "field_unknown");
      assertProblem(await signUp({ ...account, invitation, email: "grace" }), 400, "email_invalid");
      assert.equal((await signUp({ ...account, invitation })).status, 201);
    });

    it("never sends a password or a link back", async () => {
      const account = accountOf(newEmail());
      const { token } = await invite(instance, organization, owner, account);
      const reply = await signUp({ ...account, invitation: token });
      const wrong = await signUp({ ...account, invitation: token });
      for (const { body } of [reply, wrong]) {
        assert.ok(!JSON.stringify(body).includes(PASSWORD) && !JSON.stringify(body).includes(token));
      }
      assert.ok(instance.log.every((line) => !line.includes(PASSWORD) && !line.includes(token)));
    });
  });

  describe(`open sign-up on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_SIGN_UP: "open" } });

    const signUp = (body: object): Promise<Reply> => instance.client().post("/api/sign-up", body);

    it("opens an account with a personal organization", async () => {
      const reply = await signUp(accountOf(newEmail()));
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      assert.deepEqual([reply.body.organization.personal, reply.body.organizations.length], [true, 1]);
      assert.equal(reply.body.user.instanceAdmin, false);
    });

    it("refuses an address that has an account, in any spelling", async () => {
      const person = await seed.person();
      const reply = await signUp(accountOf(person.email.toUpperCase()));
      assertProblem(reply, 409, "email_taken");
      assert.deepEqual(reply.body.errors, [{ field: "email", message: "Another account has this address." }]);
      assert.equal((await instance.deps.store.reads.findUserByEmail(person.email))?.id, person.id);
    });

    it("still accepts an invitation only for its address", async () => {
      const owner = await seed.person();
      const organization = await seed.organization(owner);
      const email = newEmail();
      const { token } = await invite(instance, organization, owner, { email });
      const wrong = await signUp({ ...accountOf(newEmail()), invitation: token });
      assertProblem(wrong, 403, "invitation_email_mismatch");
      const reply = await signUp({ ...accountOf(email), invitation: token });
      assert.equal(reply.body.organization.id, organization.id);
    });

    it("refuses a page of another site", async () => {
      const email = newEmail();
      const page = instance.client().with({ "Sec-Fetch-Site": "cross-site" });
      assertProblem(await page.post("/api/sign-up", accountOf(email)), 403, "cross_site_request");
      assert.equal(await instance.deps.store.reads.findUserByEmail(email), null);
    });
  });
}
