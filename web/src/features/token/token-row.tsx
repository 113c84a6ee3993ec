// One token in the list: a row on a wide screen, a card on a narrow one.
import { Link, useNavigate } from "@tanstack/react-router";
import {
  ArrowRightLeft,
  ChartColumn,
  ChevronRight,
  EllipsisVertical,
  Pencil,
  RefreshCw,
  Trash2,
  X,
} from "lucide-react";
import { memo, type MemoExoticComponent, type ReactElement, useId, useState } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button, buttonClass, IconButton } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { RowItem, useRowDetails } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { RenameDialog, RevokeDialog, useDismissToken } from "./token-dialogs.tsx";
import { TokenDetails, TokenFacts } from "./token-facts.tsx";
import { isOver, type Replacement } from "./token-standing.ts";

interface TokenRowProps {
  readonly token: PersonalAccessToken;
  readonly now: number;
  readonly replacement: Replacement | null;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
}

type RowDialog = "rename" | "revoke";

/** Memoized, since a search redraws the list with every key press. */
export const TokenRow: MemoExoticComponent<typeof TokenRowView> = memo(TokenRowView);

function TokenRowView({ token, now, replacement, uses }: TokenRowProps): ReactElement {
  const [open, toggle] = useRowDetails();
  const [dialog, setDialog] = useState<RowDialog | null>(null);
  // A dialog is created when it is first opened. Otherwise a long list would hold two for each row.
  const [opened, setOpened] = useState<ReadonlySet<RowDialog>>(NONE);
  const detailsId = useId();
  const over = isOver(token);
  function show(next: RowDialog): void {
    setOpened(new Set([...opened, next]));
    setDialog(next);
  }
  return (
    <RowItem className="relative px-4 py-3.5">
      <div className="token-columns grid items-start gap-y-2">
        <div className={classNames("min-w-0", !over && "pr-9 md:pr-0")}>
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1 pl-4">
            <NameButton token={token} open={open} details={detailsId} onToggle={toggle} />
            <StateBadge token={token} />
          </div>
          <p className="pl-4 font-mono text-[0.8125rem] text-soft">{token.prefix}…</p>
        </div>
        <TokenFacts token={token} now={now} uses={uses} />
        <div className={classNames("justify-self-end md:static", over ? "mt-1" : "absolute right-3")}>
          <RowActions token={token} onRename={() => show("rename")} onRevoke={() => show("revoke")} />
        </div>
      </div>
      {replacement && <ReplacementNote replacement={replacement} onRevoke={() => show("revoke")} />}
      <div id={detailsId} hidden={!open}>
        {open && (
          <div className="mt-3 grid gap-3 md:ml-4">
            <TokenDetails token={token} />
            <Link
              to="/settings/tokens/$tokenId"
              params={{ tokenId: token.id }}
              className="justify-self-start rounded-control text-[0.8125rem] font-medium text-mint hover:underline"
            >
              Usage by day, address and route
            </Link>
          </div>
        )}
      </div>
      {opened.has("rename") && (
        <RenameDialog token={token} open={dialog === "rename"} onClose={() => setDialog(null)} />
      )}
      {opened.has("revoke") && (
        <RevokeDialog token={token} open={dialog === "revoke"} onClose={() => setDialog(null)} />
      )}
    </RowItem>
  );
}

interface NameButtonProps {
  readonly token: PersonalAccessToken;
  readonly open: boolean;
  /** The id of the details that it opens. */
  readonly details: string;
  readonly onToggle: () => void;
}

function NameButton({ token, open, details, onToggle }: NameButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={details}
      onClick={onToggle}
      className={classNames(
        "-ml-4 flex min-w-0 items-start gap-1 rounded-control text-left font-semibold wrap-anywhere hover:text-mint",
        isOver(token) && "text-soft",
      )}
    >
      <ChevronRight
        className={classNames("mt-0.5 -ml-1 size-4 shrink-0 text-faint transition-transform", open && "rotate-90")}
        aria-hidden="true"
      />
      <bdi>{token.name}</bdi>
    </button>
  );
}

const NONE: ReadonlySet<RowDialog> = new Set();

const STATE_BADGES: Partial<Record<PersonalAccessToken["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  suspended: ["warning", "Suspended"],
  blocked: ["danger", "Blocked by policy"],
};

export function StateBadge({ token }: { readonly token: PersonalAccessToken }): ReactElement | null {
  const badge = STATE_BADGES[token.state];
  return badge ? <Badge tone={badge[0]}>{badge[1]}</Badge> : null;
}

interface RowActionsProps {
  readonly token: PersonalAccessToken;
  readonly onRename: () => void;
  readonly onRevoke: () => void;
}

function RowActions({ token, onRename, onRevoke }: RowActionsProps): ReactElement {
  const navigate = useNavigate();
  const { pending, dismiss } = useDismissToken();
  if (isOver(token)) {
    return (
      <Button size="small" busy={pending} aria-label={`Dismiss ${token.name}`} onClick={() => void dismiss(token)}>
        <X aria-hidden="true" />
        Dismiss
      </Button>
    );
  }
  return (
    <Menu
      button={
        <IconButton label={`Actions for ${token.name}`} size="small" className="-my-1">
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem
        icon={<ChartColumn aria-hidden="true" />}
        onSelect={() => void navigate({ to: "/settings/tokens/$tokenId", params: { tokenId: token.id } })}
      >
        Usage
      </MenuItem>
      <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={onRename}>
        Rename
      </MenuItem>
      <MenuItem
        icon={<RefreshCw aria-hidden="true" />}
        onSelect={() => void navigate({ to: "/settings/tokens/$tokenId/replace", params: { tokenId: token.id } })}
      >
        Replace
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden="true" />} danger onSelect={onRevoke}>
        Revoke
      </MenuItem>
    </Menu>
  );
}

/** The note on an old token while its replacement also works. */
function ReplacementNote({
  replacement,
  onRevoke,
}: {
  readonly replacement: Replacement;
  readonly onRevoke: () => void;
}): ReactElement {
  const { old, successor, ready } = replacement;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-control bg-sunken px-3 py-2 text-[0.8125rem] md:ml-4">
      <ArrowRightLeft className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
      <p className="min-w-0 grow basis-40">
        Replaced by <span className="font-mono">{successor.prefix}…</span>
        {ready && successor.lastUsedAt ? (
          <>
            , used <Time at={successor.lastUsedAt} />. The old token still works.
          </>
        ) : (
          ", which has not been used yet. Both tokens work."
        )}
      </p>
      {ready ? (
        <Button size="small" kind="danger" onClick={onRevoke}>
          Revoke the old one
        </Button>
      ) : (
        <Link
          to="/settings/tokens/$tokenId/replace"
          params={{ tokenId: old.id }}
          className={buttonClass("secondary", "small")}
        >
          Compare
        </Link>
      )}
    </div>
  );
}
