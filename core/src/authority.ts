// The permissions that a credential has now. Only this file combines role, narrowing and ceiling:
// effective = permissions(role, now) ∩ the token's list ∩ the policy ceiling.
import type { Catalogue } from "./catalogue.ts";
import type { Access } from "./catalogue-defaults.ts";

/** An upper bound that the organization's policy puts on every credential of the organization. */
export type Ceiling =
  | { readonly kind: "role" }
  | { readonly kind: "read-only" }
  | { readonly kind: "list"; readonly permissions: readonly string[] };

export const NO_CEILING: Ceiling = Object.freeze({ kind: "role" });

export interface AuthorityInput {
  /** The present role: of the membership for a token, the fixed one for an API key. */
  readonly role: string;
  /** The credential's own list; `null` is the whole role. */
  readonly listed: readonly string[] | null;
  readonly ceiling: Ceiling;
}

const WHOLE_ROLE: readonly string[] = Object.freeze([]);
type ByRole = Map<string, readonly string[]>;
const remembered = new WeakMap<Catalogue, WeakMap<Ceiling, WeakMap<readonly string[], ByRole>>>();

/**
 * The effective permissions, in catalogue order. A permission that the catalogue no longer has is left out. The result for
 * one catalogue, ceiling, list and role is computed once, because it depends on nothing else.
 */
export function effectivePermissions(catalogue: Catalogue, input: AuthorityInput): readonly string[] {
  const byCeiling = rememberedIn(
    remembered,
    catalogue,
    () => new WeakMap<Ceiling, WeakMap<readonly string[], ByRole>>(),
  );
  const byList = rememberedIn(byCeiling, input.ceiling, () => new WeakMap<readonly string[], ByRole>());
  const byRole = rememberedIn(byList, input.listed ?? WHOLE_ROLE, (): ByRole => new Map());
  let permissions = byRole.get(input.role);
  if (permissions === undefined) byRole.set(input.role, (permissions = Object.freeze(intersect(catalogue, input))));
  return permissions;
}

function rememberedIn<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function intersect(catalogue: Catalogue, { role, listed, ceiling }: AuthorityInput): string[] {
  return catalogue.permissionsOf(role).filter((permission) => {
    if (listed !== null && !listed.includes(permission)) return false;
    return isBelow(ceiling, permission, catalogue.permissions.get(permission)?.access);
  });
}

/** Whether the ceiling lets a permission through. `access` is what the catalogue says of it. */
export function isBelow(ceiling: Ceiling, permission: string, access: Access | undefined): boolean {
  if (ceiling.kind === "read-only") return access === "read";
  return ceiling.kind === "role" || ceiling.permissions.includes(permission);
}

/** Whether none of these permissions is a `write`. */
export function isReadOnly(catalogue: Catalogue, permissions: readonly string[]): boolean {
  return permissions.every((permission) => catalogue.permissions.get(permission)?.access === "read");
}

/** The permissions of `wanted` that `held` lacks, in the order of `wanted`. */
export function missingPermissions(wanted: readonly string[], held: readonly string[]): readonly string[] {
  const set = new Set(held);
  return wanted.filter((permission) => !set.has(permission));
}

/** Whether `held` includes every permission of the role. A role that the catalogue lacks is never covered. */
export function coversRole(catalogue: Catalogue, role: string, held: readonly string[]): boolean {
  return catalogue.roles.has(role) && missingPermissions(catalogue.permissionsOf(role), held).length === 0;
}
