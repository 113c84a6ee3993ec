import { isMailOptional, NOTICE_KINDS, type NoticeKind } from "@mintmark/core";
import type { Reads } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";

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
