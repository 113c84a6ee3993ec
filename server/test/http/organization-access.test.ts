// Who may do what in an organization, for every route of it at once: nobody without a credential, nobody
// from outside (who learns not even that it exists), no member whose role lacks the permission, no token
// that was narrowed below it. And whoever is refused has changed nothing.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { InvitationId, MembershipId } from "@mintmark/core";
import { operations } from "../../src/http/operations.ts";
import type { Operation } from "../../src/http/operation.ts";
import { newId, newLinkSecret } from "../../src/secrets/generate.ts";
import { hashSecret } from "../../src/secrets/hash.ts";
import type { Client, Reply } from "../support/client.ts";
import { ENGINES, startInstance, type TestInstance } from "../support/instance.ts";
import { assertRefused } from "../support/organization-state.ts";
import { type Person, Seed, type SeededOrganization } from "../support/seed.ts";

interface Ids {
  readonly id: string;
  readonly membershipId: string;
  readonly invitationId: string;
  readonly keyId: string;
  readonly tokenId: string;
}

const UNKNOWN: Ids = {
  id: "org_00000000000000000000000000000000",
  membershipId: "mem_00000000000000000000000000000000",
  invitationId: "inv_00000000000000000000000000000000",
  keyId: "key_00000000000000000000000000000000",
  tokenId: "pat_00000000000000000000000000000000",
};

const POLICY = {
  maxLifetimeDays: 30,
  allowNoExpiry: true,
  ceiling: { kind: "role" },
  mintableBy: ["owner"],
  oversight: "list",
  revokeOnSuspend: false,
  idleDays: null,
  networks: null,
  mcp: "read-write",
};

/** A body that each operation accepts, so that nothing but the caller's authority can be what refuses it. */
const BODIES: Readonly<Record<string, object>> = {
  renameOrganization: { name: "Renamed" },
  deleteOrganization: { name: "Organization under test" },
  changeRole: { role: "viewer" },
  removeMember: { revokeApiKeys: [] },
  suspendMember: { revokeApiKeys: [] },
  revokeOrganizationTokens: { ids: [UNKNOWN.tokenId] },
  createInvitation: { email: "new@example.com", role: "viewer" },
  createApiKey: { name: "key", role: "viewer", expiresInDays: 7 },
  setPolicy: POLICY,
  previewPolicy: { policy: POLICY },
  setAuditRetention: { days: 365 },
};

const ROUTES = operations.filter(
  ({ path, permission }) => path.startsWith("/api/organizations/{id}") && permission !== undefined,
);

function send(client: Client, operation: Operation, ids: Ids): Promise<Reply> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name]);
  if (operation.method === "get") return client.get(path);
  return client.send(operation.method.toUpperCase(), path, BODIES[operation.operationId] ?? {});
}

const anonymousBody = ({ body }: Reply): object => ({ ...body, requestId: "" });

