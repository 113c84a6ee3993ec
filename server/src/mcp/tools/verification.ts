import { whoami as identify } from "../../use-cases/verification.ts";
import { Identity, presentIdentity } from "../../wire/verification.ts";
import { defineTool, nothing, quoted, type Tool } from "../tool.ts";

export const whoami: Tool = defineTool({
  name: "whoami",
  title: "Who am I",
  description:
    "Who this connection acts as: the token, its owner, the organization, the role, and every permission it has at this moment. Call it first; the other tools act in this organization and as this person.",
  access: "read",
  input: nothing,
  output: Identity,
  run: async (deps, actor) => presentIdentity(await identify(deps, actor)),
  text: ({ credential, user, organization, role, permissions }) => {
    const what = credential.type === "api_key" ? "the API key" : "the personal access token";
    const expires = credential.expiresAt === null ? "without expiry" : `until ${credential.expiresAt}`;
    return [
      user === null
        ? `You act as ${what} ${quoted(credential.name)} (${credential.id}, ${credential.prefix}…), ${expires}.`
        : `You act as ${quoted(user.name)} (${user.id}, ${quoted(user.email)}) through ${what} ${quoted(credential.name)} (${credential.id}, ${credential.prefix}…), ${expires}.`,
      `Organization: ${quoted(organization.name)} (${organization.id})${organization.personal ? ", a personal one" : ""}. Role: ${role}.`,
      `Permissions now: ${permissions.length === 0 ? "none" : permissions.join(", ")}.`,
    ].join("\n");
  },
});
