// Replacing a token: a twin is made, both are shown with their last use, and the old one is revoked once
// the new one works.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import { NOTICES_KEY } from "../../api/notices.ts";
import { Problem } from "../../api/problem.ts";
import { replaceToken, tokenQuery, tokensQuery } from "../../api/tokens.ts";
import type { MintedToken, PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { BackLink } from "../../ui/back-link.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/notice.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { CompareTokens } from "./compare-tokens.tsx";
import { isOver, openReplacements } from "./token-standing.ts";
import { TokenSecret } from "./token-secret.tsx";

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
      lead="You get a new token with the same permissions. Both work until you revoke the old one, so nothing has to stop."
    >
      {minted && (
        <TokenSecret minted={minted} target="curl" title="The new token" onForget={() => setMinted(null)}>
          <p className="text-soft">
            Put the new token where the old one is used. Below you see when it is used for the first time.
          </p>
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
  return (
    <Panel className="grid max-w-[42rem] gap-4 p-5">
      <dl className="grid gap-3 sm:grid-cols-2">
        <Fact term="Token">
          <bdi>{old.name}</bdi> <span className="font-mono text-[0.8125rem] text-soft">{old.prefix}…</span>
        </Fact>
        <Fact term="Organization">
          <bdi>{old.organization.name}</bdi>
        </Fact>
        <Fact term="Permissions">{summarizePermissions(old.permissions)}</Fact>
        <Fact term="Lifetime">
          {old.expiresAt === null ? (
            "No expiry"
          ) : (
            <>{lifetimeDays(old)} days from now, as it had at first, or as long as the policy allows</>
          )}
        </Fact>
        <Fact term="Last used">{old.lastUsedAt ? <Time at={old.lastUsedAt} /> : "Never"}</Fact>
      </dl>
      {action.problem && <ProblemNotice problem={explained(action.problem)} />}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={action.pending}
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
        <Link to="/settings/tokens" className={buttonClass("quiet")}>
          Cancel
        </Link>
      </div>
    </Panel>
  );
}

function OverAlready(): ReactElement {
  return (
    <EmptyState
      icon={<CircleCheck />}
      title="This token is over"
      action={
        <Link to="/settings/tokens/new" className={buttonClass("primary")}>
          New token
        </Link>
      }
    >
      <p>It has expired or was revoked, so there is nothing to replace. Make a new one instead.</p>
    </EmptyState>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div className="min-w-0">
      <dt className="text-[0.8125rem] text-soft">{term}</dt>
      <dd className="font-medium wrap-anywhere">{children}</dd>
    </div>
  );
}

function lifetimeDays(token: PersonalAccessToken): number {
  const lifetime = new Date(token.expiresAt ?? token.createdAt).getTime() - new Date(token.createdAt).getTime();
  return Math.max(1, Math.round(lifetime / 86_400_000));
}

/** A twin has the old list. When the role has shrunk since, only a new token with another list will do. */
function explained(problem: Problem): Problem {
  if (problem.code !== "permission_exceeds_role") return problem;
  return new Problem({
    status: problem.status,
    code: problem.code,
    title: "The old token lists more than your role holds now",
    detail: "Its twin would exceed your role. Make a new token with the permissions you have, then revoke this one.",
    missingPermissions: problem.missingPermissions,
  });
}
