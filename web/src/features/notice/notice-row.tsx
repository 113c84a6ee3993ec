import { Link } from "@tanstack/react-router";
import {
  Check,
  Clock,
  Hourglass,
  KeyRound,
  type LucideIcon,
  Plus,
  ShieldAlert,
  ShieldCheck,
  UserPlus,
  Webhook,
  Wifi,
  X,
} from "lucide-react";
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
  "member.joined": UserPlus,
  "account.reset_link": KeyRound,
  "webhook.disabled": Webhook,
  "api_key.expiring": Clock,
  "api_key.expired": Hourglass,
};

/** The page of a notice that is about no token. */
const PAGE_OF_KIND: Partial<Record<NoticeKind, "/settings/profile" | "/admin/webhooks">> = {
  "account.reset_link": "/settings/profile",
  "webhook.disabled": "/admin/webhooks",
};

/** The titles of these name the organization. */
const NAMES_ORGANIZATION: ReadonlySet<NoticeKind> = new Set(["policy.changed", "member.joined"]);

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
        <NoticeLink notice={notice} onFollow={isRead ? undefined : onRead}>
          <Words sentence={title} />
        </NoticeLink>
      }
      badges={
        <>
          {!isRead && <Badge tone="good">New</Badge>}
          {notice.resolvedAt !== null && <Badge>Token ended</Badge>}
        </>
      }
      note={
        <>
          <Words sentence={bodyOf(notice)} />
          {notice.organization !== null && !NAMES_ORGANIZATION.has(notice.kind) && (
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

interface NoticeLinkProps {
  readonly notice: Notice;
  /** Called when the person follows the link, which marks the notice as read. */
  readonly onFollow: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Leads to the members of the organization, to the token or the API keys, or to all tokens when there are several or none. */
function NoticeLink({ notice: { kind, token, organization }, onFollow, children }: NoticeLinkProps): ReactElement {
  const look = "underline-offset-3 hover:underline";
  const page = kind === "member.joined" ? "members" : token?.id.startsWith("key_") === true ? "api-keys" : null;
  if (page !== null && organization !== null) {
    const params = { organizationId: organization.id, page };
    return (
      <Link to="/organization/in/$organizationId/$page" params={params} className={look} onClick={onFollow}>
        {children}
      </Link>
    );
  }
  if (token === null) {
    return (
      <Link to={PAGE_OF_KIND[kind] ?? "/settings/tokens"} className={look} onClick={onFollow}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/settings/tokens/$tokenId" params={{ tokenId: token.id }} className={look} onClick={onFollow}>
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
