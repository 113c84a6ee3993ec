// Token policies and lists of permissions. They are stored as JSON text, which is parsed once and remembered by the text
// itself, because verification meets the same few texts again and again.
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
