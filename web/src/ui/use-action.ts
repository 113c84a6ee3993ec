// One request that a person starts. Its input and its response may hold a password or a secret, so nothing is cached
// but its state and its failure.
import { type Context, createContext, use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { onSignedIn } from "../api/client.ts";
import { isSignedOut, type Problem, toProblem } from "../api/problem.ts";

/** Thrown when the person cancels an action. It shows no error. */
export class ActionCancelled extends Error {
  constructor() {
    super("cancelled");
    this.name = "ActionCancelled";
  }
}

export interface Action {
  readonly pending: boolean;
  readonly problem: Problem | null;
  /** Errors by field name. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly reset: () => void;
  readonly fail: (problem: Problem) => void;
  /** Runs the work unless it is already running. Returns whether it succeeded. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Runs work, and repeats it after the cause of a refusal is solved. */
export type Retry = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** Every action of the pages inside runs through it. */
export const RetryContext: Context<Retry> = createContext<Retry>((work) => work());

export function useAction(): Action {
  const retrying = use(RetryContext);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  // After a new sign-in it is no longer true that the session has ended.
  useEffect(() => onSignedIn(() => setProblem((shown) => (isSignedOut(shown) ? null : shown))), []);
  const run = useCallback(
    async (work: () => Promise<void>): Promise<boolean> => {
      if (running.current) return false;
      running.current = true;
      setPending(true);
      setProblem(null);
      try {
        await retrying(work);
        return true;
      } catch (error) {
        if (!(error instanceof ActionCancelled)) setProblem(toProblem(error));
        return false;
      } finally {
        running.current = false;
        setPending(false);
      }
    },
    [retrying],
  );
  const reset = useCallback(() => setProblem(null), []);
  return useMemo(
    () => ({ pending, problem, fieldErrors: fieldErrorsOf(problem), reset, fail: setProblem, run }),
    [pending, problem, reset, run],
  );
}

function fieldErrorsOf(problem: Problem | null): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { field, message } of problem?.errors ?? []) errors[field] ??= message;
  return errors;
}
