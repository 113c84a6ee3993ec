import { z } from "@hono/zod-openapi";
import { csvRow } from "../../../csv/csv.ts";
import { exportEvents, type ExportFormat } from "../../../service/audit/export-events.ts";
import type { AuditEventRecord } from "../../../store/store.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { auditEventCells, AUDIT_EVENT_COLUMNS } from "../../presenters/audit-event-row.ts";
import { presentAuditEvent } from "../../presenters/audit-event.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";
import { auditQuery, parseAuditFilter } from "./audit-query.ts";

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

export const exportAuditEvents: Operation = defineOperation({
  operationId: "exportAuditEvents",
  method: "get",
  path: "/api/organizations/{id}/audit-events/export",
  tag: "Audit log",
  summary: "Export the organization's audit log",
  description:
    "A file of all events that pass the filter, newest first, up to this moment: one JSON object a line (`ndjson`), or CSV whose cells no spreadsheet computes. It is sent while it is read; a connection that breaks off says that the file is not whole. The export itself is in the audit log.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:export",
  params: OrganizationPath,
  query: z.strictObject({ format: z.enum(["ndjson", "csv"]).default("ndjson"), ...auditQuery }),
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
  pages: AsyncIterable<readonly AuditEventRecord[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  // A file without events is a file all the same, and a table of none still has its head.
  yield format === "csv" ? csvRow(AUDIT_EVENT_COLUMNS) : "";
  for await (const events of pages) {
    yield events
      .map((event) =>
        format === "csv" ? csvRow(auditEventCells(event)) : `${JSON.stringify(presentAuditEvent(event))}\n`,
      )
      .join("");
  }
}
