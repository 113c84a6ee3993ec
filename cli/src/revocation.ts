// Revokes one or several tokens or API keys: finds them, asks once, and reports each.
import { confirmationInWords } from "@mintmark/core/confirmation";
import { EXIT, Failure, TemporaryFailure, usageFailure } from "@mintmark/terminal";
import type { Receipt } from "./api-answers.ts";
import { canAsk, type Context } from "./context.ts";
import { confirm } from "./prompt.ts";

export interface Revocable {
  readonly id: string;
  readonly name: string;
  /** Its organization, and its holder when that is another person. */
  readonly whose: string;
  readonly lastUsedAt: string | null;
  /** Whether the command itself uses it. It is revoked last, because the others need it. */
  readonly isInUse: boolean;
  readonly revoke: () => Promise<Receipt>;
}

export interface Revocation {
  /** In the order in which they were typed, each once. */
  readonly ids: readonly string[];
  readonly kind: "token" | "API key";
  readonly yes: boolean;
}

interface Outcome {
  readonly id: string;
  readonly target: Revocable | null;
  readonly receipt: Receipt | null;
  readonly error: Failure | null;
}

/** Refuses when the command must ask and there is no terminal. Call it before anything is requested. */
export function requireConsent(context: Context, yes: boolean): void {
  if (yes || (!context.output.json && canAsk(context))) return;
  throw usageFailure("there is no terminal for the confirmation", "add --yes to revoke without confirmation");
}

/**
 * Revokes everything that `find` finds, and returns what was revoked. `after` runs before the output. If a
 * revocation fails, the others are still tried, and then the command fails.
 */
export async function revokeAll(
  context: Context,
  { ids, kind, yes }: Revocation,
  find: (id: string) => Promise<Revocable>,
  after: (revoked: readonly Revocable[]) => Promise<readonly string[]> = async () => [],
): Promise<void> {
  const found = await findEach(ids, find);
  const targets = found.flatMap(({ target }) => (target === null ? [] : [target]));
  const [first] = found;
  if (found.length === 1 && first !== undefined && first.error !== null) throw first.error;
  if (targets.length > 0 && !yes && !(await confirm(context, question(targets, kind)))) {
    throw new Failure("declined", "nothing was revoked");
  }
  const outcomes = await revokeEach(found);
  const revoked = outcomes.flatMap(({ target, receipt }) => (target === null || receipt === null ? [] : [target]));
  report(context, outcomes, await after(revoked));
  const failed = outcomes.filter(({ receipt }) => receipt === null);
  if (failed.length === 0) return;
  if (outcomes.length === 1 && failed[0]?.error) throw failed[0].error;
  throw new Failure("not_revoked", `${failed.length} of ${outcomes.length} were not revoked`, null, exitCodeOf(failed));
}

async function findEach(ids: readonly string[], find: (id: string) => Promise<Revocable>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    try {
      const target = await find(id);
      // The token in use may be named by its id and by `current`.
      if (!outcomes.some((other) => other.target?.id === target.id)) {
        outcomes.push({ id: target.id, target, receipt: null, error: null });
      }
    } catch (error) {
      if (!(error instanceof Failure) || isForAll(error)) throw error;
      outcomes.push({ id, target: null, receipt: null, error });
    }
  }
  return outcomes;
}

/** Stops at a failure that all later requests would meet too. */
async function revokeEach(found: readonly Outcome[]): Promise<readonly Outcome[]> {
  let stopped: Failure | null = null;
  const outcomes: Outcome[] = [];
  for (const outcome of found.toSorted((one, other) => Number(isLast(one)) - Number(isLast(other)))) {
    const { target } = outcome;
    if (target === null || stopped !== null) {
      outcomes.push({ ...outcome, error: outcome.error ?? stopped });
      continue;
    }
    try {
      outcomes.push({ ...outcome, receipt: await target.revoke() });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (isForAll(error)) stopped = error;
      outcomes.push({ ...outcome, error });
    }
  }
  return outcomes;
}

function isLast({ target }: Outcome): boolean {
  return target?.isInUse === true;
}

function isForAll(error: Failure): boolean {
  return error instanceof TemporaryFailure || error.exitCode === EXIT.notAuthenticated;
}

function exitCodeOf(failed: readonly Outcome[]): number {
  return failed.some(({ error }) => error?.exitCode === EXIT.notAuthenticated) ? EXIT.notAuthenticated : EXIT.failure;
}

function report({ output }: Context, outcomes: readonly Outcome[], notes: readonly string[]): void {
  const items = outcomes.map(({ id, target, receipt, error }) => ({
    id,
    name: target?.name ?? null,
    revoked: false,
    at: null,
    ...receipt,
    error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
  }));
  output.result({ items }, () => {
    for (const { id, target, receipt, error } of outcomes) {
      if (target !== null && receipt !== null)
        output.line(`Revoked "${target.name}" (${id}) at ${receipt.at}${confirmed(receipt)}`);
      // With a single id, the command itself fails with this error.
      else if (outcomes.length > 1 && error !== null)
        output.failure({ code: error.code, message: `${id}: ${error.message}`, hint: error.hint });
    }
    for (const note of notes) output.line(note);
  });
}

/** "; confirmed by 3 replicas in 4 ms", or nothing where one process serves. */
export function confirmed(receipt: Receipt): string {
  const words = confirmationInWords(receipt);
  return words === null ? "" : `; ${words}`;
}

function question(targets: readonly Revocable[], kind: Revocation["kind"]): string {
  const [first] = targets;
  if (targets.length === 1 && first !== undefined) {
    return `Revoke "${first.name}" of ${first.whose}? It was ${used(first)}; programs that use it stop working at once`;
  }
  const lines = targets.map((target) => `"${target.name}" of ${target.whose}, ${used(target)}`);
  return `Revoke these ${targets.length} ${kind}s? ${lines.join("; ")}. Programs that use them stop working at once`;
}

function used({ lastUsedAt }: Revocable): string {
  return lastUsedAt === null ? "never used" : `last used on ${lastUsedAt.slice(0, 10)}`;
}
