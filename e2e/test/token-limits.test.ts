// Operations that no token allows, for any holder: become a session, create tokens, take over the account, promote.
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesIn, organizationState } from "../../server/test/support/organization-state.ts";
import { openStage, PASSWORD } from "../src/stage.ts";
import { atPage, signIn } from "../src/steps.ts";

const { instance, seed, open, person } = await openStage();

test("a token cannot mint, and nothing is made", async () => {
  const ada = await person("Ada");
  const acme = await seed.organization(ada, "Acme");
  const token = await seed.token(ada, acme);
  const before = await organizationState(instance, acme.id);

  for (const body of [{ name: "another" }, { name: "another", organizationId: acme.id, expiresInDays: 1 }]) {
    const reply = await token.client.post("/api/personal-access-tokens", body);
    assert.deepEqual([reply.status, reply.body.code], [403, "session_required"]);
  }
  const replaced = await token.client.post(`/api/personal-access-tokens/${token.id}/replace`);
  assert.deepEqual([replaced.status, replaced.body.code], [403, "session_required"]);
  assert.deepEqual(await organizationState(instance, acme.id), before);
});

test("a token cannot change the password, and the old one still signs in", async (t) => {
  const ada = await person("Ada");
  const token = await seed.token(ada, ada.personal);
  const reply = await token.client.post("/api/account/password", {
    currentPassword: PASSWORD,
    newPassword: "a password of the thief",
  });
  assert.deepEqual([reply.status, reply.body.code], [403, "session_required"]);
  assert.equal((await token.client.get("/api/whoami")).status, 200, "the token is as good as before");

  const page = await open(t);
  await page.goto("/sign-in");
  await signIn(page, ada.email, PASSWORD);
  await atPage(page, "Personal access tokens");
});

test("a browser that sends a token gets the sign-in page and no cookie", async (t) => {
  const ada = await person("Ada");
  const token = await seed.token(ada, ada.personal);
  const headers = { Authorization: `Bearer ${token.secret}` };
  assert.equal((await instance.client().with(headers).get("/api/whoami")).status, 200, "the header alone is good");

  const page = await open(t, { context: { extraHTTPHeaders: headers } });
  const setCookies: string[] = [];
  page.on("response", (response) => {
    const cookie = response.headers()["set-cookie"];
    if (cookie !== undefined) setCookies.push(`${response.url()}: ${cookie}`);
  });
  for (const path of ["/settings/tokens", "/settings/tokens/new", "/settings/profile", "/admin"]) {
    await page.goto(path);
    await atPage(page, "Sign in");
  }
  assert.deepEqual(setCookies, []);
  assert.deepEqual(await page.context().cookies(), []);
});

test("an admin's token makes nobody an owner, not even its own user", async () => {
  const owner = await person("Owner");
  const acme = await seed.organization(owner, "Acme");
  const admin = await person("Admin");
  const adminMembership = await seed.member(acme, admin, "admin");
  const member = await person("Member");
  const memberMembership = await seed.member(acme, member, "member");
  const token = await seed.token(admin, acme);
  const path = `/api/organizations/${acme.id}`;
  const before = await organizationState(instance, acme.id);

  const replies = [
    await token.client.patch(`${path}/members/${memberMembership}`, { role: "owner" }),
    await token.client.patch(`${path}/members/${adminMembership}`, { role: "owner" }),
    await token.client.post(`${path}/invitations`, { email: "friend@example.com", role: "owner" }),
  ];
  for (const { status, body } of replies) assert.deepEqual([status, body.code], [403, "role_exceeds_caller"]);
  assert.deepEqual(await organizationState(instance, acme.id), before);

  const allowed = await token.client.patch(`${path}/members/${memberMembership}`, { role: "viewer" });
  assert.equal(allowed.status, 200, "the token is an admin's: it can hand out less");
  assert.equal((await changesIn(instance, acme.id))[0]?.action, "member.role_changed");
});
