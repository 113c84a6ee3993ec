// The organizations of the person, and the former name of `members list`.
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addMembersList } from "./members-list.ts";
import { addOrgsList } from "./orgs-list.ts";

export function addOrgs(program: Command, context: Context): void {
  const orgs = program.command("orgs").description("your organizations");
  addOrgsList(orgs, context);
  // The name that `members list` had before.
  addMembersList(orgs.command("members", { hidden: true }), context);
}
