// No response grows with what one person has: each has the first page, and says where the next one begins.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { MembershipId } from "@mintmark/core";
import { operations } from "../../src/http/operations.ts";
import { hashSecret, newId, newLinkSecret, newSecret } from "../../src/secrets/generate.ts";
import type { Client } from "../support/client.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const MANY = 300;
/** The size of a response to a request without a limit, in characters. */
const LARGEST = 160_000;
/** An export is as large as what it exports, and sent while it is made. */
const FILES = /export|calendar/i;

for (const engine of ENGINES) {
  describe(`somebody who has much of everything on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let person: Person;
    let organization: SeededOrganization;
    let membershipId: MembershipId;
    let session: Client;
    /** Personal first, then by name. */
    let names: readonly string[];

    before(async () => {
      person = await seed.person("Personal", { instanceAdmin: true });
      names = Array.from({ length: MANY }, (_, index) => `Organization ${String(index).padStart(3, "0")}`);
      const { store, clock } = instance.deps;
      const now = clock();
      const founded = names.map((name) => ({ id: newId("organization"), name, personalOf: null, createdAt: now }));
      organization = founded.at(-1) as SeededOrganization;
      const common = { organizationId: organization.id, permissions: null, prefix: "mm_pat_000", expiresAt: null };
      await store.transaction(async (tx) => {
        // In an order that no list would have by accident.
        for (const one of founded.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
          await tx.insertOrganization(one);
          const membership = { id: newId("membership"), organizationId: one.id, userId: person.id, role: "owner" };
          await tx.insertMembership({ ...membership, joinedAt: now });
        }
        membershipId = (await tx.findMembership(organization.id, person.id))?.id ?? assert.fail();
        for (let index = 0; index < MANY; index++) {
          const credential = { ...common, name: `Credential ${index}`, createdAt: now + index };
          await tx.insertToken({
            ...credential,
            id: newId("token"),
            hash: hashSecret(newSecret("mm", "pat")),
            userId: person.id,
            membershipId,
            replaces: null,
          });
          await tx.insertApiKey({
            ...credential,
            id: newId("apiKey"),
            hash: hashSecret(newSecret("mm", "api_key")),
            role: "admin",
            createdBy: person.id,
          });
          await tx.insertInvitation({
            id: newId("invitation"),
            hash: hashSecret(newLinkSecret()),
            organizationId: organization.id,
            email: `guest-${index}@example.com`,
            role: "member",
            invitedByMembershipId: membershipId,
            invitedByTokenId: null,
            invitedBy: { id: person.id, name: person.name },
            createdAt: now + index,
            expiresAt: now + 86_400_000,
          });
          await tx.insertSession({
            id: newId("session"),
            hash: hashSecret(newLinkSecret()),
            userId: person.id,
            organizationId: organization.id,
            createdAt: now - 1_000 + index,
            authenticatedAt: now,
            expiresAt: now + 86_400_000,
            ip: null,
            userAgent: "Mozilla/5.0",
          });
        }
      });
      session = await seed.session(person, organization);
    });

    async function walk(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
      const items: Readonly<Record<string, unknown>>[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const { status, body } = await session.get(`${path}${cursor === "" ? "" : `&cursor=${cursor}`}`);
        assert.equal(status, 200, JSON.stringify(body));
        items.push(...body.items);
        cursor = body.nextCursor;
      }
      return items;
    }

    for (const { operationId, path, method } of operations) {
      if (method !== "get" || FILES.test(operationId)) continue;
      it(`${operationId} returns no more than a page`, async () => {
        const address = path
          .replace("/organizations/{id}", `/organizations/${organization.id}`)
          .replace("{membershipId}", membershipId)
          .replace("/admin/users/{id}", `/admin/users/${person.id}`);
        // A single thing, read by its id, has no list in it.
        if (address.includes("{")) return;
        const { status, body } = await session.get(address);
        assert.ok(status < 500, `${address}: ${JSON.stringify(body)}`);
        const size = JSON.stringify(body).length;
        assert.ok(size <= LARGEST, `${size} characters`);
      });
    }

    it("GET /api/session has the first organizations, the active one, their number and the next cursor", async () => {
      const { body } = await session.get("/api/session");
      assert.equal(body.organization.id, organization.id);
      assert.deepEqual(
        body.organizations.map(({ name }: { name: string }) => name),
        ["Personal", ...names.slice(0, 19)],
      );
      assert.equal(body.organizationCount, MANY + 1);
      assert.ok(JSON.stringify(body).length < 20_000, `${JSON.stringify(body).length} characters`);
      const rest = await session.get(`/api/organizations?limit=2&cursor=${body.organizationsNextCursor}`);
      assert.deepEqual(
        rest.body.items.map(({ name }: { name: string }) => name),
        names.slice(19, 21),
      );
    });

    it("GET /api/organizations returns each of them once, in one order, and finds by a part of the name", async () => {
      const items = await walk("/api/organizations?limit=70");
      assert.deepEqual(
        items.map(({ name }) => name),
        ["Personal", ...names],
      );
      assert.equal(new Set(items.map(({ id }) => id)).size, MANY + 1);
      const found = await walk("/api/organizations?limit=7&query=ORGANIZATION%2001");
      assert.deepEqual(
        found.map(({ name }) => name),
        names.slice(10, 20),
      );
    });

    it("a cursor of an organization that is somebody else's says nothing about its name", async () => {
      const other = await seed.person();
      const theirs = await seed.organization(other, "Organization 150b");
      const browser = await seed.session(other, theirs);
      const page = await browser.get("/api/organizations?limit=1");
      assert.equal(page.body.items.length, 1);
      const { status, body } = await session.get(`/api/organizations?cursor=${page.body.nextCursor}`);
      assert.deepEqual([status, body.code], [400, "cursor_invalid"]);
    });

    it("GET /api/account/sessions returns each of them once, newest first", async () => {
      const items = await walk("/api/account/sessions?limit=70");
      assert.equal(items.length, MANY + 1);
      assert.equal(new Set(items.map(({ id }) => id)).size, MANY + 1);
      const instants = items.map(({ createdAt }) => String(createdAt));
      assert.deepEqual(instants, instants.toSorted().toReversed());
      assert.equal(items.filter(({ current }) => current === true).length, 1);
    });
  });
}
