import { DAY_MS, isMailOptional, NOTICE_KINDS, type NoticeId, type NoticeKind } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { NoticeFilter, NoticeRecord, Page, PageRequest, Reads } from "../../store/store.ts";
import { eventBy, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "../locks.ts";
import { notFound, Refusal } from "../refusal.ts";

/** Unread notices are counted this far: more than that is "many". */
const UNREAD_COUNTED = 100;

export interface NoticePage extends Page<NoticeRecord> {
  /** Of all that were not dismissed, whatever the filter; 100 stands for 100 or more. */
  readonly unread: number;
}

/** The caller's notices, newest first, without the dismissed ones. */
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

/** Marks one of the caller's notices as read; another person's is `not_found`. Repeating it changes nothing. */
export async function readNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.markNoticeRead(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}

/** Marks all of the caller's notices as read, and answers how many were not. What comes meanwhile stays unread. */
export function readAllNotices(deps: ReadDeps, actor: Pick<SessionActor, "user">): Promise<number> {
  return deps.store.transaction((tx) => tx.markNoticesRead(actor.user.id, deps.clock()));
}

/** Takes one of the caller's notices out of their list for good. What it told of stays in the audit log. */
export async function dismissNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.dismissNotice(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}

/** How long a notice is kept. What it told of stays in the audit log. */
const NOTICE_DAYS = 365;
const AT_ONCE = 200;

/** Forgets notices older than a year, read or not. */
export async function forgetOldNotices(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  await inSteps(async () => {
    const forgotten = await deps.store.transaction((tx) =>
      tx.forgetNotices(deps.clock() - NOTICE_DAYS * DAY_MS, AT_ONCE),
    );
    return forgotten === AT_ONCE;
  }, signal);
}

export interface NoticePreferences {
  /** Whether letters can reach the caller: the instance sends mail, and their address is verified. */
  readonly mailReaches: boolean;
  readonly kinds: readonly {
    readonly kind: NoticeKind;
    readonly mail: boolean;
    /** Whether `mail` can be turned off. */
    readonly optional: boolean;
  }[];
}

/** Which notices the caller also gets by mail. In the app there are always all of them. */
export async function getNoticePreferences(
  deps: Pick<Deps, "store" | "mailer">,
  actor: SessionActor,
): Promise<NoticePreferences> {
  return preferencesOf(deps, deps.store.reads, actor);
}

/** Changes the kinds that are named; the others stay. Refuses to turn off what cannot be. */
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
  const message = "That somebody else ended a token of yours is always mailed.";
  return new Refusal("field_invalid", `The mail about ${kind} cannot be turned off. ${message}`, {
    errors: [{ field: kind, message }],
  });
}
