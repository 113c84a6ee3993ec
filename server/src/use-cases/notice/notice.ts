// A person's notices: listing, reading, dismissing, and the choice of those that are also emailed.
// Rule: a person sees and changes only their own notices; another person's is `not_found`. The audit log keeps what a
// notice said after the notice is gone.
// Deliberately absent: creating notices (from-events.ts) and sending emails (emails.ts).
import { DAY_MS, isMailOptional, NOTICE_KINDS, type NoticeId, type NoticeKind, type Secret } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type {
  NoticeFilter,
  NoticeRecord,
  Page,
  PageRequest,
  Reads,
  Transaction,
  UnsubscribeLink,
} from "../../store/store.ts";
import { type Deps, eventOf, notFound, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { requireLiveSession } from "../authority.ts";

/** Unread notices are counted up to this number. */
const UNREAD_COUNTED = 100;

export interface NoticePage extends Page<NoticeRecord> {
  /** The number of unread notices that were not dismissed, whatever the filter; 100 means 100 or more. */
  readonly unread: number;
}

/** Returns the caller's notices, newest first, without dismissed ones. */
export async function listNotices(
  deps: Pick<Deps, "store">,
  actor: SessionActor,
  filter: NoticeFilter,
  page: PageRequest,
): Promise<NoticePage> {
  const { reads } = deps.store;
  const [found, unread] = await Promise.all([
    reads.listNotices(actor.user.id, filter, page),
    reads.countUnreadNotices(actor.user.id, UNREAD_COUNTED),
  ]);
  return { ...found, unread };
}

type ReadDeps = Pick<Deps, "store" | "clock">;

/** Marks one of the caller's notices as read. Repeating it changes nothing. */
export async function readNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.markNoticeRead(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}

/**
 * Marks all of the caller's notices as read and returns how many were unread. A notice that arrives meanwhile stays
 * unread.
 */
export function readAllNotices(deps: ReadDeps, actor: Pick<SessionActor, "user">): Promise<number> {
  return deps.store.transaction((tx) => tx.markNoticesRead(actor.user.id, deps.clock()));
}

/** Removes one of the caller's notices from their list for good. */
export async function dismissNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.dismissNotice(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}

/** How long a notice is kept. */
const NOTICE_DAYS = 365;
const AT_ONCE = 200;

/** Deletes notices older than a year, read or not, and the links to turn off their emails. */
export async function forgetOldNotices(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  await inSteps(async () => {
    const before = deps.clock() - NOTICE_DAYS * DAY_MS;
    return deps.store.transaction(async (tx) => {
      const [notices, links] = [
        await tx.forgetNotices(before, AT_ONCE),
        await tx.forgetUnsubscribeLinks(before, AT_ONCE),
      ];
      return notices === AT_ONCE || links === AT_ONCE;
    });
  }, signal);
}

export interface NoticePreferences {
  /** Whether emails can reach the caller: the instance sends email, and their address is verified. */
  readonly mailReaches: boolean;
  readonly kinds: readonly {
    readonly kind: NoticeKind;
    readonly mail: boolean;
    /** Whether `mail` can be turned off. */
    readonly optional: boolean;
  }[];
}

/** Returns which notices the caller also gets by email. The app always shows all of them. */
export async function getNoticePreferences(
  deps: Pick<Deps, "store" | "mailer">,
  actor: SessionActor,
): Promise<NoticePreferences> {
  return preferencesOf(deps, deps.store.reads, actor);
}

/** Changes the named kinds and keeps the others. Refuses to turn off a kind that cannot be turned off. */
export function setNoticePreferences(
  deps: Pick<Deps, "store" | "mailer" | "clock">,
  actor: SessionActor,
  changes: Readonly<Partial<Record<NoticeKind, boolean>>>,
): Promise<NoticePreferences> {
  for (const kind of NOTICE_KINDS) {
    if (changes[kind] === false && !isMailOptional(kind)) throw cannotTurnOff(kind);
  }
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    await applyChanges(tx, actor, changes, deps.clock());
    return preferencesOf(deps, tx, actor);
  });
}

