// Replaces a token: mints a new one with the same permissions, shows the last use of both, and offers to revoke the
// old one.
import { Fact, Facts } from "../../ui/facts.tsx";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import { NOTICES_KEY } from "../../api/notice.ts";
import { mintingRulesQuery } from "../../api/policy.ts";
import { replaceToken, tokenQuery, tokensQuery } from "../../api/token.ts";
import type { MintedToken, PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { mintRules, planReplacement, type ReplacementPlan } from "../../credential/mint-form.ts";
import { can } from "../../session/permission.ts";
import { useInstance, useOrganizations } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { BackLink, Page, Panel } from "../../ui/page.tsx";
import { Bar, EmptyState, LoadFailure } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { counted } from "../../ui/text.ts";
import { Time, useNow } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { TokenSecret } from "./new-token-page.tsx";
import { RevokeDialog } from "./token-dialogs.tsx";
import { isOver, openReplacements } from "./token-standing.ts";

export function ReplaceTokenPage(): ReactElement {
  const { tokenId } = useParams({ from: "/shell/settings/tokens/$tokenId/replace" });
  return <ReplaceToken key={tokenId} tokenId={tokenId} />;
}

function ReplaceToken({ tokenId }: { readonly tokenId: string }): ReactElement {
  const [minted, setMinted] = useState<MintedToken | null>(null);
  const tokens = useQuery(tokensQuery);
  const single = useQuery(tokenQuery(tokenId));
  const open = openReplacements(tokens.data?.items ?? []).get(tokenId);
  return (
    <Page
      title="Replace token"
      before={<BackLink to="/settings/tokens">Personal access tokens</BackLink>}
      lead="You get a new token with the same permissions. Both work until you revoke the old one, so no program has to stop."
    >
      {minted && (
        <TokenSecret minted={minted} target="curl" title="The new token" onForget={() => setMinted(null)}>
          <p className="text-soft">Put the new token in place of the old one. Its first use appears below.</p>
        </TokenSecret>
      )}
      <QueryView query={single}>
        {(old) => {
          if (minted || open)
            return <CompareTokens oldId={tokenId} newId={minted?.token.id ?? open?.successor.id ?? ""} />;
          return isOver(old) ? <OverAlready /> : <ConfirmReplace old={old} onMinted={setMinted} />;
        }}
      </QueryView>
    </Page>
  );
}

interface ConfirmReplaceProps {
  readonly old: PersonalAccessToken;
  readonly onMinted: (minted: MintedToken) => void;
}

function ConfirmReplace({ old, onMinted }: ConfirmReplaceProps): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const { plan, limitReason, failure } = useReplacementPlan(old);
  return (
    <Panel className="grid max-w-[42rem] gap-4 p-5">
      <Facts look="plain">
        <Fact term="Token">
          <bdi>{old.name}</bdi> <span className="font-mono text-[0.8125rem] text-soft">{old.prefix}…</span>
        </Fact>
        <Fact term="Organization">
          <bdi>{old.organization.name}</bdi>
        </Fact>
        <Fact term="Permissions">{summarizePermissions(old.permissions)}</Fact>
        <Fact term="Lifetime">
          {plan === null ? <Bar className="w-40" /> : plan.ok ? lifetimeInWords(plan) : "–"}
          {plan?.ok === true && plan.isShortened && <span className="block text-soft">{limitReason}</span>}
        </Fact>
        <Fact term="Last used">{old.lastUsedAt ? <Time at={old.lastUsedAt} /> : "Never"}</Fact>
      </Facts>
      {failure}
      {plan?.ok === false && (
        <Callout tone="warning" title="This token cannot be replaced">
          {plan.reason}
        </Callout>
      )}
      {action.problem && <ProblemCallout problem={action.problem} />}
      <div className="flex flex-wrap gap-2">
        {plan?.ok === false ? (
          <Link to="/settings/tokens/new" className={buttonClass("primary")}>
            New token
          </Link>
        ) : (
          <Button
            kind="primary"
            busy={action.pending}
            disabled={plan === null}
            onClick={() =>
              void action.run(async () => {
                const minted = await replaceToken(old.id);
                await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
                void queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
                onMinted(minted);
              })
            }
          >
            Replace token
          </Button>
        )}
        <Link to="/settings/tokens" className={buttonClass("quiet")}>
          Cancel
        </Link>
      </div>
    </Panel>
  );
}

interface KnownPlan {
  /** `null` while the rules of the organization are not known. */
  readonly plan: ReplacementPlan | null;
  readonly limitReason: string | null;
  /** Shown when the rules could not be loaded. */
  readonly failure: ReactElement | null;
}

