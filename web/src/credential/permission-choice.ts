// Permissions as people choose them: grouped by resource, with the shortcuts a long list needs.
import { isBelow, missingPermissions } from "@mintmark/core";
import type { Ceiling, PermissionInfo } from "../api/types.ts";

export interface PermissionGroup {
  /** The part before the colon: `members`. */
  readonly resource: string;
  /** The resource as a heading: "API keys". */
  readonly label: string;
  readonly permissions: readonly PermissionInfo[];
}

/** Groups by resource. Groups come in the order in which their first permission comes. */
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

/** What can be chosen: what the role holds and the organization's ceiling lets through, in catalogue order. */
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

/** Reads a prefilled list from a link: names separated by commas or spaces, each once. */
export function parsePermissionsText(text: string | undefined): string[] {
  return [...new Set((text ?? "").split(/[\s,]+/).filter((name) => name !== ""))];
}

/** Splits a wanted list by whether each permission can be chosen here. */
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

/** A token's permissions in one line. `null` is the whole role. */
export function summarizePermissions(permissions: readonly string[] | null): string {
  if (permissions === null) return "Whole role";
  if (permissions.length <= 2) return permissions.join(", ");
  return `${permissions.length} permissions`;
}