/** In the caller's transaction, which has locked the user. Changes nothing and records nothing when it is so already. */
async function applyChanges(
  tx: Transaction,
  { user, origin }: Pick<SessionActor, "user" | "origin">,
  changes: Readonly<Partial<Record<NoticeKind, boolean>>>,
  at: number,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const muted = new Set(await tx.listNoticeMutes(user.id));
  const before = [...muted].sort();
  for (const kind of NOTICE_KINDS) {
    if (changes[kind] === false) muted.add(kind);
    else if (changes[kind] === true) muted.delete(kind);
  }
  const after = [...muted].sort();
  if (before.join() === after.join()) return;
  await tx.setNoticeMutes(user.id, after, at);
  const person = { kind: "user", id: user.id, name: user.name } as const;
  await tx.insertAuditEvents([
    eventOf(
      { actor: person, via: null, origin },
      {
        at,
        organizationId: null,
        action: "user.notices_changed",
        target: person,
        details: { before: { notMailed: before }, after: { notMailed: after }, ...details },
      },
    ),
  ]);
}

const LINK = /^[0-9a-f]{64}$/;

/**
 * Creates the link of one email, in the transaction that sends it. Anyone who has it can turn off the emails of this kind
 * for this person, and nothing else. `null` for a kind that cannot be turned off.
 */
export async function issueUnsubscribeLink(
  tx: Transaction,
  { userId, kind }: Pick<UnsubscribeLink, "userId" | "kind">,
  at: number,
): Promise<Secret | null> {
  if (!isMailOptional(kind)) return null;
  const link = newLinkSecret();
  await tx.insertUnsubscribeLink({ hash: hashSecret(link), userId, kind, createdAt: at, usedAt: null });
  return link;
}

/**
 * Turns off the emails of the kind that the link names, and returns it. A link works once, for a
 * year. Mail programs repeat the request, so it succeeds again as long as the kind is still off. Refuses an unknown link,
 * one that was used before the kind was turned on again, and that of a deleted account with `link_invalid`.
 */
export async function unsubscribe(
  deps: Pick<Deps, "store" | "clock">,
  token: string,
  origin: RequestOrigin,
): Promise<NoticeKind> {
  return deps.store.transaction(async (tx) => {
    const link = LINK.test(token) ? await tx.findUnsubscribeLink(hashSecret(token)) : null;
    const user = link === null ? null : await tx.lockUser(link.userId);
    if (link === null || user === null || user.deletedAt !== null) throw linkInvalid();
    const at = deps.clock();
    if (link.usedAt !== null && !(await tx.listNoticeMutes(user.id)).includes(link.kind)) throw linkInvalid();
    await tx.useUnsubscribeLink(link.hash, at);
    await applyChanges(tx, { user, origin }, { [link.kind]: false }, at, { by: "email" });
    return link.kind;
  });
}

function linkInvalid(): Refusal {
  return new Refusal(
    "link_invalid",
    "The link is incomplete or no longer valid. Choose the emails that you get on the page Notices.",
  );
}

async function preferencesOf(
  { mailer }: Pick<Deps, "mailer">,
  reads: Pick<Reads, "listNoticeMutes">,
  { user }: SessionActor,
): Promise<NoticePreferences> {
  const muted = await reads.listNoticeMutes(user.id);
  return {
    mailReaches: mailer !== null && user.emailVerifiedAt !== null,
    kinds: NOTICE_KINDS.map((kind) => ({ kind, mail: !muted.includes(kind), optional: isMailOptional(kind) })),
  };
}

function cannotTurnOff(kind: NoticeKind): Refusal {
  const message =
    "You always get an email when somebody else ends one of your tokens, or makes a link to set your password.";
  return new Refusal("field_invalid", `Emails about ${kind} cannot be turned off. ${message}`, {
    errors: [{ field: kind, message }],
  });
}
