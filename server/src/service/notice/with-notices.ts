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
}

/** The same store; a transaction that records events also writes the notices that they make, before it commits. */
export function withNotices(store: Store, { onNotices, ...rules }: NoticeOptions): Store {
  return {
    engine: store.engine,
    reads: store.reads,
    async transaction(work, durability) {
      let written = false;
      const result = await store.transaction(async (tx) => {
        const events: AuditEventRecord[] = [];
        const done = await work(collectEvents(tx, events));
        const notices = await noticesOf(rules, tx, events);
        await tx.insertNotices(notices);
        written = notices.length > 0;
        return done;
      }, durability);
      if (written) onNotices();
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

function collectEvents(tx: Transaction, events: AuditEventRecord[]): Transaction {
  return {
    ...tx,
    async insertAuditEvents(more) {
      await tx.insertAuditEvents(more);
      events.push(...more);
    },
  };
}
