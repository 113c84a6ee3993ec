// The audit log of an organization, its export, and how long events are kept. Deliberately absent: changing or deleting
// an event.
import { z } from "@hono/zod-openapi";
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from "@mintmark/core";
import { csvRow } from "../../csv/csv.ts";
import type { ListedAuditEvent } from "../../store/store.ts";
import { exportEvents, type ExportFormat, getRetention, listAuditEvents, setRetention } from "../../use-cases/audit.ts";
import { listEventsAfter } from "../../use-cases/event/feed.ts";
import {
  AUDIT_EVENT_COLUMNS,
  AuditEvent,
  auditEventCells,
  auditQuery,
  AuditRetention,
  parseAuditFilter,
  presentAuditEvent,
  presentRetention,
} from "../../wire/audit.ts";
import { FeedAfter, parseFeedFilter, presentFeed } from "../../wire/event.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../wire/schema.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { OrganizationPath } from "./organization.ts";

const listAuditEventsOperation = defineOperation({
  operationId: "listAuditEvents",
  method: "get",
  path: "/api/organizations/{id}/audit-events",
  tag: "Audit log",
  summary: "Read the organization's audit log",
  description:
    "Newest first. Every change adds an event in the same transaction. With `after` it is the organization's feed instead: events in the order of their commits, oldest first, and `nextCursor` is the next `after`.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:read",
  params: OrganizationPath,
  query: z.strictObject({ ...pageQuery, ...auditQuery, after: FeedAfter.optional() }),
  status: 200,
  response: pageOf(AuditEvent),
  refusals: ["cursor_invalid", "cursor_expired", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query: { after, ...query } }) => {
    if (after === undefined) {
      const page = await listAuditEvents(deps, actor, params.id, parseAuditFilter(query), parsePage(query));
      return { body: presentPage(page, presentAuditEvent) };
    }
    const { limit } = query;
    const filter = parseFeedFilter(query);
    return { body: presentFeed(await listEventsAfter(deps, actor, params.id, { after, limit, filter })) };
  },
});

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

const exportAuditEventsOperation = defineOperation({
  operationId: "exportAuditEvents",
  method: "get",
  path: "/api/organizations/{id}/audit-events/export",
  tag: "Audit log",
  summary: "Export the organization's audit log",
  description:
    "Returns a file of all current events that match the filter, newest first: one JSON object on each line (`ndjson`), or CSV whose cells a spreadsheet never evaluates. The file is sent while it is created: if the connection breaks off, the file is incomplete. The audit log records the export.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:export",
  params: OrganizationPath,
  query: z.strictObject({
    format: z.enum(["ndjson", "csv"]).default("ndjson").openapi({ description: "The form of the file." }),
    ...auditQuery,
  }),
  status: 200,
  fileTypes: ["application/x-ndjson", "text/csv"],
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => {
    const { format } = query;
    const pages = await exportEvents(deps, actor, {
      organizationId: params.id,
      format,
      filter: parseAuditFilter(query),
    });
    const day = new Date(deps.clock()).toISOString().slice(0, 10);
    const fileName = `audit-events-${day}.${format}`;
    return { body: undefined, file: { contentType: CONTENT_TYPES[format], fileName, chunks: chunksOf(pages, format) } };
  },
});

async function* chunksOf(
  pages: AsyncIterable<readonly ListedAuditEvent[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  // A file without events is still a file, and an empty table still has its header line.
  yield format === "csv" ? csvRow(AUDIT_EVENT_COLUMNS) : "";
  for await (const events of pages) {
    yield events
      .map((event) =>
        format === "csv" ? csvRow(auditEventCells(event)) : `${JSON.stringify(presentAuditEvent(event))}\n`,
      )
      .join("");
  }
}

const getAuditRetentionOperation = defineOperation({
  operationId: "getAuditRetention",
  method: "get",
  path: "/api/organizations/{id}/audit-retention",
  tag: "Audit log",
  summary: "Show how long audit events are kept",
  description: "Includes the default of the instance, and when a shorter time takes effect.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:read",
  params: OrganizationPath,
  status: 200,
  response: AuditRetention,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentRetention(await getRetention(deps, actor, params.id)) }),
});

const setAuditRetentionOperation = defineOperation({
  operationId: "setAuditRetention",
  method: "put",
  path: "/api/organizations/{id}/audit-retention",
  tag: "Audit log",
  summary: "Set how long audit events are kept",
  description:
    "A longer time takes effect at once, a shorter one after seven days, so that nobody can delete traces immediately. Needs a password given within the last 15 minutes.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "policy:write",
  params: OrganizationPath,
  body: z.strictObject({
    days: z
      .int()
      .nullable()
      .openapi({
        minimum: MIN_RETENTION_DAYS,
        maximum: MAX_RETENTION_DAYS,
        description: `${MIN_RETENTION_DAYS}–${MAX_RETENTION_DAYS} days. \`null\` follows the setting of the instance.`,
        example: 365,
      }),
  }),
  status: 200,
  response: AuditRetention,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRetention(await setRetention(deps, actor, { organizationId: params.id, days: body.days })),
  }),
});

export const auditOperations: readonly Operation[] = [
  listAuditEventsOperation,
  exportAuditEventsOperation,
  getAuditRetentionOperation,
  setAuditRetentionOperation,
];
