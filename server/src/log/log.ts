// Structured logs on standard output. Repeated faults are counted: in an outage every request fails by the same fault,
// and a log that grows by megabytes a second would be a second outage.
// Rule: every value that could contain a credential is removed before it is written.
import { fstatSync } from "node:fs";
import process from "node:process";
import { type BaseLogger, destination, type DestinationStream, pino } from "pino";
import { LogOutput } from "./output.ts";

export interface Log {
  readonly logger: BaseLogger;
  /** Writes what was counted and waits until it is taken, for a second at most. */
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

/** The same over a logger that somebody else made. */
export function countedLog(given: BaseLogger): Log {
  const counted = countFaults(given);
  return { logger: counted.logger, close: async () => counted.close() };
}

/** A file never keeps anybody waiting. What cannot be written, on a full disk for example, is lost; the instance goes on. */
function fileOutput(): DestinationStream {
  const output = destination({ fd: process.stdout.fd, sync: false });
  output.on("error", () => {});
  return output;
}

/** Errors that are expected now and then: class and message say everything, and a stack would add nothing. */
const OUTAGES: ReadonlySet<string> = new Set(["StoreUnavailable", "OutcomeUnknown", "StorageFull", "MailUnavailable"]);

const WINDOW_MS = 1_000;

/** Beyond this number all other kinds count as one: kinds come from code, so this many mean a mistake. */
const MOST_KINDS = 200;

interface Repetition {
  readonly fields: object;
  readonly message: string | undefined;
  count: number;
}

/**
 * The same logger, whose `error` with an `err` writes one line a second for each kind of fault: the first at once, the
 * rest as a count. A kind is the message, the class and code of the error and, for a bug, where it was thrown.
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
    const first = { fields: isOutage(fault) ? told(fields as object, fault) : (fields as object), message, count: 0 };
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

/** A bug that surfaced as an outage: its stack is logged. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

function kindOf(error: Error, message: string | undefined): string {
  const place = isOutage(error) ? causeCode(error) : (/\n\s+at (.*)/.exec(error.stack ?? "")?.[1] ?? "");
  return [message, error.name, place].join("\n");
}

function told(fields: object, error: Error): object {
  return { ...fields, err: undefined, error: error.name, reason: error.message, code: causeCode(error) };
}

function causeCode({ cause }: Error): string | undefined {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
