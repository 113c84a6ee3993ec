// The token policy of an organization, stored as JSON text. createStoredJson in context.ts reads it.
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { SqlContext } from "./context.ts";

export const policyWrites = { setPolicy };

async function setPolicy({ db, change }: SqlContext, id: OrganizationId, policy: TokenPolicy): Promise<void> {
  change.touch("organization", id);
  await db
    .updateTable("organizations")
    .set({ policy: JSON.stringify(policy) })
    .where("id", "=", id)
    .execute();
}
