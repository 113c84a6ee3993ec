import { EndDate, EndFact, ENDLESS_CAUTION, hasEndedByPolicy, UseFact } from "../../credential/last-use.tsx";
import { CircleAlert, Clock3, TriangleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { UsesLink } from "../../credential/uses.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { formatDate } from "../../ui/time.ts";
import { isOver, looksForgotten, nearEndOf, revokedByOther, standingReason } from "./token-standing.ts";

interface TokenFactsProps {
  readonly token: PersonalAccessToken;
  readonly now: number;
  /** Daily uses of the last month, once they are known. */
  readonly uses?: readonly number[] | undefined;
}

/** The organization, expiry and last use of a token. A warning has an icon besides its colour. */
export function TokenFacts({ token, now, uses }: TokenFactsProps): ReactElement {
  return (
    <dl className="contents">
      <Cell term="Access" note={summarizePermissions(token.permissions)}>
        <span className="wrap-anywhere">
          <bdi>{token.organization.name}</bdi>
        </span>
      </Cell>
      <Cell
        term={isOver(token) ? "Ended" : "Expires"}
        note={
          revokedByOther(token) ?? (
            <>
              Created <time dateTime={token.createdAt}>{formatDate(token.createdAt)}</time>
            </>
          )
        }
      >
        <End token={token} />
      </Cell>
      <Cell
        term="Last used"
        note={token.lastUsedIp ? <>from {token.lastUsedIp}</> : null}
        picture={
          token.lastUsedAt !== null && (
            <UsesLink
              place={{ to: "/settings/tokens/$tokenId", params: { tokenId: token.id } }}
              name={token.name}
              uses={uses}
            />
          )
        }
      >
        <RecentUse token={token} now={now} />
      </Cell>
    </dl>
  );
}

function End({ token }: { readonly token: PersonalAccessToken }): ReactNode {
  if (token.revokedAt !== null) return <Ended how="Revoked" at={token.revokedAt} />;
  if (token.state === "expired" && token.expiresAt !== null) return <Ended how="Expired" at={token.expiresAt} />;
  if (token.endsAt === null) return <Caution />;
  if (hasEndedByPolicy(token)) return <Ended how="Ended" at={token.endsAt} />;
  const near = nearEndOf(token);
  if (near === null) return <EndDate at={token.endsAt} because={token.endsBecause} as="date" />;
  return (
    <Emphasis icon={<Clock3 aria-hidden="true" />}>
      <EndDate at={near.at} because={near.because} />
    </Emphasis>
  );
}

/** A token that never ends works as intended, so the caution has an icon and no colour. */
function Caution(): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5 [&_svg]:size-3.5 [&_svg]:shrink-0" title={ENDLESS_CAUTION}>
      <CircleAlert aria-hidden="true" />
      Never
      <span className="sr-only">. {ENDLESS_CAUTION}</span>
    </span>
  );
}

function Ended({ how, at }: { readonly how: string; readonly at: string }): ReactElement {
  return (
    <>
      {how} <Time at={at} as="date" />
    </>
  );
}

function RecentUse({ token, now }: TokenFactsProps): ReactNode {
  const use = token.lastUsedAt === null ? "Never used" : <Time at={token.lastUsedAt} />;
  if (!looksForgotten(token, now)) return use;
  return <Emphasis icon={<TriangleAlert aria-hidden="true" />}>{use}</Emphasis>;
}

interface CellProps {
  readonly term: string;
  readonly note: ReactNode;
  readonly picture?: ReactNode;
  readonly children: ReactNode;
}

function Cell({ term, note, picture, children }: CellProps): ReactElement {
  return (
    <div className="grid min-w-0 grid-cols-[6rem_minmax(0,1fr)] gap-x-2 pl-4 md:block md:pl-0">
      <dt className="text-[0.8125rem] text-soft md:sr-only">{term}</dt>
      <dd>{children}</dd>
      {note && <dd className="col-start-2 text-[0.8125rem] wrap-anywhere text-soft">{note}</dd>}
      {picture && <dd className="col-start-2">{picture}</dd>}
    </div>
  );
}

function Emphasis({ icon, children }: { readonly icon: ReactElement; readonly children: ReactNode }): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5 font-medium text-brass [&_svg]:size-3.5 [&_svg]:shrink-0">
      {icon}
      <span>{children}</span>
    </span>
  );
}

/** The facts about a token, with exact times. */
export function TokenDetails({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const reason = standingReason(token);
  const { useCount: uses } = token;
  return (
    <div className="grid gap-3">
      {reason && <Callout tone={token.state === "blocked" ? "danger" : "info"}>{reason}</Callout>}
      <Facts>
        <Fact term="Created">
          <Time at={token.createdAt} as="date-time" />
        </Fact>
        <EndFact credential={token} />
        <UseFact credential={token} />
        <Fact term="Uses">{uses.toLocaleString("en")}</Fact>
        <Fact term="Id">
          <span className="font-mono text-xs break-all">{token.id}</span>
        </Fact>
        <Fact term="Permissions" wide>
          {token.permissions === null ? (
            `All your permissions in ${isolated(token.organization.name)}`
          ) : (
            <span className="font-mono text-[0.8125rem] wrap-anywhere">{token.permissions.join(", ")}</span>
          )}
        </Fact>
      </Facts>
    </div>
  );
}
