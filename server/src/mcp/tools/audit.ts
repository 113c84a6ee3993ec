// The tool that searches the audit log.
import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS, auditActionsNamed } from "@mintmark/core";
import { listAuditEvents } from "../../use-cases/audit.ts";
import { AuditEvent, parseAuditFilter, presentAuditEvent } from "../../wire/audit.ts";
import { pageOf, parsePage, presentPage } from "../../wire/schema.ts";
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
    "Returns the organization's audit events, newest first: who did what and when, with which token and from which address. The log contains every change. An event must match all filters.",
  access: "read",
  permission: "audit:read",
  input: z.strictObject({
    ...pageInput,
    actor: z.string().max(200).optional().describe("The id of the actor (usr_… or key_…)."),
    actions: z
      .array(
        z
          .string()
          .max(60)
          .refine((name) => auditActionsNamed(name).length > 0, "This action does not exist."),
      )
      .max(20)
      .optional()
      .describe(
        `Any of these actions. A name that ends with a dot selects all actions with this prefix: ${GROUPS.join(", ")}`,
      ),
    outcome: z.enum(["ok", "denied"]).optional(),
    credential: z
      .string()
      .max(200)
      .optional()
      .describe("The id of a token or key. Selects events that used it or concern it."),
    from: instant("The earliest instant."),
    to: instant("The first instant after the range."),
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
