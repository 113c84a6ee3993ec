import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS, type AuditAction } from "@mintmark/core";
import type { AuditFilter } from "../../../store/store.ts";
import { InstantInput } from "../../presenters/time.ts";

/** What every audit log can be filtered by: spread it into the operation's own query object. */
export const auditQuery = {
  actor: z.string().max(200).optional().openapi({ description: "The id of who did it." }),
  action: z.enum(AUDIT_ACTIONS).optional(),
  credential: z.string().max(200).optional().openapi({
    description: "The id of a token or key: events through it or about it.",
  }),
  from: InstantInput.optional().openapi({ description: "Inclusive." }),
  to: InstantInput.optional().openapi({ description: "Exclusive." }),
};

export function parseAuditFilter(query: {
  readonly actor?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly credential?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}): AuditFilter {
  const { actor, action, credential, from, to } = query;
  return {
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(action === undefined ? {} : { action }),
    ...(credential === undefined ? {} : { credentialId: credential }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
