// Permissions in a picker: grouped by resource, with shortcuts for long lists.
import { isBelow, missingPermissions } from "@mintmark/core";
import type { Ceiling, PermissionInfo } from "../api/types.ts";

export interface PermissionGroup {
  /** The part before the colon: `members`. */
  readonly resource: string;
  /** The resource as a heading: "API keys". */
  readonly label: string;
  readonly permissions: readonly PermissionInfo[];
}

/** Groups by resource, in the order of each group's first permission. */
export function groupPermissions(permissions: readonly PermissionInfo[]): PermissionGroup[] {
  const groups = Map.groupBy(permissions, ({ name }) => resourceOf(name));
  return [...groups].map(([resource, members]) => ({ resource, label: resourceLabel(resource), permissions: members }));
}

function resourceOf(permission: string): string {
  return permission.slice(0, Math.max(0, permission.indexOf(":"))) || permission;
}

export function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(":") + 1);
}

/** `api-keys` → "API keys". */
export function resourceLabel(resource: string): string {
  const words = resource.replaceAll(/[-_]/g, " ").replaceAll(/\b(?:api|mcp|url|id)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The permissions that can be chosen: those of the role within the organization's ceiling, in catalogue order. */
export function choosablePermissions(
  catalogue: readonly PermissionInfo[],
  held: readonly string[],
  ceiling: Ceiling = { kind: "role" },
): PermissionInfo[] {
  return catalogue.filter(({ name, access }) => held.includes(name) && isBelow(ceiling, name, access));
}

export function readOnlyNames(permissions: readonly PermissionInfo[]): string[] {
  return permissions.filter(({ access }) => access === "read").map(({ name }) => name);
}

/** Parses the list in a link: names that are separated by commas or spaces, each once. */
export function parsePermissionsText(text: string | undefined): string[] {
  return [...new Set((text ?? "").split(/[\s,]+/).filter((name) => name !== ""))];
}

/** Splits a list into the permissions that can be chosen here and the others. */
export function splitByAvailable(
  wanted: readonly string[],
  available: readonly PermissionInfo[],
): { readonly chosen: string[]; readonly unavailable: string[] } {
  const unavailable = [
    ...missingPermissions(
      wanted,
      available.map(({ name }) => name),
    ),
  ];
  return { chosen: wanted.filter((name) => !unavailable.includes(name)), unavailable };
}

/** A token's permissions in one line. `null` stands for all permissions of the role. */
export function summarizePermissions(permissions: readonly string[] | null): string {
  if (permissions === null) return "Whole role";
  if (permissions.length <= 2) return permissions.join(", ");
  return `${permissions.length} permissions`;
}
