// The tokens of other members: `show` and `revoke` take every id that `list --org` shows to the same credential.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Seed, type Person, type SeededOrganization } from "../../server/test/support/seed.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

let surroundings: Surroundings;
let world: World;
let seed: Seed;
let owner: Person;
let peer: Person;
let organization: SeededOrganization;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
  seed = new Seed(surroundings.instance);
  owner = await seed.person("Owner");
  peer = await seed.person("Peer");
  organization = await seed.organization(owner, "Company");
  await seed.member(organization, peer, "member");
});
after(async () => {
  await world.remove();
  await surroundings.close();
});

test("an owner shows and revokes a member's token, which is then refused", async () => {
  const { secret } = await seed.token(owner, organization);
  const other = await seed.token(peer, organization, { name: "nightly" });
  const list = await world.sh("mintmark tokens list --org", { MINTMARK_TOKEN: secret });
  assert.match(list.stdout, new RegExp(other.id));
  const shown = await world.sh(`mintmark tokens show ${other.id}`, { MINTMARK_TOKEN: secret });
  assert.equal(shown.exitCode, 0, shown.stderr);
  assert.match(shown.stdout, /^Name +nightly$/m);
  assert.match(shown.stdout, /^Holder +Peer </m);
  const revoked = await world.sh(`mintmark tokens revoke ${other.id} --yes`, { MINTMARK_TOKEN: secret });
  assert.equal(revoked.exitCode, 0, revoked.stderr);
  assert.match(revoked.stdout, new RegExp(`^Revoked "nightly" \\(${other.id}\\)`));
  assert.equal((await other.client.get("/api/whoami")).status, 401);
});

test("an API key shows and revokes a member's token", async () => {
  const key = await seed.apiKey(organization, owner);
  const other = await seed.token(peer, organization, { name: "weekly" });
  const shown = await world.sh(`mintmark tokens show ${other.id} --json`, { MINTMARK_TOKEN: key.secret });
  assert.equal(shown.exitCode, 0, shown.stderr);
  assert.equal((JSON.parse(shown.stdout) as { name: string }).name, "weekly");
  const revoked = await world.sh(`mintmark tokens revoke ${other.id} --yes`, { MINTMARK_TOKEN: key.secret });
  assert.equal(revoked.exitCode, 0, revoked.stderr);
  assert.equal((await other.client.get("/api/whoami")).status, 401);
});

test("a member can neither show nor revoke the token of another, and nothing is revoked", async () => {
  const { secret } = await seed.token(peer, organization);
  const other = await seed.token(owner, organization);
  for (const command of [`show ${other.id}`, `revoke ${other.id} --yes`]) {
    const { stdout, stderr, exitCode } = await world.sh(`mintmark tokens ${command}`, { MINTMARK_TOKEN: secret });
    assert.equal(exitCode, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /error: you have no such token in this organization\n/);
  }
  assert.equal((await other.client.get("/api/whoami")).status, 200);
});

test("a token without tokens:revoke shows the token of another, and the refusal to revoke it names the permission", async () => {
  const { secret } = await seed.token(owner, organization, { permissions: ["tokens:read"] });
  const other = await seed.token(peer, organization);
  assert.equal((await world.sh(`mintmark tokens show ${other.id}`, { MINTMARK_TOKEN: secret })).exitCode, 0);
  const { stderr, exitCode } = await world.sh(`mintmark tokens revoke ${other.id} --yes`, { MINTMARK_TOKEN: secret });
  assert.equal(exitCode, 1);
  assert.match(stderr, /missing: tokens:revoke/);
  assert.equal((await other.client.get("/api/whoami")).status, 200);
});