function useReplacementPlan(old: PersonalAccessToken): KnownPlan {
  const instance = useInstance();
  const organization = useOrganizations().find(({ id }) => id === old.organization.id);
  const policy = useQuery({
    ...mintingRulesQuery(old.organization.id),
    enabled: organization !== undefined && can(organization, "tokens:create"),
  });
  const now = useNow();
  const failure =
    policy.isError && policy.data === undefined ? (
      <LoadFailure error={policy.error} busy={policy.isFetching} onRetry={() => void policy.refetch()} />
    ) : null;
  if (organization === undefined) return { plan: null, limitReason: null, failure };
  const rules = mintRules(organization, policy.data ?? null, instance);
  const isKnown = policy.data !== undefined || rules.refusal !== null;
  const plan = isKnown ? planReplacement(old, organization.permissions, rules, now) : null;
  return { plan, limitReason: rules.limitReason, failure };
}

function lifetimeInWords({ expiresAt, lifetimeDays, isShortened }: ReplacementPlan & { readonly ok: true }): string {
  if (expiresAt === null) return "No expiry";
  return `${counted(lifetimeDays, "day")} from now${isShortened ? "" : ", as before"}`;
}

function OverAlready(): ReactElement {
  return (
    <EmptyState
      icon={<CircleCheck />}
      title="Expired or revoked"
      action={
        <Link to="/settings/tokens/new" className={buttonClass("primary")}>
          New token
        </Link>
      }
    >
      <p>The token has expired or was revoked, so it cannot be replaced. Mint a new one instead.</p>
    </EmptyState>
  );
}

// The old and the new token side by side, refreshed until the new one has been used.

const WATCH_MS = 4000;

export function CompareTokens({ oldId, newId }: { readonly oldId: string; readonly newId: string }): ReactElement {
  const old = useQuery({ ...tokenQuery(oldId), refetchInterval: WATCH_MS });
  const successor = useQuery({ ...tokenQuery(newId), refetchInterval: WATCH_MS });
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        <QueryView query={old}>{(token) => <Side label="Old token" token={token} />}</QueryView>
        <QueryView query={successor}>{(token) => <Side label="New token" token={token} />}</QueryView>
      </div>
      {old.data && successor.data && <NextStep old={old.data} successor={successor.data} />}
    </div>
  );
}

function Side({ label, token }: { readonly label: string; readonly token: PersonalAccessToken }): ReactElement {
  return (
    <Panel className="p-4">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-[0.8125rem] font-medium text-soft">{label}</h2>
        <Badge tone={token.state === "active" ? "good" : "neutral"}>
          {token.state === "active" ? "Works" : token.state}
        </Badge>
      </div>
      <p className="mt-1 font-semibold wrap-anywhere">
        <bdi>{token.name}</bdi>
      </p>
      <p className="font-mono text-[0.8125rem] text-soft">{token.prefix}…</p>
      <dl className="mt-3 grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1">
        <dt className="text-soft">Last used</dt>
        <dd>
          {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : "Never"}
          {token.lastUsedIp && <span className="text-soft"> from {token.lastUsedIp}</span>}
        </dd>
        <dt className="text-soft">Expires</dt>
        <dd>{token.expiresAt ? <Time at={token.expiresAt} as="date" /> : "Never"}</dd>
      </dl>
    </Panel>
  );
}

function NextStep({
  old,
  successor,
}: {
  readonly old: PersonalAccessToken;
  readonly successor: PersonalAccessToken;
}): ReactElement {
  const [revoking, setRevoking] = useState(false);
  if (isOver(old)) {
    return (
      <div className="grid justify-items-start gap-4">
        <Callout tone="good" live="status" title="Only the new token works now" className="w-full" />
        <Link to="/settings/tokens" className={buttonClass("primary")}>
          Back to your tokens
        </Link>
      </div>
    );
  }
  const used = successor.lastUsedAt !== null;
  return (
    <>
      <Callout
        tone={used ? "good" : "info"}
        live="status"
        title={used ? "The new token has been used" : "Waiting for the new token's first use"}
      >
        <p>
          {used
            ? "If no other program uses the old token, revoke it now."
            : "Revoke the old token after that. If you revoke it earlier, programs that still use it stop working."}
        </p>
        <Button size="small" kind={used ? "danger" : "secondary"} className="mt-2.5" onClick={() => setRevoking(true)}>
          Revoke the old token
        </Button>
      </Callout>
      <RevokeDialog token={old} open={revoking} onClose={() => setRevoking(false)} />
    </>
  );
}
