// The token policy of an organization, stored as JSON text. createStoredJson in context.ts reads it.
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { SqlContext } from "./context.ts";

export const policyWrites = { setPolicy };

async function setPolicy({ db }: SqlContext, id: OrganizationId, policy: TokenPolicy): Promise<void> {
  await db
    .updateTable("organizations")
    .set({ policy: JSON.stringify(policy) })
    .where("id", "=", id)
    .execute();
}
