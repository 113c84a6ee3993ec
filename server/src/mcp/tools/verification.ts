// The tool that identifies the connection.
import { whoami as identify } from "../../use-cases/verification.ts";
import { Identity, presentIdentity } from "../../wire/verification.ts";
import { defineTool, nothing, quoted, type Tool } from "../tool.ts";

export const whoami: Tool = defineTool({
  name: "whoami",
  title: "Who am I",
  description:
    "Returns the identity of this connection: the token, its owner, the organization, the role, and all current permissions. Call it first. The other tools act as this person in this organization.",
  access: "read",
  input: nothing,
  output: Identity,
  run: async (deps, actor) => presentIdentity(await identify(deps, actor)),
  text: ({ credential, user, organization, role, permissions }) => {
    const what = credential.type === "api_key" ? "the API key" : "the personal access token";
    const expires = credential.endsAt === null ? "without expiry" : `until ${credential.endsAt}`;
    const external = (id: string | null): string => (id === null ? "" : `, external id ${quoted(id)}`);
    return [
      user === null
        ? `You act as ${what} ${quoted(credential.name)} (${credential.id}, ${credential.prefix}…), ${expires}.`
        : `You act as ${quoted(user.name)} (${user.id}, ${quoted(user.email)}${external(user.externalId)}) through ${what} ${quoted(credential.name)} (${credential.id}, ${credential.prefix}…), ${expires}.`,
      `Organization: ${quoted(organization.name)} (${organization.id}${external(organization.externalId)})${organization.personal ? ", a personal one" : ""}. Role: ${role}.`,
      `Permissions now: ${permissions.length === 0 ? "none" : permissions.join(", ")}.`,
    ].join("\n");
  },
});
