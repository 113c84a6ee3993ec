// The parts of the API's responses that the commands read, with a check for each. Fields that no command uses are kept
// unchanged, so that --json shows everything the server sent.
import type { Confirmed } from "@mintmark/core/confirmation";

export interface Identity {
  readonly credential: {
    readonly type: "session" | "pat" | "api_key";
    readonly id: string;
    readonly name: string;
    readonly prefix: string;
    readonly expiresAt: string | null;
    /** When it ends by its expiry or by the policy. */
    readonly endsAt: string | null;
  };
  /** `null` for an API key. */
  readonly user: { readonly name: string; readonly email: string; readonly externalId?: string | null } | null;
  readonly organization: { readonly id: string; readonly name: string; readonly externalId?: string | null };
  readonly role: string;
  readonly permissions: readonly string[];
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly user: { readonly name: string; readonly email: string };
  readonly organization: { readonly id: string; readonly name: string };
  /** `null` stands for all permissions of the role. */
  readonly permissions: readonly string[] | null;
  readonly state: string;
  readonly blockedBy: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** When it ends by its expiry, by the policy or by a revocation, and why. */
  readonly endsAt: string | null;
  readonly endsBecause: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly useCount: number;
  readonly revokedAt: string | null;
  readonly revokedReason: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Receipt extends Confirmed {
  readonly revoked: true;
  readonly at: string;
}

/** An error response as Mintmark sends it (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly missingPermissions?: readonly string[];
}

export function isIdentity(value: unknown): value is Identity {
  return (
    isObject(value) &&
    isObject(value["credential"]) &&
    hasTexts(value["credential"], ["type", "id", "name", "prefix"]) &&
    isInstantOrNull(value["credential"]["expiresAt"]) &&
    isInstantOrNull(value["credential"]["endsAt"]) &&
    (value["user"] === null || isPerson(value["user"])) &&
    isReference(value["organization"]) &&
    hasTexts(value, ["role"]) &&
    isTexts(value["permissions"])
  );
}

export function isToken(value: unknown): value is Token {
  return (
    isObject(value) &&
    hasTexts(value, ["id", "name", "prefix", "state"]) &&
    isPerson(value["user"]) &&
    isReference(value["organization"]) &&
    (value["permissions"] === null || isTexts(value["permissions"])) &&
    hasTextsOrNull(value, ["blockedBy", "endsBecause", "lastUsedIp", "revokedReason"]) &&
    typeof value["useCount"] === "number" &&
    typeof value["createdAt"] === "string" &&
    ["createdAt", "expiresAt", "endsAt", "lastUsedAt", "revokedAt"].every((name) => isInstantOrNull(value[name]))
  );
}

export function isPageOf<T>(isItem: (item: unknown) => item is T): (value: unknown) => value is Page<T> {
  return (value): value is Page<T> =>
    isObject(value) &&
    Array.isArray(value["items"]) &&
    value["items"].every(isItem) &&
    hasTextsOrNull(value, ["nextCursor"]);
}

export function isReceipt(value: unknown): value is Receipt {
  return (
    isObject(value) &&
    value["revoked"] === true &&
    hasTexts(value, ["at", "confirmedBy"]) &&
    typeof value["replicas"] === "number" &&
    typeof value["waitedMs"] === "number"
  );
}

export function isProblem(value: unknown): value is Problem {
  return (
    isObject(value) &&
    hasTexts(value, ["code", "title", "detail", "requestId"]) &&
    (value["missingPermissions"] === undefined || isTexts(value["missingPermissions"]))
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether the value has an id and a name. */
export function isReference(value: unknown): value is { readonly id: string; readonly name: string } {
  return isObject(value) && hasTexts(value, ["id", "name"]);
}

export function isPerson(value: unknown): value is { readonly name: string; readonly email: string } {
  return isObject(value) && hasTexts(value, ["name", "email"]);
}

export function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "string");
}

export function hasTextsOrNull(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => value[name] === null || typeof value[name] === "string");
}

export function isInstantOrNull(value: unknown): boolean {
  return value === null || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
