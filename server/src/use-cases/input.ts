// Validates input that several use cases take.
// Rule: each function returns the value to store, or refuses with the name of the field.
import {
  type Catalogue,
  missingPermissions,
  parseEmail,
  parseExpiry,
  parseName,
  passwordProblem,
} from "@mintmark/core";
import { Refusal } from "./use-case.ts";

export interface ExpiryChoice {
  /** UTC epoch milliseconds. */
  readonly expiresAt?: number | null | undefined;
  readonly expiresInDays?: number | null | undefined;
}

export function requireName(text: string): string {
  const name = parseName(text);
  if (name !== null) return name;
  const message = "Use 1 to 100 characters, without control, bidirectional or invisible characters.";
  throw new Refusal("name_invalid", `This name cannot be used. ${message}`, { errors: [{ field: "name", message }] });
}

export function requireEmail(text: string): string {
  const email = parseEmail(text);
  if (email !== null) return email;
  const message = "Enter an address such as ada@example.com.";
  throw new Refusal("email_invalid", `This email address cannot be used. ${message}`, {
    errors: [{ field: "email", message }],
  });
}

export function requirePassword(password: string, personal: readonly string[], field = "password"): string {
  const problem = passwordProblem(password, personal);
  if (problem === null) return password;
  throw new Refusal("password_weak", `The password is too weak. ${problem}`, { errors: [{ field, message: problem }] });
}

export function requireExpiry(choice: ExpiryChoice, now: number): number | null {
  const parsed = parseExpiry({ expiresAt: choice.expiresAt ?? null, expiresInDays: choice.expiresInDays ?? null }, now);
  if (parsed.ok) return parsed.expiresAt;
  const field = (choice.expiresInDays ?? null) === null ? "expiresAt" : "expiresInDays";
  throw new Refusal("expiry_invalid", `This expiry cannot be used: ${parsed.problem}.`, {
    errors: [{ field, message: parsed.problem }],
  });
}

/**
 * Returns the chosen permissions in catalogue order, or `null` for the whole role. Refuses an empty list, which does
 * not mean "everything", a permission that is not in the catalogue, and one that the role does not hold now.
 */
export function requirePermissions(
  catalogue: Catalogue,
  chosen: readonly string[] | null | undefined,
  held: readonly string[],
): readonly string[] | null {
  if (chosen === null || chosen === undefined) return null;
  const refuse = (
    code: "permissions_empty" | "permission_unknown" | "permission_exceeds_role",
    detail: string,
  ): Refusal => new Refusal(code, detail, { errors: [{ field: "permissions", message: detail }] });
  if (chosen.length === 0)
    throw refuse("permissions_empty", "Choose at least one permission, or leave the list out for the whole role.");
  const unknown = chosen.filter((permission) => !catalogue.permissions.has(permission));
  if (unknown.length > 0)
    throw refuse("permission_unknown", `There is no such permission: ${unknown.slice(0, 5).join(", ").slice(0, 200)}.`);
  const exceeding = missingPermissions(chosen, held);
  if (exceeding.length > 0)
    throw refuse(
      "permission_exceeds_role",
      `The role does not hold ${exceeding.join(", ")}. Leave it out, or ask for another role.`,
    );
  const wanted = new Set(chosen);
  return held.filter((permission) => wanted.has(permission));
}
