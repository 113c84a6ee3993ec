// The live check: it waits for the client's first call with the token and shows the result.
import { administratorText, STATE_TEXT } from "@mintmark/core";
import type { McpClient } from "@mintmark/mcp-clients";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Hourglass, Unplug } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { routeInWords } from "../../credential/usage-text.ts";
import { useOrganizations } from "../../session/use-session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Time } from "../../ui/time-view.tsx";
import { isMcp, type LiveCheck, useLiveCheck } from "./live-check.ts";
import { McpPolicyCallout, Step } from "./step.tsx";

const TITLE = "Check the connection";

interface CheckStepProps {
  readonly client: McpClient;
  readonly tokenId: string | null;
  /** Whether a call with this token has arrived. */
  readonly onConnected: (isConnected: boolean) => void;
}

export function CheckStep({ client, tokenId, onConnected }: CheckStepProps): ReactElement {
  if (tokenId !== null) return <Watch key={tokenId} client={client} tokenId={tokenId} onConnected={onConnected} />;
  return (
    <Step number={4} title={TITLE}>
      <p className="text-soft">
        Create or choose a token above. Then this page waits for the first call of {client.name}.
      </p>
    </Step>
  );
}

function Watch({ client, tokenId, onConnected }: CheckStepProps & { readonly tokenId: string }): ReactElement {
  const check = useLiveCheck(tokenId);
  const { outcome, token, failure } = check;
  const isConnected = outcome === "connected";
  useEffect(() => onConnected(isConnected), [isConnected, onConnected]);
  const organization = useOrganizations().find(({ id }) => id === token?.organization.id);
  return (
    <Step number={4} title={TITLE} done={isConnected}>
      {/* This element always exists, so that screen readers announce changes in it. */}
      <div aria-live="polite">
        <Outcome client={client} check={check} />
      </div>
      {token !== null && organization !== undefined && <McpPolicyCallout organization={organization} mcp={token.mcp} />}
      {outcome === "connected" && token !== null && <Call token={token} />}
      {failure === "silent" && outcome !== "connected" && (
        <Callout tone="warning" live="status" title="The server does not respond">
          This page keeps trying.
        </Callout>
      )}
      {outcome !== "connected" && outcome !== "over" && outcome !== "turned-away" && (
        <Troubleshooting client={client} open={outcome === "late" || outcome === "elsewhere"} />
      )}
    </Step>
  );
}

function Outcome({ client, check }: { readonly client: McpClient; readonly check: LiveCheck }): ReactElement {
  const { outcome, token, failure, resting, again } = check;
  if (failure === "unknown") {
    return <Callout title="You have no such token">Choose another one above, or create a new one.</Callout>;
  }
  if (outcome === "over" && token !== null) return <Over token={token} />;
  if (outcome === "connected") {
    return (
      <Status tone="good" icon={<CircleCheck />} title={`${client.name} is connected`}>
        Its call with this token arrived.
      </Status>
    );
  }
  if (outcome === "turned-away") {
    return (
      <Status tone="quiet" icon={<Unplug />} title={`${client.name} called and was refused`}>
        The address and the token are right, but the organization’s policy refuses the call.
      </Status>
    );
  }
  if (resting) {
    return (
      <Status tone="quiet" icon={<Unplug />} title="No call arrived">
        <p>This page has stopped waiting.</p>
        <Button size="small" className="mt-2" onClick={again}>
          Wait again
        </Button>
      </Status>
    );
  }
  return (
    <Status tone="waiting" icon={<Hourglass />} title={`Waiting for the first call of ${client.name}`}>
      {outcome === "waiting" &&
        "Start it, or ask it something that needs its tools. This page updates when the call arrives."}
      {outcome === "waiting" && token?.lastUsedAt && isMcp(token) && (
        <>
          {" "}
          The last call with this token was <Time at={token.lastUsedAt} />.
        </>
      )}
      {outcome === "late" && "No call has arrived yet. The most common causes are below. This page keeps waiting."}
      {outcome === "elsewhere" && token !== null && <Elsewhere token={token} />}
    </Status>
  );
}

function Elsewhere({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const { method, path } = routeInWords(token.lastUsedRoute ?? "");
  return (
    <>
      The token was used, but not over MCP
      {path !== "" && (
        <>
          {" ("}
          <span className="font-mono text-[0.8125rem]">{method === null ? path : `${method} ${path}`}</span>)
        </>
      )}
      . Check that the client calls the address that ends in <code className="font-mono text-[0.8125rem]">/mcp</code>.
    </>
  );
}

function Call({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  return (
    <div className="grid gap-4">
      <Facts>
        <Fact term="Called">{token.lastUsedAt !== null && <Time at={token.lastUsedAt} as="date-time" />}</Fact>
        <Fact term="From">{token.lastUsedIp ?? "Unknown"}</Fact>
        <Fact term="Program">
          <bdi>{token.lastUsedUserAgent ?? "Unknown"}</bdi>
        </Fact>
      </Facts>
      <div>
        <Link to="/settings/tokens/$tokenId" params={{ tokenId: token.id }} className={buttonClass()}>
          See its usage
        </Link>
      </div>
    </div>
  );
}

function Over({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  return (
    <Callout tone="danger" title="This token does not work">
      {token.state === "blocked" ? `${administratorText(token.blockedBy)}.` : STATE_TEXT[token.state]} Create a new one
      above, or choose another.
    </Callout>
  );
}

const TONES = {
  good: "border-mint-line bg-mint-wash [&>svg]:text-mint",
  waiting: "border-line bg-surface [&>svg]:text-brass [&>svg]:animate-pulse-soft",
  quiet: "border-line bg-sunken [&>svg]:text-soft",
} as const;

interface StatusProps {
  readonly tone: keyof typeof TONES;
  readonly icon: ReactElement;
  readonly title: string;
  readonly children: ReactNode;
}

function Status({ tone, icon, title, children }: StatusProps): ReactElement {
  return (
    <div
      className={classNames(
        "flex gap-3 rounded-panel border px-4 py-3.5 [&>svg]:mt-0.5 [&>svg]:size-5 [&>svg]:shrink-0",
        TONES[tone],
      )}
    >
      {icon}
      <div className="grid min-w-0 gap-0.5 wrap-anywhere">
        <p className="font-semibold">{title}</p>
        <div className="text-soft">{children}</div>
      </div>
    </div>
  );
}

interface TroubleshootingProps {
  readonly client: McpClient;
  /** Opens the advice when it becomes true. The person may close it again. */
  readonly open: boolean;
}

/** Advice for when no call arrives. */
function Troubleshooting({ client, open }: TroubleshootingProps): ReactElement {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (open && details.current) details.current.open = true;
  }, [open]);
  return (
    <details ref={details} className="rounded-panel border border-line bg-surface px-4 py-2.5">
      <summary className="rounded-control font-medium">No call arrives?</summary>
      <ul className="mt-2 grid list-disc gap-1.5 pl-5 text-soft">
        <li>{client.check}</li>
        {client.troubleshooting.map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
        <li>
          “401” or “unauthorized” in the client means that the token is incomplete, or is not the one chosen above.
        </li>
        <li>“403” can mean that the organization’s policy has switched AI clients off. Ask an owner or admin.</li>
        <li>The computer that the client runs on must reach this server’s address.</li>
      </ul>
    </details>
  );
}
