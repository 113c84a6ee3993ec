// What the commands read from the API's answers, and whether an answer has it. Fields that no command
// uses are carried along untouched, so that --json shows all that the server said.
export interface Identity {
  readonly credential: {
    readonly type: "session" | "pat" | "api_key";
    readonly id: string;
    readonly name: string;
    readonly prefix: string;
    readonly expiresAt: string | null;
  };
  /** `null` for an API key. */
  readonly user: { readonly name: string; readonly email: string } | null;
  readonly organization: { readonly name: string };
  readonly role: string;
  readonly permissions: readonly string[];
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly organization: { readonly name: string };
  readonly state: string;
  readonly blockedBy: string | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface TokenPage {
  readonly items: readonly Token[];
  readonly nextCursor: string | null;
}

export interface Receipt {
  readonly revoked: true;
  readonly at: string;
}

/** RFC 9457, as Mintmark answers it. */
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
    (value["user"] === null || (isObject(value["user"]) && hasTexts(value["user"], ["name", "email"]))) &&
    isObject(value["organization"]) &&
    hasTexts(value["organization"], ["name"]) &&
    hasTexts(value, ["role"]) &&
    isTexts(value["permissions"])
  );
}

export function isToken(value: unknown): value is Token {
  return (
    isObject(value) &&
    hasTexts(value, ["id", "name", "prefix", "state"]) &&
    isObject(value["organization"]) &&
    hasTexts(value["organization"], ["name"]) &&
    (value["blockedBy"] === null || typeof value["blockedBy"] === "string") &&
    isInstantOrNull(value["expiresAt"]) &&
    isInstantOrNull(value["lastUsedAt"])
  );
}

export function isTokenPage(value: unknown): value is TokenPage {
  return (
    isObject(value) &&
    Array.isArray(value["items"]) &&
    value["items"].every(isToken) &&
    (value["nextCursor"] === null || typeof value["nextCursor"] === "string")
  );
}

export function isReceipt(value: unknown): value is Receipt {
  return isObject(value) && value["revoked"] === true && hasTexts(value, ["at"]);
}

export function isProblem(value: unknown): value is Problem {
  return (
    isObject(value) &&
    hasTexts(value, ["code", "title", "detail", "requestId"]) &&
    (value["missingPermissions"] === undefined || isTexts(value["missingPermissions"]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "string");
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isInstantOrNull(value: unknown): boolean {
  return value === null || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}
