import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { policyQuery } from "../../api/organizations.ts";
import type { OrganizationMembership } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { Notice } from "../../ui/notice.tsx";
import { isolated } from "../../ui/isolated.ts";

/** What the organization's policy does to AI clients. Says nothing when it lets them, or when the role may not read it. */
export function McpPolicyNotice({
  organization,
}: {
  readonly organization: OrganizationMembership;
}): ReactElement | null {
  const policy = useQuery({ ...policyQuery(organization.id), enabled: can(organization, "policy:read") });
  const mcp = policy.data?.mcp ?? "read-write";
  if (mcp === "read-write") return null;
  const name = isolated(organization.name);
  return mcp === "off" ? (
    <Notice tone="danger" live="status" title={`AI clients are switched off in ${name}`}>
      <p>Its token policy refuses every call over MCP, with every token. {whatToDo(organization)}</p>
    </Notice>
  ) : (
    <Notice live="status" title={`AI clients only read in ${name}`}>
      <p>Its token policy hides the tools that change something, whatever the token may do. {whatToDo(organization)}</p>
    </Notice>
  );
}

function whatToDo(organization: OrganizationMembership): ReactElement {
  if (!can(organization, "policy:write")) return <>An owner or admin can change that.</>;
  return (
    <>
      You can change that in the{" "}
      <Link
        to="/organization/policy"
        className="font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint"
      >
        token policy
      </Link>
      , acting in this organization.
    </>
  );
}
