// What saving the form would break, told before it is saved: how many, and each with its owner and last use.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { Fingerprint, KeyRound } from "lucide-react";
import type { ReactElement } from "react";
import type { AffectedCredential, PolicyPreview } from "../../api/types.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { LoadFailure, LoadingRows } from "../../ui/placeholder.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { breakageText, breaksAnything, effectOn, resumeText, unknownText } from "./preview-text.ts";

export type EffectPages = InfiniteData<PolicyPreview>;

interface PreviewProps {
  readonly query: UseInfiniteQueryResult<EffectPages>;
  /** What AI clients lose besides, or `null`. */
  readonly mcpLoss: string | null;
}

export function PreviewPanel({ query, mcpLoss }: PreviewProps): ReactElement {
  return (
    <Section title="What this changes" lead="Judged as each token and key is at this moment. Nothing is saved yet.">
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
    <Notice tone={breaks || mcpLoss !== null ? "warning" : "info"} live="status" title={breakageText(counts)}>
      {mcpLoss && <p>{mcpLoss}</p>}
      {resume && <p>{resume}</p>}
      {unknown && <p>{unknown}</p>}
      {!tokensListed && breaks && (
        <p>Members’ tokens are counted, not listed: the rule for oversight keeps them from you.</p>
      )}
    </Notice>
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
          {credential.lastUsedAt === null ? (
            "Never used"
          ) : (
            <>
              Used <Time at={credential.lastUsedAt} />
              {credential.lastUsedIp && <span className="block">from {credential.lastUsedIp}</span>}
            </>
          )}
        </p>
      }
    />
  );
}
