// The requests that ARCHITECTURE walks through, on a running instance with the settings of production.
import assert from "node:assert/strict";
import { bearer, callTool } from "../../server/test/mcp/speak.ts";
import { startInstance } from "../../server/test/support/instance.ts";
import { Seed } from "../../server/test/support/seed.ts";
import { filesPassedBy, type PrepareRequest } from "./coverage.ts";

const WALKS = ["verify", "revoke", "mint", "remove a member", "MCP call"] as const;
export type Walk = (typeof WALKS)[number];

/** For each walk the files that one warm request passes through, from the repository's root, sorted. */
export async function walk(): Promise<Readonly<Record<Walk, readonly string[]>>> {
  const instance = await startInstance({ env: { MINTMARK_MINT_LIMIT: "10" } });
  try {
    const requests = await requestsTo(new Seed(instance));
    const files = {} as Record<Walk, readonly string[]>;
    for (const name of WALKS) files[name] = await filesPassedBy(requests[name]);
    return files;
  } finally {
    await instance.close();
  }
}

async function requestsTo(seed: Seed): Promise<Readonly<Record<Walk, PrepareRequest>>> {
  const owner = await seed.person();
  const organization = await seed.organization(owner);
  const session = await seed.session(owner, organization);
  const token = await seed.token(owner, organization);
  return {
    verify: async () => async () => {
      const { status, headers } = await token.client.get("/forward-auth");
      assert.deepEqual([status, headers.get("x-mintmark-user")], [200, owner.id]);
    },
    revoke: async () => {
      const { id } = await seed.token(owner, organization);
      return async () => {
        const { status, body } = await session.delete(`/api/personal-access-tokens/${id}`);
        assert.deepEqual([status, body.revoked], [200, true]);
      };
    },
    mint: async () => async () => {
      const { status, body } = await session.post("/api/personal-access-tokens", { name: "walk", expiresInDays: 7 });
      assert.deepEqual([status, typeof body.secret], [201, "string"]);
    },
    "remove a member": async () => {
      const person = await seed.person();
      const membership = await seed.member(organization, person, "member");
      await seed.token(person, organization);
      return async () => {
        const { status, body } = await session.delete(`/api/organizations/${organization.id}/members/${membership}`);
        assert.deepEqual([status, body.offboarding?.tokenCount], [200, 1]);
      };
    },
    "MCP call": async () => async () => {
      const { result } = await callTool(seed.instance, bearer(token), "whoami");
      assert.equal(result.structuredContent.user.id, owner.id);
    },
  };
}
