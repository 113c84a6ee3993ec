import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addOrgList } from "./org-list.ts";
import { addOrgMembers } from "./org-members.ts";

export function addOrg(program: Command, context: Context): void {
  const org = program.command("org").description("organizations and their members");
  addOrgList(org, context);
  addOrgMembers(org, context);
}
