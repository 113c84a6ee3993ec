// One API key of the organization: its facts, its usage and its revocation.
import { administratorText } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { apiKeyQuery } from "../../api/api-key.ts";
import type { ApiKey } from "../../api/types.ts";
import { apiKeyUsageQuery } from "../../api/usage.ts";
import { EndFact, UseFact } from "../../credential/last-use.tsx";
import { EventsLink, UsageSection } from "../../credential/usage-view.tsx";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { BackLink, focusHeading, Page } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { KeyBadges } from "./api-key-list.tsx";
import { useKeyRevocation } from "./api-key-revocation.tsx";

const TITLE = "API key";
const ROUTE = "/shell/organization/api-keys/$keyId";

export function ApiKeyPage(): ReactElement {
  return (
    <RequirePermission permission="api-keys:read" title={TITLE}>
      <OneKey />
    </RequirePermission>
  );
}

function OneKey(): ReactElement {
  const organization = useOrganization();
  const { keyId } = useParams({ from: ROUTE });
  const key = useQuery({ ...apiKeyQuery(organization.id, keyId), staleTime: 0, refetchInterval: 15_000 });
  const before = <BackLink to="/organization/api-keys">API keys</BackLink>;
  if (key.data === undefined) {
    return (
      <Page title={TITLE} before={before}>
        {key.isError ? (
          <LoadFailure error={key.error} busy={key.isFetching} onRetry={() => void key.refetch()} />
        ) : (
          <LoadingRows rows={3} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={key.data.name}
      before={before}
      lead={
        <>
          <span className="font-mono text-[0.8125rem]">{key.data.prefix}…</span>, made by{" "}
          <bdi>{key.data.createdBy.name}</bdi>
        </>
      }
      action={<Revoke apiKey={key.data} />}
    >
      <Details apiKey={key.data} />
      <UsageSection history={(span) => apiKeyUsageQuery(organization.id, keyId, span)} />
      <EventsLink id={keyId} />
    </Page>
  );
}

function Details({ apiKey }: { readonly apiKey: ApiKey }): ReactElement {
  const now = useNow();
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <KeyBadges apiKey={apiKey} now={now} />
      </div>
      {apiKey.state === "blocked" && <Callout tone="danger">{administratorText(apiKey.blockedBy)}.</Callout>}
      <Facts>
        <Fact term="Created">
          <Time at={apiKey.createdAt} as="date-time" />
        </Fact>
        <EndFact credential={apiKey} />
        <UseFact credential={apiKey} />
        <Fact term="Id">
          <span className="font-mono text-xs break-all">{apiKey.id}</span>
        </Fact>
        <Fact term="Permissions" wide>
          {apiKey.permissions === null ? (
            `All permissions of the role ${apiKey.role}`
          ) : (
            <span className="font-mono text-[0.8125rem]">{apiKey.permissions.join(", ")}</span>
          )}
        </Fact>
      </Facts>
    </div>
  );
}

function Revoke({ apiKey }: { readonly apiKey: ApiKey }): ReactElement | null {
  const organization = useOrganization();
  const { revoke, dialog } = useKeyRevocation(focusHeading);
  const shown = can(organization, "api-keys:write") && apiKey.state !== "revoked";
  return (
    <>
      {shown && (
        <Button kind="danger" className="print:hidden" onClick={() => revoke(apiKey)}>
          <Trash2 aria-hidden="true" />
          Revoke
        </Button>
      )}
      {dialog}
    </>
  );
}
