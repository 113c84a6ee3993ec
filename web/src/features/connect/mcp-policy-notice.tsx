import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { OrganizationMembership, PersonalAccessToken } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { Notice } from "../../ui/notice.tsx";
import { isolated } from "../../ui/isolated.ts";

interface McpPolicyNoticeProps {
  readonly organization: Pick<OrganizationMembership, "name" | "permissions" | "state">;
  readonly mcp: PersonalAccessToken["mcp"];
}

/** What the organization's policy does to AI clients. Says nothing when it lets them. */
export function McpPolicyNotice({ organization, mcp }: McpPolicyNoticeProps): ReactElement | null {
  if (mcp === "read-write") return null;
  const name = isolated(organization.name);
  const advice = can(organization, "policy:write") ? <Change /> : "An owner or admin can change that.";
  return mcp === "off" ? (
    <Notice tone="danger" live="status" title={`AI clients are switched off in ${name}`}>
      Its token policy refuses every call over MCP, with every token. {advice}
    </Notice>
  ) : (
    <Notice live="status" title={`AI clients only read in ${name}`}>
      Its token policy hides the tools that change something, whatever the token may do. {advice}
    </Notice>
  );
}

function Change(): ReactElement {
  return (
    <>
      You can change that in its{" "}
      <Link
        to="/organization/policy"
        className="font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint"
      >
        token policy
      </Link>
      .
    </>
  );
}
