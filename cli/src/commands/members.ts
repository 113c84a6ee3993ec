// The members of an organization: lists and invites them.
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addMembersInvite } from "./members-invite.ts";
import { addMembersList } from "./members-list.ts";

export function addMembers(program: Command, context: Context): void {
  const members = program.command("members").description("the members of an organization");
  addMembersList(members.command("list"), context);
  addMembersInvite(members, context);
}
