// Notices: what people are told about their tokens. A notice is what an audit event means to the person it concerns,
// so it is made here and nowhere else, from the events of a transaction and inside it: whatever writes `pat.revoked`
// tells the token's holder, without having to think of it.
// Deliberately absent: what people hear of their account (password, address, instance admin), which is mailed by the
// use case that changes it.
import type { AuditEventRecord, Store, Transaction } from "../../store/store.ts";
import type { NoticeRules } from "./draft.ts";
import { noticesOf } from "./notices-of-events.ts";

export interface NoticeOptions extends NoticeRules {
  /** Called after the commit of a transaction that wrote notices. */
  readonly onNotices: () => void;
  /** Called after the commit of a transaction that wrote follow-ups. */
  readonly onFollowUps: () => void;
}

/** The same store; a transaction that records events also writes the notices that they make, before it commits. */
export function withNotices(store: Store, { onNotices, onFollowUps, ...rules }: NoticeOptions): Store {
  return {
    engine: store.engine,
    reads: store.reads,
    clock: store.clock,
    async transaction(work, durability) {
      let heard: Heard = { events: [], followUps: 0 };
      let written = false;
      const result = await store.transaction(async (tx) => {
        heard = { events: [], followUps: 0 };
        const hearing = hear(tx, heard);
        const done = await work(hearing);
        const notices = await noticesOf(rules, hearing, heard.events);
        await tx.insertNotices(notices);
        written = notices.length > 0;
        return done;
      }, durability);
      if (written) onNotices();
      if (heard.followUps > 0) onFollowUps();
      return result;
    },
    findForVerification: (kind, hash) => store.findForVerification(kind, hash),
    commitMark: () => store.commitMark(),
    migrate: () => store.migrate(),
    whyNotReady: () => store.whyNotReady(),
    get storage() {
      return store.storage;
    },
    close: () => store.close(),
  };
}

interface Heard {
  readonly events: AuditEventRecord[];
  followUps: number;
}

function hear(tx: Transaction, heard: Heard): Transaction {
  return {
    ...tx,
    async insertAuditEvents(more) {
      await tx.insertAuditEvents(more);
      heard.events.push(...more);
    },
    async insertFollowUp(followUp) {
      await tx.insertFollowUp(followUp);
      heard.followUps++;
    },
  };
}
