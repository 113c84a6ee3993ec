import type { OrganizationId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { lockWithPermission } from "./lock-organization.ts";
import { type Standing, standingBy } from "./standing.ts";

/** Renames an organization. Names are for people: two organizations may have the same one. */
export function renameOrganization(
  deps: Deps,
  actor: Actor,
  input: { readonly id: OrganizationId; readonly name: string },
): Promise<Standing> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.id, "exclusive", "organization:write");
    const { organization } = authority;
    if (organization.name === name) return standingBy(authority);
    await tx.renameOrganization(input.id, name);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: deps.clock(),
        organizationId: input.id,
        action: "organization.renamed",
        target: { kind: "organization", id: input.id, name },
        details: { before: { name: organization.name }, after: { name } },
      }),
    ]);
    return standingBy({ ...authority, organization: { ...organization, name } });
  });
}