for (const engine of ENGINES) {
  describe(`access to an organization on ${engine}`, () => {
    let instance: TestInstance;
    let seed: Seed;
    let owner: Person;
    let organization: SeededOrganization;
    let ids: Ids;
    let foreign: Ids;
    let outsiders: Readonly<Record<"session" | "pat" | "api-key", Client>>;
    let weak: Readonly<Record<"suspended" | "viewer" | "narrowed" | "key", Client>>;

    before(async () => {
      instance = await startInstance({ engine });
      seed = new Seed(instance);
      owner = await seed.person();
      organization = await seed.organization(owner, "Organization under test");
      ids = await furnish(organization, owner);
      const stranger = await seed.person();
      const elsewhere = await seed.organization(stranger);
      foreign = await furnish(elsewhere, stranger);
      outsiders = {
        session: await seed.session(stranger, elsewhere),
        pat: (await seed.token(stranger, elsewhere)).client,
        "api-key": (await seed.apiKey(elsewhere, stranger)).client,
      };
      const viewer = await seed.person();
      await seed.member(organization, viewer, "viewer");
      const suspended = await seed.person();
      const suspendedId = await seed.member(organization, suspended, "admin");
      await instance.deps.store.transaction((tx) => tx.suspendMembership(suspendedId, instance.deps.clock(), owner.id));
      weak = {
        suspended: await seed.session(suspended, organization),
        viewer: await seed.session(viewer, organization),
        narrowed: (await seed.token(owner, organization, { permissions: ["tokens:create"] })).client,
        key: (await seed.apiKey(organization, owner, { role: "viewer" })).client,
      };
    });
    after(() => instance.close());

    /** One of each thing that a path can name. */
    async function furnish(where: SeededOrganization, by: Person): Promise<Ids> {
      const person = await seed.person();
      const membershipId: MembershipId = await seed.member(where, person, "member");
      const invitationId: InvitationId = newId("invitation");
      await instance.deps.store.transaction((tx) =>
        tx.insertInvitation({
          id: invitationId,
          hash: hashSecret(newLinkSecret()),
          organizationId: where.id,
          email: "someone@example.com",
          role: "viewer",
          invitedByMembershipId: null,
          invitedBy: { id: by.id, name: by.name },
          createdAt: instance.deps.clock(),
          expiresAt: instance.deps.clock() + 86_400_000,
        }),
      );
      return {
        id: where.id,
        membershipId,
        invitationId,
        keyId: (await seed.apiKey(where, by, { role: "viewer" })).id,
        tokenId: (await seed.token(person, where)).id,
      };
    }

    const refused = (client: Client, operation: Operation, expected: readonly [number, string], at: Ids = ids) =>
      assertRefused(instance, organization.id, () => send(client, operation, at), expected);

    it("is tested for every route of an organization", () => {
      assert.ok(ROUTES.length >= 18);
      for (const { operationId, method, body } of ROUTES) {
        assert.equal(BODIES[operationId] !== undefined, method !== "get" && body !== undefined, operationId);
      }
    });

    for (const operation of ROUTES) {
      const { operationId, credentials, permission = "" } = operation;
      const sessionOnly = !credentials.includes("pat");

      it(`${operationId} needs a credential`, async () => {
        await refused(instance.client(), operation, [401, "credentials_missing"]);
      });

      it(`${operationId} looks to outsiders as if the organization did not exist`, async () => {
        for (const [kind, client] of Object.entries(outsiders)) {
          if (sessionOnly && kind !== "session") {
            await refused(client, operation, [403, "session_required"]);
            continue;
          }
          const reply = await refused(client, operation, [404, "not_found"]);
          const unknown = await send(client, operation, UNKNOWN);
          assert.deepEqual(anonymousBody(reply), anonymousBody(unknown));
        }
      });

      it(`${operationId} needs ${permission} now: of the role, the token's list, the key's role`, async () => {
        const viewerHolds = instance.deps.catalogue.permissionsOf("viewer").includes(permission);
        for (const [kind, client] of Object.entries(weak)) {
          if (viewerHolds && (kind === "viewer" || kind === "key")) continue;
          const isToken = kind === "narrowed" || kind === "key";
          if (sessionOnly && isToken) {
            await refused(client, operation, [403, "session_required"]);
            continue;
          }
          const { body } = await refused(client, operation, [403, "permission_denied"]);
          assert.deepEqual(body.missingPermissions, [permission], kind);
        }
      });

      if (/\{(?!id\})\w+\}/.test(operation.path)) {
        it(`${operationId} cannot tell another organization's thing from one that does not exist`, async () => {
          const session = await seed.session(owner, organization);
          const own = { id: organization.id };
          const reply = await refused(session, operation, [404, "not_found"], { ...foreign, ...own });
          const unknown = await send(session, operation, { ...UNKNOWN, ...own });
          assert.deepEqual(anonymousBody(reply), anonymousBody(unknown));
        });
      }
    }
  });
}
