// Management keys that the configuration declares, so that a deployment or a test needs no browser.
// Rule: the configuration is the truth at each start. A declared key is active, with every scope and for the source `host`. One
// that is no longer declared ends, and is active again when it is declared again, so that a rolled back deployment works. A key
// that a person or a leak ended never comes back.
import { DEFAULT_SOURCE, MANAGEMENT_SCOPES, type ManagementKeyId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { Hash } from "../../store/store.ts";
import { type Deps, eventOf, MINTMARK } from "../use-case.ts";
import { endManagementKey } from "./management-key.ts";

/** A key that the configuration declares. Its plaintext was hashed when the configuration was read. */
export interface DeclaredKey {
  readonly hash: Hash;
  readonly prefix: string;
}

const DECLARED_NAME = "Declared in the configuration";

/**
 * Makes the declared keys active: a new one is inserted with every scope for the source `host`, and one that was declared
 * before is revived. Returns the prefixes of those that a person or a leak ended: they never come back.
 */
export async function declareManagementKeys(
  deps: Pick<Deps, "store" | "clock">,
  declared: readonly DeclaredKey[],
): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const { hash, prefix } of declared) {
    const known = await deps.store.reads.findManagementKeyByHash(hash);
    if (known !== null && known.revokedAt === null) continue;
    await deps.store.transaction(async (tx) => {
      await tx.lockInstance();
      // Another replica may have declared it in the meantime.
      const now = await tx.findManagementKeyByHash(hash);
      if (now !== null && now.revokedAt === null) return;
      const at = deps.clock();
      const id = now?.id ?? newId("managementKey");
      if (now !== null && !(await tx.reviveManagementKey(id))) return void ended.push(prefix);
      if (now === null) {
        const key = { id, hash, prefix, name: DECLARED_NAME, source: DEFAULT_SOURCE, scopes: MANAGEMENT_SCOPES };
        const made = { networks: [], isDeclared: true, createdAt: at, createdBy: MINTMARK.actor, expiresAt: null };
        await tx.insertManagementKey({ ...key, ...made });
      }
      await tx.insertAuditEvents([
        eventOf(MINTMARK, {
          at,
          organizationId: null,
          action: "management_key.declared",
          target: { kind: "management_key", id, name: now?.name ?? DECLARED_NAME },
          details: { prefix, scopes: now?.scopes ?? MANAGEMENT_SCOPES, source: now?.source ?? DEFAULT_SOURCE },
        }),
      ]);
    });
  }
  return ended;
}

/** Ends the keys that an earlier configuration declared and the present one does not. */
export async function endUndeclaredManagementKeys(
  deps: Pick<Deps, "store" | "clock">,
  declared: readonly DeclaredKey[],
): Promise<void> {
  const kept = new Set<ManagementKeyId>();
  for (const { hash } of declared) {
    const key = await deps.store.reads.findManagementKeyByHash(hash);
    if (key !== null) kept.add(key.id);
  }
  const gone = (await deps.store.reads.listDeclaredManagementKeys()).filter(({ id }) => !kept.has(id));
  for (const { id } of gone) {
    await deps.store.transaction(async (tx) => {
      await tx.lockInstance();
      await endManagementKey(deps, tx, MINTMARK, id, "undeclared");
    });
  }
}
