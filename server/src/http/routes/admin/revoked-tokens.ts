import { z } from "@hono/zod-openapi";
import type { RevokedTokens as RevokedTokensValue } from "../../../service/admin/revoke-user-tokens.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";

/** What an instance admin's revocation of several tokens did. */
export const RevokedTokens = z
  .object({
    receipt: Receipt,
    revokedTokens: z.int(),
    auditEventIds: z.array(z.string()).openapi({
      description: "One event for each token, in its organization's log; for all of a person's also one for the whole.",
    }),
  })
  .openapi("RevokedTokens");

export function presentRevokedTokens(revoked: RevokedTokensValue): z.infer<typeof RevokedTokens> {
  return {
    receipt: presentReceipt(revoked.receipt),
    revokedTokens: revoked.revokedTokens,
    auditEventIds: [...revoked.auditEventIds],
  };
}
