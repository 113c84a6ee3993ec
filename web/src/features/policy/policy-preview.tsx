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
import { useOrganization } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Section } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { LoadMore } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import {
  breakageText,
  breaksAnything,
  effectOn,
  groupByEffect,
  inUseText,
  resumeText,
  unknownText,
} from "./preview-text.ts";

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
  const [inUse, resume, unknown] = [inUseText(counts), resumeText(counts), unknownText(counts)];
  const breaks = breaksAnything(counts);
  return (
    <Callout tone={breaks || mcpLoss !== null ? "warning" : "info"} live="status" title={breakageText(counts)}>
      {inUse && <p className="font-medium">{inUse}</p>}
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

interface BreakageDialogProps {
  readonly confirming: { readonly policy: TokenPolicy; readonly preview: PolicyPreview | null } | null;
  readonly onCancel: () => void;
  readonly onConfirm: (policy: TokenPolicy) => void;
}

/** Asks before saving a policy that breaks credentials. It lists all of them, the worst effect first. */
export function BreakageDialog({ confirming, onCancel, onConfirm }: BreakageDialogProps): ReactElement {
  const organization = useOrganization();
  const preview = confirming?.preview ?? null;
  const inUse = preview?.counts ? inUseText(preview.counts) : null;
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
        <div>
          <p className="font-medium text-ink">{breakageText(preview.counts)}</p>
          {inUse && <p className="font-medium text-rust">{inUse}</p>}
        </div>
      ) : (
        <p>
          Your role does not show which tokens and API keys of <bdi>{organization.name}</bdi> break the new rules.
        </p>
      )}
      {confirming !== null && preview !== null && preview.items.length > 0 && (
        <AllAffected policy={confirming.policy} />
      )}
      <p>
        The policy applies at their next use. Nothing is revoked: the tokens and keys that stop working are shown as
        blocked, and work again if the policy is relaxed.
      </p>
    </ConfirmDialog>
  );
}

/** Every credential that the policy changes, in a list that scrolls and loads its next page at its end. */
function AllAffected({ policy }: { readonly policy: TokenPolicy }): ReactElement {
  const organization = useOrganization();
  const query = useInfiniteQuery(policyPreviewQuery(organization.id, policy));
  const groups = groupByEffect(query.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <section
      aria-label="Tokens and keys that this changes"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls by itself, and the keyboard scrolls what has the focus
      tabIndex={0}
      className="grid max-h-[min(20rem,40vh)] gap-3 overflow-y-auto rounded-control border border-line px-3 py-2.5 text-[0.8125rem]"
    >
      {groups.map(({ title, stops, items }) => (
        <section key={title} className="grid gap-1">
          <h3 className={stops ? "font-semibold text-rust" : "font-semibold text-ink"}>{title}</h3>
          <ul className="grid gap-1">
            {items.map((credential) => (
              <li key={credential.id}>
                <bdi className="font-medium text-ink">{credential.name}</bdi>,{" "}
                {credential.kind === "api_key" ? "API key of " : ""}
                <bdi>{credential.owner.name}</bdi>, <LastUse of={{ lastUsedAt: credential.lastUsedAt }} inSentence />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage && (
        <LoadMore
          busy={query.isFetchingNextPage}
          failed={query.isFetchNextPageError}
          onMore={() => void query.fetchNextPage()}
        >
          Show more
        </LoadMore>
      )}
    </section>
  );
}

const PAUSE_MS = 400;

/** Whether the role may see the preview, which lists members' tokens and the organization's keys. */
export function useMayPreview(): boolean {
  const organization = useOrganization();
  return ["tokens:read", "api-keys:read"].every((permission) => can(organization, permission));
}

/** The preview of a policy, requested when the person has stopped typing. `null` requests none. */
export function usePolicyPreview(policy: TokenPolicy | null): UseInfiniteQueryResult<EffectPages> {
  const organization = useOrganization();
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
