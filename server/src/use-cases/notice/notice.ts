// A person's notices: listing, reading, dismissing, and the choice of those that are also emailed.
// Rule: a person sees and changes only their own notices; another person's is `not_found`. The audit log keeps what a
// notice said after the notice is gone.
// Deliberately absent: creating notices (from-events.ts) and sending emails (emails.ts).
import { DAY_MS, isMailOptional, NOTICE_KINDS, type NoticeId, type NoticeKind } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import type { NoticeFilter, NoticeRecord, Page, PageRequest, Reads } from "../../store/store.ts";
import { type Deps, eventBy, notFound, Refusal, type SessionActor } from "../use-case.ts";
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

/** Deletes notices older than a year, read or not. */
export async function forgetOldNotices(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  await inSteps(async () => {
    const forgotten = await deps.store.transaction((tx) =>
      tx.forgetNotices(deps.clock() - NOTICE_DAYS * DAY_MS, AT_ONCE),
    );
    return forgotten === AT_ONCE;
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
    const muted = new Set(await tx.listNoticeMutes(actor.user.id));
    const before = [...muted].sort();
    for (const kind of NOTICE_KINDS) {
      if (changes[kind] === false) muted.add(kind);
      else if (changes[kind] === true) muted.delete(kind);
    }
    const after = [...muted].sort();
    if (before.join() !== after.join()) {
      const at = deps.clock();
      await tx.setNoticeMutes(actor.user.id, after, at);
      await tx.insertAuditEvents([
        eventBy(actor, {
          at,
          organizationId: null,
          action: "user.notices_changed",
          target: { kind: "user", id: actor.user.id, name: actor.user.name },
          details: { before: { notMailed: before }, after: { notMailed: after } },
        }),
      ]);
    }
    return preferencesOf(deps, tx, actor);
  });
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
  const message = "You always get an email when somebody else ends one of your tokens.";
  return new Refusal("field_invalid", `Emails about ${kind} cannot be turned off. ${message}`, {
    errors: [{ field: kind, message }],
  });
}
