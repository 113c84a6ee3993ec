// Several ids at once: one question, a result for each, and a failure when any was not revoked. And the tokens that
// `tokens list --stale` shows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Seed, type Person, type SeededOrganization } from "../../server/test/support/seed.ts";
import { createWorld, startSurroundings, type Run, type Surroundings, type World } from "./world.ts";

const DAY_MS = 86_400_000;
const NOBODYS = "pat_00000000000000000000000000000000";

let surroundings: Surroundings;
let world: World;
let seed: Seed;
let owner: Person;
let organization: SeededOrganization;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
  seed = new Seed(surroundings.instance);
  owner = await seed.person("Owner");
  organization = await seed.organization(owner, "Company");
});
after(async () => {
  await world.remove();
  await surroundings.close();
});

type Seeded = Awaited<ReturnType<Seed["token"]>>;
const statusOf = async (token: Seeded): Promise<number> => (await token.client.get("/api/whoami")).status;

interface Item {
  readonly id: string;
  readonly revoked: boolean;
  readonly error: { readonly code: string } | null;
}

function itemsOf({ stdout }: Run): readonly Item[] {
  return (JSON.parse(stdout) as { readonly items: readonly Item[] }).items;
}

test("several tokens are revoked by one command, the token in use last", async () => {
  const inUse = await seed.token(owner, organization, { name: "in use" });
  const others = [await seed.token(owner, organization), await seed.token(owner, organization)];
  const ids = ["current", inUse.id, ...others.map(({ id }) => id), others[0]?.id ?? ""];
  const run = await world.sh(`mintmark tokens revoke ${ids.join(" ")} --yes`, { MINTMARK_TOKEN: inUse.secret });
  assert.equal(run.exitCode, 0, run.stderr);
  const lines = run.stdout.trimEnd().split("\n");
  assert.equal(lines.length, 3, run.stdout);
  assert.match(lines[2] ?? "", /^Revoked "in use"/);
  for (const token of [inUse, ...others]) assert.equal(await statusOf(token), 401);
});

test("a token that is not there is reported, the others are revoked, and the command fails", async () => {
  const inUse = await seed.token(owner, organization);
  const other = await seed.token(owner, organization);
  const command = `mintmark tokens revoke ${NOBODYS} ${other.id} --yes`;
  const run = await world.sh(`${command} --json`, { MINTMARK_TOKEN: inUse.secret });
  assert.equal(run.exitCode, 1);
  assert.deepEqual(
    itemsOf(run).map(({ id, revoked, error }) => [id, revoked, error?.code ?? null]),
    [
      [NOBODYS, false, "not_found"],
      [other.id, true, null],
    ],
  );
  assert.match(run.stderr, /"code":"not_revoked","message":"1 of 2 were not revoked"/);
  assert.equal(await statusOf(other), 401);
  const people = await world.sh(command, { MINTMARK_TOKEN: inUse.secret });
  assert.equal(people.exitCode, 1);
  assert.match(people.stderr, new RegExp(`^mintmark: error: ${NOBODYS}: there is no such token`));
  assert.match(people.stderr, /mintmark: error: 1 of 2 were not revoked\n$/);
});

test("one id that is no id stops the command before anything is revoked, and so does a missing terminal", async () => {
  const inUse = await seed.token(owner, organization);
  const other = await seed.token(owner, organization);
  for (const args of [`${other.id} nonsense --yes`, `${other.id} ${inUse.id}`]) {
    const run = await world.sh(`mintmark tokens revoke ${args}`, { MINTMARK_TOKEN: inUse.secret });
    assert.deepEqual([run.exitCode, run.stdout], [2, ""]);
  }
  assert.deepEqual([await statusOf(other), await statusOf(inUse)], [200, 200]);
});

test("--stale lists the tokens that work and are stale by the rule of every list, with and without --org", async () => {
  const company = await seed.organization(owner, "Quiet company");
  const now = surroundings.instance.deps.clock();
  const longAgo = now - 31 * DAY_MS;
  const inUse = await seed.token(owner, company, { name: "new" });
  await seed.token(owner, company, { name: "forgotten", createdAt: longAgo });
  await seed.token(owner, company, { name: "over", createdAt: longAgo, expiresAt: now - 1 });
  const busy = await seed.token(owner, company, { name: "busy", createdAt: longAgo });
  assert.equal(await statusOf(busy), 200);
  for (const scope of ["", "--org"]) {
    const run = await world.sh(`mintmark tokens list --stale ${scope} --json`, { MINTMARK_TOKEN: inUse.secret });
    assert.equal(run.exitCode, 0, run.stderr);
    const { items } = JSON.parse(run.stdout) as { readonly items: readonly { readonly name: string }[] };
    assert.deepEqual(
      items.map(({ name }) => name),
      ["forgotten"],
    );
  }
  for (const [limit, count] of [
    [1, 1],
    [99, 4],
  ] as const) {
    const run = await world.sh(`mintmark tokens list --limit ${limit} --json`, { MINTMARK_TOKEN: inUse.secret });
    assert.equal((JSON.parse(run.stdout) as { readonly items: readonly unknown[] }).items.length, count);
  }
});
