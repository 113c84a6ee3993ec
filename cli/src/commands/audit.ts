import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addAuditTail } from "./audit-tail.ts";

export function addAudit(program: Command, context: Context): void {
  addAuditTail(program.command("audit").description("the audit log of an organization"), context);
}
