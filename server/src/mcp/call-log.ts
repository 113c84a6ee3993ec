// Each call of a tool is in the audit log before it is answered, by group commit: calls that arrive while one
// commit is under way share the next. What a call changed has its own event, in its own transaction.
import { eventBy } from "../service/audit-event.ts";
import type { AuditEventRecord, Store } from "../store/store.ts";
import { createGroupCommit } from "../verify/group-commit.ts";
import type { CredentialActor } from "./tool.ts";

export interface CallLog {
  /** Resolves when the call is on record. `code`: why it was refused. Its arguments are not kept: they may hold anything. */
  record(actor: CredentialActor, call: { readonly tool: string; readonly code: string | null }): Promise<void>;
}

export function createCallLog(deps: {
  readonly store: Pick<Store, "transaction">;
  readonly clock: () => number;
}): CallLog {
  const calls = createGroupCommit<AuditEventRecord>((events) =>
    deps.store.transaction((tx) => tx.insertAuditEvents(events)),
  );
  return {
    record: (actor, { tool, code }) =>
      calls.commit(
        eventBy(actor, {
          at: deps.clock(),
          organizationId: actor.principal.organization.id,
          action: "mcp.tool_called",
          target: { kind: "mcp_tool", id: tool, name: tool },
          outcome: code === null ? "ok" : "denied",
          details: code === null ? {} : { code },
        }),
      ),
  };
}
