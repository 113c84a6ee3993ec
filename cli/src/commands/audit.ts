import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addAuditExport } from "./audit-export.ts";
import { addAuditTail } from "./audit-tail.ts";

export function addAudit(program: Command, context: Context): void {
  const audit = program.command("audit").description("the audit log of an organization");
  addAuditTail(audit, context);
  addAuditExport(audit, context);
}
