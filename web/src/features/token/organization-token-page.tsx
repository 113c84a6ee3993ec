// One member's token, for owners and admins within the policy: its facts, its usage and its revocation.
import { administratorText, readableAddress } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { organizationTokenQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { organizationTokenUsageQuery } from "../../api/usage.ts";
import { EndFact, UseFact } from "../../credential/last-use.tsx";
import { EventsLink, UsageSection } from "../../credential/usage-view.tsx";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { BackLink, focusHeading, Page } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Time } from "../../ui/time-view.tsx";
import { TokenBadges } from "./organization-token-list.tsx";
import { useMayRevoke, useRevocation } from "./organization-token-revocation.tsx";

const TITLE = "Token of a member";
const ROUTE = "/shell/organization/tokens/$tokenId";

export function OrganizationTokenPage(): ReactElement {
  return (
    <RequirePermission permission="tokens:read" title={TITLE}>
      <OrganizationToken />
    </RequirePermission>
  );
}

function OrganizationToken(): ReactElement {
  const organization = useOrganization();
  const { tokenId } = useParams({ from: ROUTE });
  const token = useQuery({
    ...organizationTokenQuery(organization.id, tokenId),
    staleTime: 0,
    refetchInterval: 15_000,
  });
  const before = <BackLink to="/organization/tokens">Organization tokens</BackLink>;
  if (token.data === undefined) {
    return (
      <Page title={TITLE} before={before}>
        {token.isError ? (
          <LoadFailure error={token.error} busy={token.isFetching} onRetry={() => void token.refetch()} />
        ) : (
          <LoadingRows rows={3} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={token.data.name}
      before={before}
      lead={
        <>
          <span className="font-mono text-[0.8125rem]">{token.data.prefix}…</span> of <bdi>{token.data.user.name}</bdi>,{" "}
          {readableAddress(token.data.user.email)}
        </>
      }
      action={<Revoke token={token.data} />}
    >
      <Details token={token.data} />
      <UsageSection history={(span) => organizationTokenUsageQuery(organization.id, tokenId, span)} />
      <EventsLink id={tokenId} />
    </Page>
  );
}

function Details({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <TokenBadges token={token} />
      </div>
      {token.state === "blocked" && <Callout tone="danger">{administratorText(token.blockedBy)}.</Callout>}
      <Facts>
        <Fact term="Created">
          <Time at={token.createdAt} as="date-time" />
        </Fact>
        <EndFact credential={token} />
        <UseFact credential={token} />
        <Fact term="Id">
          <span className="font-mono text-xs break-all">{token.id}</span>
        </Fact>
        <Fact term="Permissions" wide>
          {token.permissions === null ? (
            "All permissions of its owner here"
          ) : (
            <span className="font-mono text-[0.8125rem]">{token.permissions.join(", ")}</span>
          )}
        </Fact>
      </Facts>
    </div>
  );
}

function Revoke({ token }: { readonly token: PersonalAccessToken }): ReactElement | null {
  const mayRevoke = useMayRevoke();
  const { revoke, dialog } = useRevocation(focusHeading);
  const shown = mayRevoke && token.state !== "revoked";
  return (
    <>
      {shown && (
        <Button kind="danger" className="print:hidden" onClick={() => revoke([token])}>
          <Trash2 aria-hidden="true" />
          Revoke
        </Button>
      )}
      {dialog}
    </>
  );
}
