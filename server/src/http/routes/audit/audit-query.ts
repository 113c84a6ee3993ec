import { z } from "@hono/zod-openapi";
import { type AuditAction, auditActionsNamed } from "@mintmark/core";
import type { AuditFilter } from "../../../store/store.ts";
import { InstantInput } from "../../presenters/time.ts";

const Actions = z
  .string()
  .max(1000)
  .transform((text, context): readonly AuditAction[] => {
    const names = text.split(",");
    const unknown = names.find((name) => auditActionsNamed(name).length === 0);
    if (unknown === undefined) return [...new Set(names.flatMap(auditActionsNamed))];
    context.issues.push({ code: "custom", input: text, message: `There is no action "${unknown.slice(0, 60)}".` });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description: "One action or several, separated by commas. A name that ends in a dot means all that begin so.",
    example: "pat.,member.removed",
  });

/** What every audit log can be filtered by: spread it into the operation's own query object. */
export const auditQuery = {
  actor: z.string().max(200).optional().openapi({ description: "The id of who did it." }),
  action: Actions.optional(),
  outcome: z.enum(["ok", "denied"]).optional(),
  credential: z.string().max(200).optional().openapi({
    description: "The id of a token or key: events through it or about it.",
  }),
  from: InstantInput.optional().openapi({ description: "Inclusive." }),
  to: InstantInput.optional().openapi({ description: "Exclusive." }),
};

export function parseAuditFilter(query: {
  readonly actor?: string | undefined;
  readonly action?: readonly AuditAction[] | undefined;
  readonly outcome?: "ok" | "denied" | undefined;
  readonly credential?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}): AuditFilter {
  const { actor, action, outcome, credential, from, to } = query;
  return {
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(action === undefined ? {} : { actions: action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(credential === undefined ? {} : { credentialId: credential }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
