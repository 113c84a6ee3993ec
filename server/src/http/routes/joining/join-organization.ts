import { joinByDomain } from "../../../service/joining/join-by-domain.ts";
import { describeSession } from "../../../service/session/describe-session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentSession, Session } from "../../presenters/session.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const joinOrganization: Operation = defineOperation({
  operationId: "joinOrganization",
  method: "post",
  path: "/api/organizations/{id}/join",
  tag: "Organizations",
  summary: "Join an organization of my domain",
  description: "It must be open to the domain of the caller's verified address. The session goes on there.",
  credentials: ["session"],
  params: OrganizationPath,
  status: 200,
  answer: Session,
  refusals: ["already_member", "limit_reached", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentSession(await describeSession(deps, await joinByDomain(deps, actor, params.id))),
  }),
});
