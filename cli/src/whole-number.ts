// Options whose value is a whole number.
import { type Command, InvalidArgumentError } from "commander";

export interface LimitOptions {
  readonly limit?: number;
}

/** Adds the option of every command that lists. */
export function withLimitOption(command: Command): Command {
  return command.option("-L, --limit <count>", "list at most so many (default: all)", wholeNumber(1, 1_000_000));
}

/** Returns a parser of an option's value. It accepts whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number): (typed: string) => number {
  return (typed) => {
    const value = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
