// Two servers, each a process, on one SQLite file. This is allowed, and as correct as one server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../tests/support/free-port.ts";
import { Client } from "../support/client.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const TOKENS = "/api/personal-access-tokens";
const ROUNDS = 100;

describe("two servers on one SQLite file", () => {
  let here: TestInstance;
  let there: string;
  let stopThere: () => Promise<void>;
  let owner: Person;
  let organization: SeededOrganization;
  let seed: Seed;
  before(async () => {
    here = await startInstance();
    const port = await freePort();
    const child = spawn(process.execPath, ["--conditions=development", MAIN], {
      env: {
        ...process.env,
        MINTMARK_DATA: join(here.folder, "mintmark.db"),
        MINTMARK_PORT: String(port),
        MINTMARK_MINT_LIMIT: "0",
        MINTMARK_LOG_LEVEL: "silent",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.stdout.resume();
    there = `http://127.0.0.1:${port}`;
    stopThere = async () => {
      const exited = once(child, "close");
      child.kill("SIGTERM");
      assert.deepEqual(await exited, [0, null]);
    };
    seed = new Seed(here);
    owner = await seed.person();
    organization = await seed.organization(owner);
  });
  after(() => here.close());

  const at = (url: string, client: Client): Client => new Client(url, client.headers);

  it("one server verifies a token as soon as the other minted it, and never after the other revoked it", async () => {
    const session = await seed.session(owner, organization);
    for (let round = 0; round < ROUNDS; round++) {
      const [writer, reader] = round % 2 === 0 ? [here.url, there] : [there, here.url];
      const minted = await at(writer, session).post(TOKENS, { name: `round ${round}`, expiresInDays: 7 });
      assert.equal(minted.status, 201, JSON.stringify(minted.body));
      const token = new Client(reader).withBearer(minted.body.secret);
      assert.equal((await token.get("/forward-auth")).status, 200);
      assert.equal((await at(writer, session).delete(`${TOKENS}/${minted.body.token.id}`)).status, 200);
      const refused = await token.get("/forward-auth");
      assert.deepEqual([refused.status, refused.body.code], [401, "token_revoked"]);
    }
  });

  it("simultaneous changes through both are all made, once each", async () => {
    const session = await seed.session(owner, organization);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => seed.token(owner, organization)));
    const answers = await Promise.all(
      tokens.flatMap(({ id }) => [here.url, there].map((url) => at(url, session).delete(`${TOKENS}/${id}`))),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const { items } = await here.deps.store.reads.listAuditEvents(
      { organizationId: organization.id, actions: ["pat.revoked"] },
      { limit: 200, after: null },
    );
    for (const { id } of tokens) assert.equal(items.filter(({ target }) => target?.id === id).length, 1);
  });

  it("uses counted by both add up", async () => {
    const token = await seed.token(owner, organization);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        at(index % 2 === 0 ? here.url : there, token.client).get("/forward-auth"),
      ),
    );
    // The other server writes its counts within seconds, and when it ends.
    await stopThere();
    await here.uses.flush();
    assert.equal((await here.deps.store.reads.findToken(token.id))?.useCount, 40);
    assert.equal((await here.client().get("/readyz")).status, 200);
  });
});
