import { revokeToken as revoke } from "../../../service/token/revoke-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { TokenPath } from "./token-path.ts";

export const revokeToken: Operation = defineOperation({
  operationId: "revokeToken",
  method: "delete",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Revoke a token",
  description:
    "When this is answered, the token is dead everywhere. A token may revoke itself, even a read-only one, and its siblings unless it is read-only. Repeating it answers the first receipt.",
  credentials: ["session", "pat"],
  params: TokenPath,
  status: 200,
  answer: Receipt,
  refusals: ["permission_denied", "personal_credential_required", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentReceipt(await revoke(deps, actor, params.id)) }),
});
