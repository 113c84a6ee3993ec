// Every transport accepts a secret with characters around it from copying. Any text with a secret can revoke it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

type Wrapping = (secret: string) => string;

/** Characters around one secret: they are trimmed, so the secret still verifies. */
const TRIMMED: readonly Wrapping[] = [
  (secret) => `${secret}\n`,
  (secret) => `\uFEFF${secret}`,
  (secret) => ` \t${secret} `,
  (secret) => `"${secret}"`,
  (secret) => `'${secret}',`,
  (secret) => `Bearer ${secret}`,
  (secret) => `Authorization: Bearer ${secret}\r\n`,
  (secret) => `TOKEN=${secret}`,
  (secret) => `export MINTMARK_TOKEN="${secret}"`,
];
/** Text that holds a secret somewhere: enough to revoke it, too little to act with it. */
const FOUND: readonly Wrapping[] = [
  (secret) => `2026-11-30 GET /scans ${secret} 200`,
  (secret) => `{"env":{"TOKEN":"${secret}"}}`,
  (secret) => `https://api.example.com/?token=${secret}&x=1`,
  (secret) => `mm_pat_0000 ${secret.slice(0, -4)} ${secret}${secret}`,
  (secret) => secret.toUpperCase(),
];

for (const engine of ENGINES) {
  describe(`a secret in a text on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let owner: Person;
    let organization: SeededOrganization;
    let service: Client;
    before(async () => {
      owner = await seed.person();
      organization = await seed.organization(owner);
      ({ client: service } = await seed.service(owner));
    });

    const codeOf = async (secret: string): Promise<string> =>
      (await instance.client().withBearer(secret).get("/api/whoami")).body.code ?? "ok";

    it("verifies on every transport, if only characters from copying surround it", async () => {
      const { id, secret } = await seed.token(owner, organization);
      for (const wrap of TRIMMED) {
        const text = wrap(secret);
        const verified = await service.post("/api/verify", { token: text });
        assert.equal(verified.body.credential?.id, id, text);
        assert.equal((await service.sendForm("/oauth2/introspect", { token: text })).body.client_id, id, text);
        // A header carries visible ASCII only.
        const header = text.replaceAll(/[^\x20-\x7e]/g, "");
        assert.equal((await instance.client().withApiKey(header).get("/api/whoami")).status, 200, header);
        assert.equal((await instance.client().withBearer(header).get("/forward-auth")).status, 200, header);
      }
    });

    it("does not verify when other text surrounds it", async () => {
      const { secret } = await seed.token(owner, organization);
      for (const wrap of FOUND) {
        const text = wrap(secret);
        assert.equal((await service.post("/api/verify", { token: text })).body.active, false, text);
        assert.equal((await service.sendForm("/oauth2/introspect", { token: text })).body.active, false, text);
        assert.notEqual((await instance.client().withBearer(text).get("/forward-auth")).status, 200, text);
      }
    });

    for (const wrap of [...TRIMMED, ...FOUND]) {
      it(`is revoked as ${JSON.stringify(wrap("…"))}`, async () => {
        const leaked = await seed.token(owner, organization);
        const told = await instance.client().post("/api/credentials/revoke", { credentials: [wrap(leaked.secret)] });
        assert.deepEqual([told.status, told.body], [202, { accepted: true, found: 1 }]);
        assert.equal(await codeOf(leaked.secret), "token_revoked");
        const own = await seed.apiKey(organization, owner);
        assert.equal((await instance.client().sendForm("/oauth2/revoke", { token: wrap(own.secret) })).status, 200);
        assert.equal(await codeOf(own.secret), "token_revoked");
      });
    }

    it("is revoked with every other one in the same text, and the answer counts them", async () => {
      const tokens = await Promise.all([1, 2, 3].map(() => seed.token(owner, organization)));
      const text = tokens.map(({ secret }) => `TOKEN=${secret}\n`).join("");
      const told = await instance.client().post("/api/credentials/revoke", { credentials: [text, "junk", text] });
      assert.equal(told.body.found, 3);
      for (const { secret } of tokens) assert.equal(await codeOf(secret), "token_revoked");
      const again = await instance.client().post("/api/credentials/revoke", { credentials: [text] });
      assert.deepEqual(again.body, told.body, "the response does not reveal which are active");
      const nothing = await instance.client().post("/api/credentials/revoke", { credentials: ["mm_pat_123"] });
      assert.equal(nothing.body.found, 0);
    });

    it("of a service stays active, and is not counted", async () => {
      const secret = service.headers["Authorization"]?.replace("Bearer ", "") ?? assert.fail();
      const told = await instance.client().post("/api/credentials/revoke", { credentials: [secret] });
      assert.equal(told.body.found, 0);
      assert.equal((await service.post("/api/verify", { token: "junk" })).status, 200);
    });
  });
}
