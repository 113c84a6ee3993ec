import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS, auditActionsNamed } from "@mintmark/core";
import { listAuditEvents } from "../../use-cases/audit.ts";
import { AuditEvent, parseAuditFilter, presentAuditEvent } from "../../wire/audit.ts";
import { pageOf, parsePage, presentPage } from "../../wire/fields.ts";
import { defineTool, pageInput, pageText, quoted, type Tool } from "../tool.ts";

const GROUPS: readonly string[] = [...new Set(AUDIT_ACTIONS.map((action) => `${action.split(".")[0]}.`))];

const instant = (what: string): z.ZodOptional<z.ZodType<number, string>> =>
  z
    .string()
    .max(60)
    .refine(
      (text) => z.iso.datetime({ offset: true }).safeParse(text).success,
      "Use RFC 3339, such as 2026-11-22T09:30:00Z.",
    )
    .describe(`${what} RFC 3339, such as 2026-11-22T09:30:00Z.`)
    .transform((text) => Date.parse(text))
    .optional();

export const searchAuditLog: Tool = defineTool({
  name: "search_audit_log",
  title: "Search the audit log",
  description:
    "Who did what in the organization, when, through which token and from where, newest first. Every change is in it. Filters narrow together.",
  access: "read",
  permission: "audit:read",
  input: z.strictObject({
    ...pageInput,
    actor: z.string().max(200).optional().describe("The id of who did it (usr_… or key_…)."),
    actions: z
      .array(
        z
          .string()
          .max(60)
          .refine((name) => auditActionsNamed(name).length > 0, "There is no such action."),
      )
      .max(20)
      .optional()
      .describe(`Any of these actions. A name that ends in a dot means all that begin so: ${GROUPS.join(", ")}`),
    outcome: z.enum(["ok", "denied"]).optional(),
    credential: z.string().max(200).optional().describe("The id of a token or key: events through it or about it."),
    from: instant("Not before."),
    to: instant("Before."),
  }),
  output: pageOf(AuditEvent),
  run: async (deps, actor, { limit, cursor, actions, ...filter }) => {
    const action = actions === undefined ? undefined : [...new Set(actions.flatMap(auditActionsNamed))];
    const wanted = parseAuditFilter({ ...filter, action });
    const page = parsePage({ limit, cursor });
    return presentPage(
      await listAuditEvents(deps, actor, actor.principal.organization.id, wanted, page),
      presentAuditEvent,
    );
  },
  text: (page) => pageText("events", page, eventLine),
});

function eventLine(event: z.infer<typeof AuditEvent>): string {
  const { at, action, outcome, actor, via, target, ip, userAgent, details } = event;
  return [
    `${at} ${action} (${outcome}) by ${actor.kind} ${quoted(actor.name)} (${actor.id})`,
    ...(via === null ? [] : [`through ${via.kind} ${quoted(via.name)} (${via.id})`]),
    ...(target === null ? [] : [`on ${target.kind} ${quoted(target.name)} (${target.id})`]),
    ...(ip === null ? [] : [`from ${ip}`]),
    ...(userAgent === null ? [] : [`with ${quoted(userAgent)}`]),
    ...(Object.keys(details).length === 0 ? [] : [`details ${JSON.stringify(details)}`]),
  ].join("; ");
}
