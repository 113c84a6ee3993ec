import type { UserId } from "@mintmark/core";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { getOwnToken, ownerOf, type TokenSelector } from "../token/find-token.ts";
import { type CredentialUsage, readUsage, readUses, spanOfDays, type UsesOfCredential } from "./credential-usage.ts";

/** How one of the caller's own tokens was used. */
export async function getOwnTokenUsage(
  deps: Pick<Deps, "store" | "clock">,
  actor: Actor,
  input: { readonly id: TokenSelector; readonly days: number },
): Promise<CredentialUsage> {
  const { reads } = deps.store;
  return readUsage(reads, await getOwnToken(reads, actor, input.id), spanOfDays(deps.clock(), input.days));
}

/** The same for a list of them, as numbers alone. An id that is not one of the caller's tokens is left out. */
export async function listOwnTokenUses(
  deps: Pick<Deps, "store" | "clock">,
  actor: Actor,
  input: { readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const owner = { userId: ownerOf(actor) as UserId };
  const own = await reads.selectTokens(
    input.ids,
    actor.kind === "session" ? owner : { ...owner, organizationId: actor.principal.organization.id },
  );
  return readUses(reads, own, spanOfDays(deps.clock(), input.days));
}
