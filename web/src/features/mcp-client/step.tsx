import { Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import type { OrganizationMembership, PersonalAccessToken } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { Callout } from "../../ui/callout.tsx";
import { classNames } from "../../ui/class-names.ts";
import { isolated } from "../../ui/text.ts";

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly done?: boolean;
  readonly children: ReactNode;
}

/** One step of a page. Each step can be repeated at any time. */
export function Step({ number, title, lead, done = false, children }: StepProps): ReactElement {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-4 gap-y-3 border-t border-line pt-6 sm:grid-cols-[2rem_minmax(0,1fr)]"
    >
      <span
        aria-hidden="true"
        className={classNames(
          "tabular grid size-7 place-items-center rounded-full border text-[0.8125rem] font-semibold [&_svg]:size-4",
          done ? "border-transparent bg-mint text-on-mint" : "border-mint-line bg-mint-wash text-mint",
        )}
      >
        {done ? <Check /> : number}
      </span>
      <div className="grid min-w-0 gap-4">
        <div className="grid gap-1 pt-0.5">
          <h2 id={id} className="text-[0.9375rem] leading-6 font-semibold">
            {title}
          </h2>
          {lead && <p className="max-w-[62ch] text-soft">{lead}</p>}
        </div>
        {children}
      </div>
    </section>
  );
}

interface McpPolicyCalloutProps {
  readonly organization: Pick<OrganizationMembership, "name" | "permissions" | "state">;
  readonly mcp: PersonalAccessToken["mcp"];
}

/** The effect of the organization's policy on AI clients. Empty when the policy allows them. */
export function McpPolicyCallout({ organization, mcp }: McpPolicyCalloutProps): ReactElement | null {
  if (mcp === "read-write") return null;
  const name = isolated(organization.name);
  const advice = can(organization, "policy:write") ? <Change /> : "An owner or admin can change this.";
  return mcp === "off" ? (
    <Callout tone="danger" live="status" title={`AI clients are switched off in ${name}`}>
      Its token policy refuses every call over MCP, with every token. {advice}
    </Callout>
  ) : (
    <Callout live="status" title={`AI clients can only read in ${name}`}>
      Its token policy hides the tools that change data, even if the token could use them. {advice}
    </Callout>
  );
}

function Change(): ReactElement {
  return (
    <>
      You can change this in its{" "}
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
