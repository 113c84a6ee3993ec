import { Clock3, TriangleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { UsesLink } from "../../credential/uses-link.tsx";
import { formatDate } from "../../ui/time.ts";
import { Time } from "../../ui/time-view.tsx";
import { expiringInDays, isOver, looksForgotten, revokedByOther } from "./token-standing.ts";

interface TokenFactsProps {
  readonly token: PersonalAccessToken;
  readonly now: number;
  /** Daily uses of the last month, once they are known. */
  readonly uses?: readonly number[] | undefined;
}

/** Where a token works, until when, and when it was last used; what stands out has an icon besides its colour. */
export function TokenFacts({ token, now, uses }: TokenFactsProps): ReactElement {
  return (
    <dl className="contents">
      <Fact term="Access" note={summarizePermissions(token.permissions)}>
        <span className="wrap-anywhere">
          <bdi>{token.organization.name}</bdi>
        </span>
      </Fact>
      <Fact
        term={isOver(token) ? "Ended" : "Expires"}
        note={
          revokedByOther(token) ?? (
            <>
              Created <time dateTime={token.createdAt}>{formatDate(token.createdAt)}</time>
            </>
          )
        }
      >
        <End token={token} now={now} />
      </Fact>
      <Fact
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
        <LastUse token={token} now={now} />
      </Fact>
    </dl>
  );
}

function End({ token, now }: TokenFactsProps): ReactNode {
  if (token.revokedAt !== null) return <Ended how="Revoked" at={token.revokedAt} />;
  if (token.expiresAt === null) return "Never";
  if (isOver(token)) return <Ended how="Expired" at={token.expiresAt} />;
  if (expiringInDays(token, now) === null) return <Time at={token.expiresAt} as="date" />;
  return (
    <Emphasis icon={<Clock3 aria-hidden="true" />}>
      <Time at={token.expiresAt} />
    </Emphasis>
  );
}

function Ended({ how, at }: { readonly how: string; readonly at: string }): ReactElement {
  return (
    <>
      {how} <Time at={at} as="date" />
    </>
  );
}

function LastUse({ token, now }: TokenFactsProps): ReactNode {
  const use = token.lastUsedAt === null ? "Never used" : <Time at={token.lastUsedAt} />;
  if (!looksForgotten(token, now)) return use;
  return <Emphasis icon={<TriangleAlert aria-hidden="true" />}>{use}</Emphasis>;
}

interface FactProps {
  readonly term: string;
  readonly note: ReactNode;
  readonly picture?: ReactNode;
  readonly children: ReactNode;
}

function Fact({ term, note, picture, children }: FactProps): ReactElement {
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
      {children}
    </span>
  );
}
