// One call of one tool: is it offered, is its input good, the use case, the audit event, the answer. A refusal is an
// answer with `isError`, its code and the sentence that says what to do, which the model reads and passes on.
import { redactSecrets, titleOf } from "@mintmark/core";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { BaseLogger } from "pino";
import { refusalOfError } from "../http/problem.ts";
import { parseInput } from "../http/request-input.ts";
import type { Deps } from "../service/deps.ts";
import { Refusal } from "../service/refusal.ts";
import { CALLS_PER_MINUTE, CALLS_TOGETHER_PER_MINUTE, type CallLimit, type TooManyCalls } from "./call-limit.ts";
import type { CallLog } from "./call-log.ts";
import type { Caller } from "./caller.ts";
import { requireOffered } from "./offer.ts";
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
    deps.logger.error({ err: error, requestId: actor.origin.requestId }, "a tool call could not be put on record");
    return refused(notOnRecord(tool, outcome, error));
  }
  return outcome instanceof Refusal ? refused(outcome) : outcome;
}

/** Records a call that was refused before it came to its tool. The refusal stands, whether it is on record or not. */
export async function recordTurnedAway(
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
    logger.error({ err: error, requestId: actor.origin.requestId }, "a refused tool call could not be put on record");
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
    `More than ${most} tools were called within a minute with ${whose}. Wait ${retryAfterSeconds} s before the next call.`,
  );
}

/** What is not on record is not answered. A change that was made is told to be possible, not denied. */
function notOnRecord({ access }: Tool, outcome: CallToolResult | Refusal, error: unknown): Refusal {
  if (access === "read" || outcome instanceof Refusal) return refusalOfError(error);
  return new Refusal(
    "outcome_unknown",
    "The database failed while the call was put on record. Look whether the change was made before you repeat it.",
  );
}
