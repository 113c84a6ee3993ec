// Structured logs on standard output.
// Rules: every value that could contain a credential is removed before it is written. Repeated faults are counted,
// because in an outage every request fails with the same fault, and a log that grows by megabytes a second would be a
// second outage.
import { fstatSync } from "node:fs";
import process from "node:process";
import { type BaseLogger, destination, type DestinationStream, pino } from "pino";
import { LogOutput } from "./output.ts";

export interface Log {
  readonly logger: BaseLogger;
  /** Writes the pending counts and waits up to a second until they are written. */
  close(): Promise<void>;
}

const SECRET_FIELDS = ["authorization", "cookie", "password", "secret", "token"];

export function createLog(level: string): Log {
  const output = fstatSync(process.stdout.fd).isFile() ? fileOutput() : new LogOutput(process.stdout);
  const paths = [...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*.${field}`), "*.parameters"];
  const counted = countFaults(pino({ level, redact: { paths, censor: "[redacted]" } }, output));
  return {
    logger: counted.logger,
    close: async () => {
      counted.close();
      if (output instanceof LogOutput) await output.close();
    },
  };
}

/** A log on top of an existing logger. */
export function countedLog(given: BaseLogger): Log {
  const counted = countFaults(given);
  return { logger: counted.logger, close: async () => counted.close() };
}

/**
 * A write to a file never blocks. A line that cannot be written, such as on a full disk, is lost and the instance
 * continues.
 */
function fileOutput(): DestinationStream {
  const output = destination({ fd: process.stdout.fd, sync: false });
  output.on("error", () => {});
  return output;
}

/** Expected errors. Class and message explain them, so a stack would add nothing. */
const OUTAGES: ReadonlySet<string> = new Set(["StoreUnavailable", "OutcomeUnknown", "StorageFull"]);

const WINDOW_MS = 1_000;

/** Beyond this number all other kinds count as one. Kinds come from code, so a larger number indicates a mistake. */
const MOST_KINDS = 200;

interface Repetition {
  readonly fields: object;
  readonly message: string | undefined;
  count: number;
}

/**
 * Returns a logger whose `error` with an `err` writes at most one line a second for each kind of fault: the first
 * immediately, the rest as a count. A kind is the message, the error's class and code and, for a bug, where it was
 * thrown.
 */
export function countFaults(logger: BaseLogger, windowMs = WINDOW_MS): { readonly logger: BaseLogger; close(): void } {
  const repeated = new Map<string, Repetition>();
  let timer: NodeJS.Timeout | null = null;
  const write = ({ fields, message }: Pick<Repetition, "fields" | "message">, count: number): void =>
    logger.error(count === 0 ? fields : { ...fields, repeated: count }, message);
  const endWindow = (): void => {
    timer = null;
    for (const [kind, repetition] of repeated) {
      if (repetition.count === 0) repeated.delete(kind);
      else write(repetition, repetition.count);
      repetition.count = 0;
    }
    if (repeated.size > 0) startWindow();
  };
  const startWindow = (): void => {
    timer ??= setTimeout(endWindow, windowMs).unref();
  };
  const error = (fields: unknown, message?: string, ...rest: unknown[]): void => {
    const fault = typeof fields === "object" && fields !== null && "err" in fields ? fields.err : undefined;
    if (!(fault instanceof Error)) return logger.error(fields, message, ...rest);
    const kind = repeated.size < MOST_KINDS ? kindOf(fault, message) : "";
    const known = repeated.get(kind);
    if (known !== undefined) return void (known.count += 1);
    const first = {
      fields: isOutage(fault) ? summaryOf(fields as object, fault) : (fields as object),
      message,
      count: 0,
    };
    repeated.set(kind, first);
    write(first, 0);
    startWindow();
  };
  return {
    logger: Object.create(logger, { error: { value: error } }) as BaseLogger,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      for (const repetition of repeated.values()) if (repetition.count > 0) write(repetition, repetition.count);
      repeated.clear();
    },
  };
}

function isOutage(error: Error): boolean {
  return OUTAGES.has(error.name) && !isBug(error.cause);
}

/** A bug that surfaced as an outage. Its stack is logged. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function kindOf(error: Error, message: string | undefined): string {
  const place = isOutage(error) ? causeCode(error) : (/\n\s+at (.*)/.exec(error.stack ?? "")?.[1] ?? "");
  return [message, error.name, place].join("\n");
}

function summaryOf(fields: object, error: Error): object {
  return { ...fields, err: undefined, error: error.name, reason: error.message, code: causeCode(error) };
}

function causeCode({ cause }: Error): string | undefined {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
