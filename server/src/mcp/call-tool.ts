// Calls one tool: checks that the caller may use it, parses its input, runs the use case, records an audit event and
// returns the result. A refusal is a result with `isError`, its code, and a sentence that says what to do. The model
// reads it and passes it on.
// Rule: a call is in the audit log before its result is returned, and the number of calls is limited.
import { redactSecrets, titleOf } from "@mintmark/core";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { BaseLogger } from "pino";
import type { AuditEventRecord, Store } from "../store/store.ts";
import { eventBy } from "../use-cases/actor.ts";
import type { Deps } from "../use-cases/deps.ts";
import { Refusal } from "../use-cases/refusal.ts";
import { createGroupCommit } from "../verify/use-novelty.ts";
import { parseInput } from "../wire/input.ts";
import { refusalOfError } from "../wire/problem.ts";
import { type Caller, requireOffered } from "./offer.ts";
import type { CredentialActor, Tool } from "./tool.ts";

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

// Limits how often one credential, and all credentials of one person, may call tools in a minute. Each call adds an
// event to the audit log, so a program in a loop would fill it. Each process counts separately: the limit protects the
// disk and decides nothing.
export const CALLS_PER_MINUTE = 600;
/** For all tokens of a person together, or all API keys of an organization. */
export const CALLS_TOGETHER_PER_MINUTE = 3_000;

const MINUTE_MS = 60_000;
/** How many credentials and people are counted at once. Beyond this, the oldest counts are dropped. */
const MOST_COUNTED = 20_000;

interface TooManyCalls {
  readonly of: "credential" | "together";
  readonly retryAfterSeconds: number;
  /** Whether this is the first call beyond the limit in its minute. */
  readonly isFirst: boolean;
}

export interface CallLimit {
  /** Counts a call by a credential of this person or organization. Returns `null` when the call is within the limit. */
  count(credentialId: string, holder: string, now: number): TooManyCalls | null;
}

interface Window {
  since: number;
  calls: number;
}

export function createCallLimit(): CallLimit {
  const windows = new Map<string, Window>();
  const countFor = (id: string, now: number): Window => {
    let window = windows.get(id);
    if (window === undefined || now >= window.since + MINUTE_MS || now < window.since) {
      windows.delete(id);
      if (windows.size >= MOST_COUNTED) forgetFirst(windows);
      windows.set(id, (window = { since: now, calls: 0 }));
    }
    window.calls++;
    return window;
  };
  return {
    count(credentialId, holder, now) {
      const own = countFor(credentialId, now);
      if (own.calls > CALLS_PER_MINUTE) return tooMany("credential", own, CALLS_PER_MINUTE, now);
      // Only calls within the credential's own limit count for the person, so that one token cannot block the others.
      const together = countFor(holder, now);
      if (together.calls > CALLS_TOGETHER_PER_MINUTE)
        return tooMany("together", together, CALLS_TOGETHER_PER_MINUTE, now);
      return null;
    },
  };
}

function tooMany(of: TooManyCalls["of"], { since, calls }: Window, most: number, now: number): TooManyCalls {
  return { of, retryAfterSeconds: Math.ceil((since + MINUTE_MS - now) / 1000), isFirst: calls === most + 1 };
}

/** New windows are added at the end, so the first ones are the oldest. */
function forgetFirst(windows: Map<string, Window>): void {
  let left = MOST_COUNTED / 10;
  for (const id of windows.keys()) {
    if (left-- <= 0) return;
    windows.delete(id);
  }
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
