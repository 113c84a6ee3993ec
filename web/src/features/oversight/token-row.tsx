import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { blockedReason } from "../../credential/blocked-by.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { UseFacts } from "../../credential/use-facts.tsx";
import { UsesLink } from "../../credential/uses-link.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Time } from "../../ui/time-view.tsx";
import { TokenBadges } from "./token-badges.tsx";

interface TokenRowProps {
  readonly token: PersonalAccessToken;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
  readonly picked: boolean;
  /** `null`: it cannot be revoked, by this person or any more. */
  readonly onToggle: (() => void) | null;
  readonly onRevoke: (() => void) | null;
}

export function TokenRow({ token, uses, picked, onToggle, onRevoke }: TokenRowProps): ReactElement {
  const over = token.state === "revoked" || token.state === "expired";
  const place = { to: "/organization/tokens/$tokenId", params: { tokenId: token.id } } as const;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      {onToggle !== null ? (
        <input
          type="checkbox"
          className="tick mt-0.5 print:hidden"
          aria-label={`Select ${token.name} of ${token.user.name}`}
          checked={picked}
          onChange={onToggle}
        />
      ) : (
        <span className="w-[1.0625rem] shrink-0 print:hidden" />
      )}
      <div className="grid min-w-0 grow gap-x-6 gap-y-2 md:grid-cols-[minmax(0,1.2fr)_minmax(0,0.9fr)_minmax(0,1.5fr)]">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Link
              {...place}
              className={classNames(
                "rounded-control font-semibold wrap-anywhere hover:text-mint hover:underline",
                over && "text-soft",
              )}
            >
              <bdi>{token.name}</bdi>
            </Link>
            <TokenBadges token={token} />
          </div>
          <p className="text-[0.8125rem] wrap-anywhere text-soft">
            <span className="font-mono">{token.prefix}…</span> · {summarizePermissions(token.permissions)}
          </p>
          {token.state === "blocked" && <p className="text-[0.8125rem] text-rust">{blockedReason(token.blockedBy)}.</p>}
        </div>
        <Facts>
          <p className="wrap-anywhere">
            <bdi className="text-ink">{token.user.name}</bdi>
          </p>
          <p className="wrap-anywhere">{token.user.email}</p>
        </Facts>
        <Facts>
          <UseFacts use={token} />
          {token.lastUsedAt !== null && <UsesLink place={place} name={token.name} uses={uses} />}
          <p>
            Created <Time at={token.createdAt} as="date" /> · <End token={token} />
          </p>
        </Facts>
      </div>
      <div
        className={classNames(
          "shrink-0 print:hidden",
          onRevoke === null ? "hidden md:block" : "",
          "md:w-18 md:text-right",
        )}
      >
        {onRevoke !== null && (
          <Button size="small" aria-label={`Revoke ${token.name} of ${token.user.name}`} onClick={onRevoke}>
            Revoke
          </Button>
        )}
      </div>
    </li>
  );
}

function End({ token }: { readonly token: PersonalAccessToken }): ReactNode {
  if (token.revokedAt !== null) {
    return (
      <>
        revoked <Time at={token.revokedAt} as="date" />
        {token.revokedBy !== null && (
          <>
            {" "}
            by <bdi>{token.revokedBy.name}</bdi>
          </>
        )}
      </>
    );
  }
  if (token.expiresAt === null) return "no expiry";
  return (
    <>
      {token.state === "expired" ? "expired" : "expires"} <Time at={token.expiresAt} as="date" />
    </>
  );
}

function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="min-w-0 text-[0.8125rem] text-soft">{children}</div>;
}
