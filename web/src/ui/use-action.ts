// One request that a person starts. Its input and its answer may hold a password or a secret, so unlike
// a query or a mutation it is kept in no cache: only whether it runs and how it failed.
import { type Context, createContext, use, useCallback, useMemo, useRef, useState } from "react";
import { type Problem, toProblem } from "../api/problem.ts";

/** Thrown to end an action quietly: the person changed their mind half-way. */
export class ActionCancelled extends Error {
  constructor() {
    super("cancelled");
    this.name = "ActionCancelled";
  }
}

export interface Action {
  readonly pending: boolean;
  readonly problem: Problem | null;
  /** Errors by the name of the field they belong to. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly reset: () => void;
  readonly fail: (problem: Problem) => void;
  /** Runs the work unless it is already running. Whether it succeeded. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Runs work, and once more after what it was refused for is put right. */
export type Retry = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** What every action of the pages below runs through. */
export const RetryContext: Context<Retry> = createContext<Retry>((work) => work());

export function useAction(): Action {
  const retrying = use(RetryContext);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
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
