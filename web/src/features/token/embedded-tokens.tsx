// The person's tokens of one membership, inside the settings page of another product. The frame has no room for menus and
// columns, so each row has its actions as buttons, and whatever asks does so in its place.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChartColumn, Fingerprint, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { tokensQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { EndLine, LastUse } from "../../credential/last-use.tsx";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { useCanOpenTab } from "../../session/host.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { useArrivalFocus } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { RowItem, Rows } from "../../ui/rows.tsx";
import { counted } from "../../ui/text.ts";
import { RenameDialog, RevokeDialog, useDismissToken } from "./token-dialogs.tsx";
import { StateBadge } from "./token-row.tsx";
import {
  compareTokens,
  isOver,
  nearEndOf,
  openReplacements,
  type Replacement,
  standingReason,
} from "./token-standing.ts";

export function EmbeddedTokens(): ReactElement {
  const tokens = useQuery(tokensQuery);
  const heading = useArrivalFocus();
  return (
    <div className="grid gap-4">
      {/* The page around the frame has its own heading. */}
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        Personal access tokens
      </h1>
      <QueryView query={tokens}>
        {({ items }) => (items.length === 0 ? <NoTokens /> : <TokenRows tokens={items} />)}
      </QueryView>
    </div>
  );
}

function NewTokenLink(): ReactElement {
  return (
    <Link to="/settings/tokens/new" className={buttonClass("primary")}>
      <Plus aria-hidden="true" />
      New token
    </Link>
  );
}

function NoTokens(): ReactElement {
  return (
    <EmptyState icon={<Fingerprint />} title="You have no tokens" action={<NewTokenLink />}>
      <p>
        A token lets a program act as you. It never has more permissions than you, and you can revoke it at any time.
      </p>
    </EmptyState>
  );
}

/** A frame grows with its rows, so it starts with few. */
const ROWS = 10;

function TokenRows({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }): ReactElement {
  const [limit, setLimit] = useState(ROWS);
  const shown = tokens.toSorted(compareTokens).slice(0, limit);
  const replacements = openReplacements(tokens);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-soft">{counted(tokens.length, "token")}</p>
        <NewTokenLink />
      </div>
      <Rows label="Tokens">
        {shown.map((token) => (
          <EmbeddedRow key={token.id} token={token} replacement={replacements.get(token.id) ?? null} />
        ))}
      </Rows>
      {tokens.length > limit && (
        <Button className="justify-self-center" onClick={() => setLimit(limit + ROWS)}>
          Show more ({tokens.length - limit} left)
        </Button>
      )}
    </>
  );
}

interface EmbeddedRowProps {
  readonly token: PersonalAccessToken;
  readonly replacement: Replacement | null;
}

function EmbeddedRow({ token, replacement }: EmbeddedRowProps): ReactElement {
  const [dialog, setDialog] = useState<"rename" | "revoke" | null>(null);
  const reason = standingReason(token);
  const close = (): void => setDialog(null);
  return (
    <RowItem className="px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2.5">
        <div className="min-w-0 grow basis-60">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <bdi className={classNames("font-semibold wrap-anywhere", isOver(token) && "text-soft")}>{token.name}</bdi>
            <StateBadge token={token} />
          </p>
          <p className="text-[0.8125rem] text-soft">
            <span className="font-mono">{token.prefix}…</span> · {summarizePermissions(token.permissions)}
          </p>
          <p className="text-[0.8125rem] text-soft">
            {token.revokedAt === null && (
              <>
                <span className={classNames(nearEndOf(token) !== null && "font-medium text-brass")}>
                  <EndLine of={token} />
                </span>
                {" · "}
              </>
            )}
            <LastUse of={token} />
          </p>
          {reason && <p className="text-[0.8125rem] text-soft">{reason}</p>}
          {replacement && <ReplacementLine replacement={replacement} />}
        </div>
        <RowButtons token={token} onRename={() => setDialog("rename")} onRevoke={() => setDialog("revoke")} />
      </div>
      <RenameDialog token={token} open={dialog === "rename"} onClose={close} />
      <RevokeDialog token={token} open={dialog === "revoke"} onClose={close} />
    </RowItem>
  );
}

function ReplacementLine({ replacement: { successor, ready } }: { readonly replacement: Replacement }): ReactElement {
  return (
    <p className="text-[0.8125rem] text-soft">
      Replaced by <span className="font-mono">{successor.prefix}…</span>, which has{" "}
      {ready ? "been used" : "not been used yet"}. Both work.
    </p>
  );
}

interface RowButtonsProps {
  readonly token: PersonalAccessToken;
  readonly onRename: () => void;
  readonly onRevoke: () => void;
}

/** Each name has the token's, because screen readers list buttons without their rows. */
function RowButtons({ token, onRename, onRevoke }: RowButtonsProps): ReactElement {
  const { pending, dismiss } = useDismissToken();
  const canOpenTab = useCanOpenTab();
  const { name } = token;
  if (isOver(token)) {
    return (
      <Button size="small" busy={pending} aria-label={`Dismiss ${name}`} onClick={() => void dismiss(token)}>
        Dismiss
      </Button>
    );
  }
  return (
    <div className="-mx-1 flex flex-wrap gap-1">
      {canOpenTab && (
        <a
          href={`/settings/tokens/${token.id}`}
          target="_blank"
          rel="noopener"
          aria-label={`Usage of ${name}, opens in a new tab`}
          title="Usage, in a new tab"
          className={classNames(buttonClass("quiet", "small"), "max-sm:hidden")}
        >
          <ChartColumn aria-hidden="true" />
        </a>
      )}
      <Button size="small" kind="quiet" aria-label={`Rename ${name}`} onClick={onRename}>
        Rename
      </Button>
      <Link
        to="/settings/tokens/$tokenId/replace"
        params={{ tokenId: token.id }}
        aria-label={`Replace ${name}`}
        className={buttonClass("quiet", "small")}
      >
        Replace
      </Link>
      <Button size="small" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </div>
  );
}
