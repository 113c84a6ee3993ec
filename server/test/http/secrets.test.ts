// No secret in any log line, refusal, file of the database or table: everything an instance wrote is
// searched for every secret that was made while it ran.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Client as PostgresClient } from "pg";
import { newSetupCode } from "../../src/secrets/generate.ts";
import { startSetup } from "../../src/use-cases/admin/set-up.ts";
import { ENGINES, type TestInstance } from "../support/instance.ts";
import { startMailStage } from "../support/mail-stage.ts";

const PASSWORD = "canary-staple-battery-horse";
const NEW_PASSWORD = "another-canary-staple-horse";

/** Everything the instance keeps, as text: the files of SQLite byte for byte, every row of PostgreSQL. */
async function everythingKept(instance: TestInstance): Promise<string> {
  if (instance.engine === "sqlite") {
    const files = await readdir(instance.folder);
    assert.ok(files.includes("mintmark.db-wal"), "the write-ahead log is searched too");
    const contents = await Promise.all(files.map((file) => readFile(join(instance.folder, file), "latin1")));
    return contents.join("\n");
  }
  const client = new PostgresClient({ connectionString: instance.databaseUrl as string });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    assert.ok(rows.length > 8);
    const dumps = await Promise.all(rows.map(({ name }) => client.query(`select t::text as row from ${name} t`)));
    return dumps.flatMap((dump) => dump.rows.map((row: { row: string }) => row.row)).join("\n");
  } finally {
    await client.end();
  }
}

for (const engine of ENGINES) {
  describe(`secrets on ${engine}`, () => {
    it("are in nothing that the instance stores, logs or returns later", async () => {
      const stage = await startMailStage({ engine });
      const { instance } = stage;
      try {
        const secrets = [PASSWORD, NEW_PASSWORD];
        const answers: string[] = [];
        const code = (await startSetup(instance.deps))?.expose() as string;
        secrets.push(code);
        const anonymous = instance.client();
        const note = async <R extends { body: unknown }>(reply: Promise<R>): Promise<R> => {
          answers.push(JSON.stringify((await reply).body));
          return reply;
        };
        await note(
          anonymous.post("/api/setup", {
            code: newSetupCode().expose(),
            name: "Ada",
            email: "ada@example.com",
            password: PASSWORD,
          }),
        );
        const setUp = await note(
          anonymous.post("/api/setup", { code, name: "Ada", email: "ada@example.com", password: PASSWORD }),
        );
        assert.equal(setUp.status, 201, JSON.stringify(setUp.body));
        const cookie = setUp.headers.getSetCookie()[0]?.split(";")[0] as string;
        secrets.push(cookie.split("=")[1] as string);
        const session = anonymous.withCookie(cookie);
        // Before anything is made, because the first proof of an address ends it.
        const verification = await stage.tokenTo("ada@example.com", "/verify-email");
        await note(session.post("/api/email/verify", { token: verification }));

        const { body: organization } = await note(session.post("/api/organizations", { name: "Canary" }));
        const minted = await session.post("/api/personal-access-tokens", {
          name: "CLI",
          expiresInDays: 7,
          organizationId: organization.id,
        });
        const replaced = await session.post(`/api/personal-access-tokens/${minted.body.token.id}/replace`);
        const key = await session.post(`/api/organizations/${organization.id}/api-keys`, {
          name: "CI",
          role: "member",
        });
        const service = await session.post("/api/admin/services", { name: "API" });
        const invitation = await session.post(`/api/organizations/${organization.id}/invitations`, {
          email: "eve@example.com",
          role: "member",
        });
        const made = [
          minted.body.secret,
          replaced.body.secret,
          key.body.secret,
          service.body.secret,
          invitation.body.url.split("#token=")[1],
        ];
        for (const secret of made) assert.equal(typeof secret, "string");
        secrets.push(...made);

        for (const secret of made) {
          await note(anonymous.withBearer(secret).get("/api/whoami"));
          await note(anonymous.withBearer(`${secret}x`).get("/api/whoami"));
          await note(anonymous.get(`/api/whoami?token=${secret}`));
          await note(anonymous.get(`/api/personal-access-tokens/${secret}`));
          await note(
            anonymous
              .withApiKey(secret)
              .with({ Authorization: `Bearer ${secret}` })
              .get("/forward-auth"),
          );
          await note(
            anonymous.withBearer(service.body.secret).post("/api/verify", { token: secret, userAgent: "test" }),
          );
          await note(anonymous.post("/api/invitations/preview", { token: secret }));
          await note(session.post("/api/personal-access-tokens", { name: "CLI", [secret]: 1 }));
        }
        await note(anonymous.post("/api/sign-in", { email: "ada@example.com", password: `${PASSWORD}x` }));
        const letters = [await stage.tokenTo("eve@example.com", "/invitation"), verification];
        await note(session.post("/api/account/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }));
        await note(anonymous.post("/api/password/forgot", { email: "ada@example.com" }));
        // Notices and the email about the new password go to the address as well.
        let nth = 1;
        while (!(await stage.mail.letterTo("ada@example.com", nth)).text?.includes("/reset-password#token=")) nth += 1;
        letters.push(await stage.tokenTo("ada@example.com", "/reset-password", nth));
        secrets.push(...letters);
        for (const token of letters) {
          await note(anonymous.post("/api/invitations/preview", { token }));
          await note(session.post("/api/invitations/accept", { token }));
          await note(session.post("/api/email/verify", { token: `${token}x` }));
          await note(session.get(`/api/email/verify?token=${token}`));
          await note(anonymous.post("/api/password/reset", { token, password: "short" }));
        }
        const feed = (await session.post("/api/account/calendar-feed")).body.url.split(/[/.]/).at(-2);
        assert.match(feed, /^[0-9a-f]{64}$/);
        secrets.push(feed);
        await note(anonymous.get(`/calendar/${feed}.ics`));
        await note(anonymous.get(`/calendar/${feed}`));
        await note(anonymous.post(`/calendar/${feed}.ics`));
        await note(anonymous.withBearer(feed).get("/api/whoami"));
        await note(session.get("/api/account/calendar-feed"));
        await note(session.get("/api/notices"));
        await note(session.get("/api/personal-access-tokens"));
        await note(session.get(`/api/organizations/${organization.id}/audit-events`));
        await note(session.get("/api/account/audit-events"));
        await note(session.get("/api/account/sessions"));
        // In the address that a proxy or a service reports, which is stored as it is.
        const live = anonymous.withBearer(minted.body.secret);
        for (const secret of secrets) {
          const url = `/canary-route/${secret}/${secret}?token=${secret}#${secret}`;
          await note(live.with({ "X-Forwarded-Method": "GET", "X-Forwarded-Uri": url }).get("/forward-auth"));
          const asked = { token: minted.body.secret, method: "GET", path: url };
          await note(anonymous.withBearer(service.body.secret).post("/api/verify", asked));
        }
        await instance.uses.flush();
        await note(session.get(`/api/personal-access-tokens/${minted.body.token.id}/usage`));
        await note(session.delete(`/api/personal-access-tokens/${minted.body.token.id}`));

        const kept = await everythingKept(instance);
        for (const text of ["Canary", "/canary-route"]) assert.ok(kept.includes(text), "a stored text is found");
        const log = instance.log.join("\n");
        assert.ok(log.includes("whoami"));
        for (const secret of secrets) {
          assert.ok(!kept.includes(secret), "a secret is in the database");
          assert.ok(!log.includes(secret), "a secret is in the log");
          assert.ok(!answers.join("\n").includes(secret), "a secret is in a later response");
        }
      } finally {
        await stage.close();
      }
    });
  });
}
