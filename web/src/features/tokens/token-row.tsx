// One token of the list: a row on a wide screen, a card on a narrow one.
import { Link, useNavigate } from "@tanstack/react-router";
import {
  ArrowRightLeft,
  ChevronRight,
  Clock3,
  EllipsisVertical,
  Pencil,
  RefreshCw,
  Trash2,
  TriangleAlert,
  X,
} from "lucide-react";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button, buttonClass, IconButton } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { formatDate } from "../../ui/time.ts";
import { Time } from "../../ui/time-view.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { TokenDetails } from "./token-details.tsx";
import { expiringInDays, isOver, type Replacement, staleness } from "./token-standing.ts";
import { useDismissToken } from "./use-dismiss-token.ts";

interface TokenRowProps {
  readonly token: PersonalAccessToken;
  readonly now: number;
  readonly replacement: Replacement | null;
}

export function TokenRow({ token, now, replacement }: TokenRowProps): ReactElement {
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<"rename" | "revoke" | null>(null);
  const detailsId = useId();
  const over = isOver(token);
  return (
    <li className="relative px-4 py-3.5">
      <div className="token-columns grid items-start gap-y-2">
        <div className={classNames("min-w-0", !over && "pr-9 md:pr-0")}>
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <button
              type="button"
              aria-expanded={open}
              aria-controls={detailsId}
              onClick={() => setOpen(!open)}
              className={classNames(
                "flex min-w-0 items-start gap-1 rounded-control text-left font-semibold wrap-anywhere hover:text-mint",
                over && "text-soft",
              )}
            >
              <ChevronRight
                className={classNames(
                  "mt-0.5 -ml-1 size-4 shrink-0 text-faint transition-transform",
                  open && "rotate-90",
                )}
                aria-hidden="true"
              />
              {token.name}
            </button>
            <StateBadge token={token} />
          </div>
          <p className="pl-4 font-mono text-[0.8125rem] text-soft">{token.prefix}…</p>
        </div>
        <Facts token={token} now={now} />
        <div className={classNames("justify-self-end md:static", over ? "mt-1" : "absolute right-3")}>
          <RowActions token={token} onRename={() => setDialog("rename")} onRevoke={() => setDialog("revoke")} />
        </div>
      </div>
      {replacement && <ReplacementNote replacement={replacement} onRevoke={() => setDialog("revoke")} />}
      <div id={detailsId} hidden={!open}>
        {open && <TokenDetails token={token} />}
      </div>
      <RenameDialog token={token} open={dialog === "rename"} onClose={() => setDialog(null)} />
      <RevokeDialog token={token} open={dialog === "revoke"} onClose={() => setDialog(null)} />
    </li>
  );
}

const STATE_BADGES: Partial<Record<PersonalAccessToken["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  suspended: ["warning", "Suspended"],
  blocked: ["danger", "Blocked by policy"],
};

function StateBadge({ token }: { readonly token: PersonalAccessToken }): ReactElement | null {
  const badge = STATE_BADGES[token.state];
  return badge ? <Badge tone={badge[0]}>{badge[1]}</Badge> : null;
}

function Facts({ token, now }: { readonly token: PersonalAccessToken; readonly now: number }): ReactElement {
  const expiring = expiringInDays(token, now);
  const stale = staleness(token, now);
  const over = token.state === "expired" || (token.state === "revoked" && token.revokedAt !== null);
  return (
    <dl className="contents">
      <Fact term="Access" note={summarizePermissions(token.permissions)}>
        <span className="wrap-anywhere">{token.organization.name}</span>
      </Fact>
      <Fact
        term={over ? "Ended" : "Expires"}
        note={
          <>
            Created <time dateTime={token.createdAt}>{formatDate(token.createdAt)}</time>
          </>
        }
      >
        {token.state === "revoked" && token.revokedAt ? (
          <Time at={token.revokedAt} as="date" />
        ) : token.expiresAt === null ? (
          "Never"
        ) : expiring === null ? (
          <Time at={token.expiresAt} as="date" />
        ) : (
          <Emphasis icon={<Clock3 aria-hidden="true" />}>
            <Time at={token.expiresAt} />
          </Emphasis>
        )}
      </Fact>
      <Fact term="Last used" note={token.lastUsedIp ? <>from {token.lastUsedIp}</> : null}>
        {stale === "never-used" ? (
          <Emphasis icon={<TriangleAlert aria-hidden="true" />}>Never used</Emphasis>
        ) : token.lastUsedAt === null ? (
          "Never used"
        ) : stale === "unused" ? (
          <Emphasis icon={<TriangleAlert aria-hidden="true" />}>
            <Time at={token.lastUsedAt} />
          </Emphasis>
        ) : (
          <Time at={token.lastUsedAt} />
        )}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly term: string;
  readonly note: ReactNode;
  readonly children: ReactNode;
}

function Fact({ term, note, children }: FactProps): ReactElement {
  return (
    <div className="grid min-w-0 grid-cols-[6rem_minmax(0,1fr)] gap-x-2 pl-4 md:block md:pl-0">
      <dt className="text-[0.8125rem] text-soft md:sr-only">{term}</dt>
      <dd>{children}</dd>
      {note && <dd className="col-start-2 text-[0.8125rem] wrap-anywhere text-soft">{note}</dd>}
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
      renderButton={(props) => (
        <IconButton {...props} label={`Actions for ${token.name}`} size="small" className="-my-1">
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      )}
    >
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

/** Under an old token whose successor exists: both still work, until the old one is revoked. */
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
            , used <Time at={successor.lastUsedAt} />. This old one still works.
          </>
        ) : (
          ", which has not been used yet. Both work."
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
