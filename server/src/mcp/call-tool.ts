// Calls one tool: checks that the caller may use it, parses its input, runs the use case, records an audit event and
// returns the result. A refusal is a result with `isError`, its code, and a sentence that says what to do. The model
// reads it and passes it on.
// Rule: a call is in the audit log before its result is returned, and the number of calls is limited.
import { redactSecrets, titleOf } from "@mintmark/core";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { BaseLogger } from "pino";
import type { AuditEventRecord, Store } from "../store/store.ts";
import { type Deps, eventBy, Refusal } from "../use-cases/use-case.ts";
import {
  type CallLimit,
  CALLS_PER_MINUTE,
  CALLS_TOGETHER_PER_MINUTE,
  type TooManyCalls,
} from "../use-cases/limits/calls.ts";
import { createGroupCommit } from "../verify/use-novelty.ts";
import { parseInput } from "../wire/schema.ts";
import { refusalOfError } from "../wire/problem.ts";
import { type Caller, type CredentialActor, requireOffered, type Tool } from "./tool.ts";

export interface CallDeps extends Deps {
  readonly log: CallLog;
  readonly limit: CallLimit;
  readonly logger: BaseLogger;
}

interface Call {
  readonly tool: Tool;
  readonly actor: CredentialActor;
  readonly caller: Caller;
  readonly input: Readonly<Record<string, unknown>>;
}

export async function callTool(deps: CallDeps, call: Call): Promise<CallToolResult> {
  const { tool, actor } = call;
  const tooMany = countCall(deps, actor);
  if (tooMany !== null && !tooMany.isFirst) return refused(rateLimited(tooMany));
  const outcome = tooMany === null ? await run(deps, call) : rateLimited(tooMany);
  try {
    await deps.log.record(actor, { tool: tool.name, code: outcome instanceof Refusal ? outcome.code : null });
  } catch (error) {
    deps.logger.error({ err: error, requestId: actor.origin.requestId }, "a tool call could not be recorded");
    return refused(notRecorded(tool, outcome, error));
  }
  return outcome instanceof Refusal ? refused(outcome) : outcome;
}

/**
 * Records a call that was refused before it reached its tool. The refusal stays the same, even when the record fails.
 */
export async function recordRefusedCall(
  deps: CallDeps,
  { tool, actor }: Pick<Call, "tool" | "actor">,
  { code }: Refusal,
): Promise<void> {
  const { log, logger } = deps;
  const tooMany = countCall(deps, actor);
  if (tooMany !== null && !tooMany.isFirst) return;
  try {
    await log.record(actor, { tool: tool.name, code: tooMany === null ? code : "rate_limited" });
  } catch (error) {
    logger.error({ err: error, requestId: actor.origin.requestId }, "a refused tool call could not be recorded");
  }
}

function countCall({ limit, clock }: CallDeps, { principal }: CredentialActor): TooManyCalls | null {
  return limit.count(principal.credential.id, principal.user?.id ?? principal.organization.id, clock());
}

async function run(deps: CallDeps, { tool, actor, caller, input }: Call): Promise<CallToolResult | Refusal> {
  try {
    requireOffered(tool, caller);
    const output = await tool.run(deps, actor, parseInput(tool.input, input, "input") as never);
    return { content: [{ type: "text", text: tool.text(output as never) }], structuredContent: output };
  } catch (error) {
    const refusal = refusalOfError(error);
    if (refusal !== error) {
      const { requestId } = actor.origin;
      deps.logger.error({ err: error, requestId, tool: tool.name, code: refusal.code }, "a tool call failed");
    }
    return refusal;
  }
}

function refused({ code, detail }: Refusal): CallToolResult {
  const text = redactSecrets(`${titleOf(code)}. ${detail} (code: ${code})`);
  return { isError: true, content: [{ type: "text", text }], _meta: { code } };
}

function rateLimited({ of, retryAfterSeconds }: TooManyCalls): Refusal {
  const [most, whose] =
    of === "credential"
      ? [CALLS_PER_MINUTE, "this token"]
      : [CALLS_TOGETHER_PER_MINUTE, "all tokens of this person, or all API keys of this organization"];
  return new Refusal(
    "rate_limited",
    `More than ${most} tool calls were made within a minute with ${whose}. Wait ${retryAfterSeconds} s before the next call.`,
  );
}

/** A call that could not be recorded returns no result. If it may have changed something, the refusal says so. */
function notRecorded({ access }: Tool, outcome: CallToolResult | Refusal, error: unknown): Refusal {
  if (access === "read" || outcome instanceof Refusal) return refusalOfError(error);
  return new Refusal(
    "outcome_unknown",
    "The database failed while the call was recorded. Check whether the change was made before you repeat it.",
  );
}

// Each call is in the audit log before its result is returned. Calls that arrive during one commit share the next
// (group commit). A change has a separate event in its own transaction.

export interface CallLog {
  /**
   * Resolves when the call is recorded. `code` is the reason of a refusal. Arguments are not recorded because they may
   * contain anything.
   */
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
