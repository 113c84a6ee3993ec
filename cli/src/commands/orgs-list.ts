import type { Command } from "commander";
import { hasTexts, isObject } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";

interface Organization {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly personal: boolean;
}

export function addOrgsList(parent: Command, context: Context): void {
  withHostOptions(parent.command("list"))
    .description("list the organizations of the token: always the one that it is bound to")
    .action(async (options: HostOptions) => {
      const { output } = context;
      const { client } = await connect(context, options);
      const { items } = await client.ask({ method: "GET", path: "/api/organizations" }, isAnswer);
      output.result({ items }, () =>
        output.table(
          ["NAME", "ROLE", "STATE", "KIND", "ID"],
          items.map(({ id, name, role, state, personal }) => [name, role, state, personal ? "personal" : "shared", id]),
          ["KIND", "STATE"],
        ),
      );
    });
}

function isAnswer(value: unknown): value is { readonly items: readonly Organization[] } {
  return isObject(value) && Array.isArray(value["items"]) && value["items"].every(isOrganization);
}

function isOrganization(value: unknown): value is Organization {
  return isObject(value) && hasTexts(value, ["id", "name", "role", "state"]) && typeof value["personal"] === "boolean";
}
