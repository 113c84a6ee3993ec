// Permissions: what a role holds, and what is left of it for a credential. The catalogue is the permissions and roles of one
// instance, the defaults and what the operator's configuration adds.
// Rule: only this file combines role, narrowing and ceiling:
// effective = permissions(role, now) ∩ the token's list ∩ the policy ceiling.
import {
  type Access,
  DEFAULT_PERMISSIONS,
  DEFAULT_ROLES,
  OWNER_ROLE,
  type PermissionDefinition,
  type RoleDefinition,
} from "./catalogue-defaults.ts";

export const PERMISSION_NAME = /^[a-z][a-z0-9_-]{0,39}:[a-z][a-z0-9_-]{0,39}$/;
const ROLE_NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
const READ_ACTIONS = /^(read|list|get|view)$/;

export interface Catalogue {
  readonly permissions: ReadonlyMap<string, PermissionDefinition>;
  readonly roles: ReadonlyMap<string, RoleDefinition>;
  /** The permissions of a role, in catalogue order; empty for a role the catalogue no longer has. */
  permissionsOf(role: string): readonly string[];
}

/** The additions of an operator. A default role gains the listed permissions; any other role is new. */
export interface CatalogueAdditions {
  readonly permissions?: readonly PermissionAddition[] | undefined;
  readonly roles?: Readonly<Record<string, RoleAddition>> | undefined;
}

interface PermissionAddition {
  readonly name: string;
  readonly access?: Access | undefined;
  readonly description?: string | undefined;
}

interface RoleAddition {
  readonly description?: string | undefined;
  readonly permissions: readonly string[];
}

/** The access of a permission that does not declare one: `read` only when its action says `read`, `list`, `get` or `view`. */
function accessByAction(name: string): Access {
  return READ_ACTIONS.test(name.slice(name.indexOf(":") + 1)) ? "read" : "write";
}

export type CatalogueResult =
  | { readonly ok: true; readonly catalogue: Catalogue }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Builds the catalogue. Reports every problem at once: a malformed name, a permission declared twice,
 * a role that lists an undeclared permission. `owner` always holds every permission.
 */
export function createCatalogue(additions: CatalogueAdditions = {}): CatalogueResult {
  const problems: string[] = [];
  const permissions = new Map(DEFAULT_PERMISSIONS.map((permission) => [permission.name, permission]));
  for (const { name, access, description } of additions.permissions ?? []) {
    if (!PERMISSION_NAME.test(name)) problems.push(`permission "${name}" does not match ${PERMISSION_NAME.source}`);
    else if (permissions.has(name)) problems.push(`permission "${name}" is declared twice`);
    else permissions.set(name, { name, access: access ?? accessByAction(name), description: description ?? name });
  }
  const roles = new Map(DEFAULT_ROLES.map((role) => [role.name, role]));
  for (const [name, addition] of Object.entries(additions.roles ?? {})) {
    if (!ROLE_NAME.test(name)) problems.push(`role "${name}" does not match ${ROLE_NAME.source}`);
    for (const permission of addition.permissions) {
      if (!permissions.has(permission))
        problems.push(`role "${name}" lists the permission "${permission}", which is not declared`);
    }
    const base = roles.get(name);
    roles.set(name, {
      name,
      description: addition.description ?? base?.description ?? name,
      permissions: [...(base?.permissions ?? []), ...addition.permissions],
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, catalogue: freezeCatalogue(permissions, roles) };
}

function freezeCatalogue(
  permissions: Map<string, PermissionDefinition>,
  roles: Map<string, RoleDefinition>,
): Catalogue {
  const order = [...permissions.keys()];
  const ordered = new Map<string, RoleDefinition>();
  for (const role of roles.values()) {
    const held = new Set(role.permissions);
    const list = role.name === OWNER_ROLE ? order : order.filter((name) => held.has(name));
    ordered.set(role.name, Object.freeze({ ...role, permissions: Object.freeze(list) }));
  }
  return Object.freeze({
    permissions,
    roles: ordered,
    permissionsOf: (role: string): readonly string[] => ordered.get(role)?.permissions ?? [],
  });
}

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
