// The preview of what saving the form would break: the counts, and each credential with its owner and last use.
import { LastUse } from "../../credential/last-use.tsx";
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
} from "@tanstack/react-query";
import { Fingerprint, KeyRound } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { policyPreviewQuery } from "../../api/policy.ts";
import type { AffectedCredential, PolicyPreview, TokenPolicy } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Section } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { breakageText, breaksAnything, effectOn, resumeText, unknownText } from "./preview-text.ts";

type EffectPages = InfiniteData<PolicyPreview>;

interface PreviewProps {
  readonly query: UseInfiniteQueryResult<EffectPages>;
  /** The effect on AI clients, or `null`. */
  readonly mcpLoss: string | null;
}

export function PreviewPanel({ query, mcpLoss }: PreviewProps): ReactElement {
  return (
    <Section title="What this changes" lead="The effect on each token and key at this moment. Nothing is saved yet.">
      <PreviewContent query={query} mcpLoss={mcpLoss} />
    </Section>
  );
}

function PreviewContent({ query, mcpLoss }: PreviewProps): ReactElement {
  if (query.isError && !query.isFetchNextPageError)
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <LoadingRows rows={2} />;
  const [first] = query.data.pages;
  const items = query.data.pages.flatMap((page) => page.items);
  return (
    <div className="grid gap-3" aria-busy={query.isPlaceholderData}>
      {first?.counts && <Summary counts={first.counts} tokensListed={first.tokensListed} mcpLoss={mcpLoss} />}
      {items.length > 0 && (
        <Rows label="Tokens and keys that this changes">
          {items.map((credential) => (
            <AffectedRow key={credential.id} credential={credential} />
          ))}
        </Rows>
      )}
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

interface SummaryProps extends Pick<PreviewProps, "mcpLoss"> {
  readonly counts: NonNullable<PolicyPreview["counts"]>;
  readonly tokensListed: boolean;
}

function Summary({ counts, tokensListed, mcpLoss }: SummaryProps): ReactElement {
  const [resume, unknown] = [resumeText(counts), unknownText(counts)];
  const breaks = breaksAnything(counts);
  return (
    <Callout tone={breaks || mcpLoss !== null ? "warning" : "info"} live="status" title={breakageText(counts)}>
      {mcpLoss && <p>{mcpLoss}</p>}
      {resume && <p>{resume}</p>}
      {unknown && <p>{unknown}</p>}
      {!tokensListed && breaks && <p>Members’ tokens are counted but not listed, because of the rule for oversight.</p>}
    </Callout>
  );
}

function AffectedRow({ credential }: { readonly credential: AffectedCredential }): ReactElement {
  const { effect, becomesReadOnly } = credential;
  return (
    <Row
      icon={credential.kind === "api_key" ? <KeyRound /> : <Fingerprint />}
      title={<bdi>{credential.name}</bdi>}
      badges={
        effect === "stops" ? (
          <Badge tone="danger">Stops working</Badge>
        ) : (
          <Badge tone="warning">{becomesReadOnly ? "Becomes read-only" : "Loses permissions"}</Badge>
        )
      }
      note={
        <>
          <span className="block">
            {credential.kind === "api_key" ? "API key made by " : "Token of "}
            <bdi>{credential.owner.name}</bdi>
          </span>
          <span className="block">{effectOn(credential)}</span>
        </>
      }
      facts={
        <p>
          <LastUse of={credential} />
        </p>
      }
    />
  );
}

const NAMED = 5;

interface BreakageDialogProps {
  readonly confirming: { readonly policy: TokenPolicy; readonly preview: PolicyPreview | null } | null;
  readonly onCancel: () => void;
  readonly onConfirm: (policy: TokenPolicy) => void;
}

/** Asks before saving a policy that breaks credentials. It shows how many, and the names of the first. */
export function BreakageDialog({ confirming, onCancel, onConfirm }: BreakageDialogProps): ReactElement {
  const { organization } = useSession();
  const preview = confirming?.preview ?? null;
  return (
    <ConfirmDialog
      open={confirming !== null}
      title="Tighten the policy?"
      confirmLabel="Save policy"
      onCancel={onCancel}
      onConfirm={() => {
        if (confirming !== null) onConfirm(confirming.policy);
      }}
    >
      {preview?.counts ? (
        <p className="font-medium text-ink">{breakageText(preview.counts)}</p>
      ) : (
        <p>
          Your role does not show which tokens and API keys of <bdi>{organization.name}</bdi> break the new rules.
        </p>
      )}
      {preview !== null && preview.items.length > 0 && <Named items={preview.items} />}
      <p>
        The policy applies at their next use. Nothing is revoked: the tokens and keys that stop working are shown as
        blocked, and work again if the policy is relaxed.
      </p>
    </ConfirmDialog>
  );
}

function Named({ items }: { readonly items: readonly AffectedCredential[] }): ReactElement {
  return (
    <ul className="grid gap-1 text-[0.8125rem]">
      {items.slice(0, NAMED).map((credential) => (
        <li key={credential.id}>
          <bdi className="font-medium text-ink">{credential.name}</bdi>, <bdi>{credential.owner.name}</bdi>,{" "}
          <LastUse of={{ lastUsedAt: credential.lastUsedAt }} inSentence />
        </li>
      ))}
      {items.length > NAMED && <li>… and more, listed on the page.</li>}
    </ul>
  );
}

const PAUSE_MS = 400;

/** Whether the role may see the preview, which lists members' tokens and the organization's keys. */
export function useMayPreview(): boolean {
  const { organization } = useSession();
  return ["tokens:read", "api-keys:read"].every((permission) => can(organization, permission));
}

/** The preview of a policy, requested when the person has stopped typing. `null` requests none. */
export function usePolicyPreview(policy: TokenPolicy | null): UseInfiniteQueryResult<EffectPages> {
  const { organization } = useSession();
  const settled = useSettled(policy);
  const mayPreview = useMayPreview();
  const query = policyPreviewQuery(organization.id, settled ?? NO_POLICY);
  return useInfiniteQuery({
    ...query,
    enabled: settled !== null && mayPreview,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const NO_POLICY = {} as TokenPolicy;

/** The policy after it has not changed for a moment. */
function useSettled(policy: TokenPolicy | null): TokenPolicy | null {
  const text = JSON.stringify(policy);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(policy === null ? "null" : settled) as TokenPolicy | null;
}
