// Who may call what concerns accounts and the instance: nobody without a session, no token, key or service
// key whatever it may do elsewhere, no page of another site, and on the admin's routes nobody but an
// instance admin. Every request carries a body that would be accepted, and whoever is refused has changed nothing.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Operation } from "../../src/http/operation.ts";
import { accountOperations } from "../../src/http/routes/account/index.ts";
import { adminOperations } from "../../src/http/routes/admin/index.ts";
import { sessionOperations } from "../../src/http/routes/session/index.ts";
import { assertRefused, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed } from "../support/seed.ts";

const ROUTES = [...sessionOperations, ...accountOperations, ...adminOperations].filter(
  ({ credentials }) => !credentials.includes("public"),
);

for (const engine of ENGINES) {
  describe(`access to accounts and the instance on ${engine}`, () => {
    let instance: TestInstance;
    let person: Person;
    let ids: Readonly<Record<string, string>>;
    let session: Client;
    let credentials: Readonly<Record<"pat" | "api key" | "service key", Client>>;

    before(async () => {
      instance = await startInstance({ engine });
      const seed = new Seed(instance);
      // An owner, and an instance admin: it is not for want of authority that their token is refused.
      person = await personWithPassword(seed, "Person", { instanceAdmin: true });
      await seed.person("Another admin", { instanceAdmin: true });
      const other = await seed.person("Other");
      const organization = await seed.organization(person);
      session = await seed.session(person);
      const service = await seed.service(person);
      credentials = {
        pat: (await seed.token(person, organization)).client,
        "api key": (await seed.apiKey(organization, person, { role: "admin" })).client,
        "service key": service.client,
      };
      ids = { users: other.id, services: service.id, sessions: (await session.get("/api/session")).body.id };
      bodies = {
        switchOrganization: { organizationId: organization.id },
        reauthenticate: { password: PASSWORD },
        updateAccount: { name: "Renamed" },
        changePassword: { currentPassword: PASSWORD, newPassword: "tr0ubador & three", revokeTokens: true },
        deleteAccount: { password: PASSWORD },
        createService: { name: "A service" },
      };
    });
    after(() => instance.close());

    let bodies: Readonly<Record<string, object>>;

    function send(client: Client, { operationId, method, path }: Operation): Promise<Reply> {
      const address = path.replace(/\/(\w+)\/\{id\}/, (_, kind: string) => `/${kind}/${ids[kind]}`);
      assert.ok(!/\{|undefined/.test(address), address);
      return method === "get"
        ? client.get(address)
        : client.send(method.toUpperCase(), address, bodies[operationId] ?? {});
    }

    for (const operation of ROUTES) {
      const { operationId, method } = operation;
      const refused = (client: Client, wanted: readonly [number, string]) =>
        assertRefused(instance, person, () => send(client, operation), wanted);

      it(`${operationId} is refused without a session`, async () => {
        await refused(instance.client(), [401, "credentials_missing"]);
        const ended = instance.client().withCookie(`mintmark_session=${"0".repeat(64)}`);
        await refused(ended, [401, "session_ended"]);
      });

      it(`${operationId} is refused to every credential, also beside a good cookie`, async () => {
        for (const client of Object.values(credentials)) await refused(client, [403, "session_required"]);
        await refused(session.with(credentials.pat.headers), [403, "session_required"]);
      });

      if (method !== "get") {
        it(`${operationId} is refused to a page of another site`, async () => {
          const foreign = { Cookie: session.headers["Cookie"] as string };
          await refused(instance.client().with({ ...foreign, "Sec-Fetch-Site": "cross-site" }), [
            403,
            "cross_site_request",
          ]);
          await refused(instance.client().with({ ...foreign, Origin: "https://evil.example" }), [
            403,
            "cross_site_request",
          ]);
          await refused(instance.client().with(foreign), [403, "cross_site_request"]);
        });
      }
    }

    for (const operation of adminOperations) {
      it(`${operation.operationId} is refused to whoever is no instance admin`, async () => {
        const seed = new Seed(instance);
        const owner = await seed.person();
        const ownersSession = await seed.session(owner, await seed.organization(owner));
        const wanted = [403, "instance_admin_required"] as const;
        await assertRefused(instance, person, () => send(ownersSession, operation), wanted);
      });
    }
  });
}
