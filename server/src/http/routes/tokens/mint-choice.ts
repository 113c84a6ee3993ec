import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "@mintmark/core";
import { InstantInput } from "../../presenters/time.ts";

/** When a credential ends, as bodies say it: one of them or neither. */
export const ExpiryChoice = {
  expiresAt: InstantInput.nullish(),
  expiresInDays: z.int().nullish(),
};

/** What a credential is narrowed to, as bodies say it. */
export const PermissionsChoice = {
  permissions: z
    .array(z.string())
    .max(500)
    .nullish()
    .openapi({ description: "Omitted: the whole role. Empty: an error." }),
};

/** What the rules of minting refuse, wherever a token is asked for. */
export const MINT_REFUSALS = [
  "name_invalid",
  "expiry_invalid",
  "expiry_required",
  "permissions_empty",
  "permission_unknown",
  "permission_exceeds_role",
  "personal_organization_denied",
  "policy_mint",
  "policy_lifetime",
  "limit_reached",
  "not_found",
  "rate_limited",
] as const satisfies readonly ErrorCode[];
