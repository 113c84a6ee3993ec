import { Link } from "@tanstack/react-router";
import { Check, Clock, Hourglass, type LucideIcon, Plus, ShieldAlert, ShieldCheck, Wifi, X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { Notice, NoticeKind } from "../../api/types.ts";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Row } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { bodyOf, plainText, type Sentence, titleOf } from "./notice-text.ts";

const ICONS: Record<NoticeKind, LucideIcon> = {
  "token.expiring": Clock,
  "token.expired": Hourglass,
  "token.new_network": Wifi,
  "token.revoked": ShieldAlert,
  "token.minted": Plus,
  "policy.changed": ShieldCheck,
};

interface NoticeRowProps {
  readonly notice: Notice;
  readonly onRead: () => void;
  readonly onDismiss: () => void;
}

export function NoticeRow({ notice, onRead, onDismiss }: NoticeRowProps): ReactElement {
  const Icon = ICONS[notice.kind];
  const title = titleOf(notice);
  const isRead = notice.readAt !== null;
  return (
    <Row
      icon={<Icon />}
      muted={isRead}
      title={
        <TokenLink tokenId={notice.token?.id ?? null} onFollow={isRead ? undefined : onRead}>
          <Words sentence={title} />
        </TokenLink>
      }
      badges={!isRead && <Badge tone="good">New</Badge>}
      note={
        <>
          <Words sentence={bodyOf(notice)} />
          {notice.organization !== null && notice.kind !== "policy.changed" && (
            <>
              {" "}
              In <bdi>{notice.organization.name}</bdi>.
            </>
          )}
        </>
      }
      facts={<Time at={notice.at} />}
      action={
        <>
          {!isRead && (
            <IconButton size="small" label={`Mark as read: ${plainText(title)}`} onClick={onRead}>
              <Check aria-hidden="true" />
            </IconButton>
          )}
          <IconButton size="small" label={`Dismiss: ${plainText(title)}`} onClick={onDismiss}>
            <X aria-hidden="true" />
          </IconButton>
        </>
      }
    />
  );
}

interface TokenLinkProps {
  /** `null` when the notice is about several tokens or none. Then it links to all tokens. */
  readonly tokenId: string | null;
  /** Called when the person follows the link, which marks the notice as read. */
  readonly onFollow: (() => void) | undefined;
  readonly children: ReactNode;
}

function TokenLink({ tokenId, onFollow, children }: TokenLinkProps): ReactElement {
  const look = "underline-offset-3 hover:underline";
  if (tokenId === null) {
    return (
      <Link to="/settings/tokens" className={look} onClick={onFollow}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/settings/tokens/$tokenId" params={{ tokenId }} className={look} onClick={onFollow}>
      {children}
    </Link>
  );
}

function Words({ sentence }: { readonly sentence: Sentence }): ReactElement {
  return (
    <>
      {sentence.map((part, index) =>
        // oxlint-disable-next-line react/no-array-index-key -- the parts of a sentence have no other name
        typeof part === "string" ? part : <bdi key={index}>{part.name}</bdi>,
      )}
    </>
  );
}
