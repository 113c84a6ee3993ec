// `mintmark audit export`: writes the whole audit log, newest event first, to standard output or to a file that appears only
// when it is complete.
import { rmSync } from "node:fs";
import { lstat, open, rename } from "node:fs/promises";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { Failure } from "@mintmark/terminal";
import type { ApiClient } from "../api-client.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { linkTarget } from "../credential-store/private-file.ts";
import { type EventFilter, parseInstant, queryOf, withEventFilter } from "../event-filter.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";

interface ExportOptions extends HostOptions, OrganizationOptions, EventFilter {
  readonly format: "ndjson" | "csv";
  readonly output?: string;
  readonly force?: boolean;
  readonly from?: string;
  readonly to?: string;
}

const PROGRESS_MS = 250;

export function addAuditExport(parent: Command, context: Context): void {
  const command = withHostOptions(parent.command("export"))
    .description("write the audit log to standard output or a file, newest event first; needs audit:export")
    .addOption(
      new Option("--format <format>", "one JSON object on each line, or CSV")
        .choices(["ndjson", "csv"])
        .default("ndjson"),
    )
    .option("-o, --output <file>", "write to this file, which appears only when it is complete")
    .option("--force", "replace the file if it exists")
    .option("--from <when>", "only events at or after this day or instant, in UTC", parseInstant)
    .option("--to <when>", "only events before this day or instant, in UTC", parseInstant);
  withEventFilter(withOrganizationOption(command))
    .addHelpText(
      "after",
      "\nThe events are written while they arrive, so a log of any size needs little memory. When the connection breaks, the\nexit code is 1 and no file appears; what went to standard output is then incomplete.\n\nExamples:\n  mintmark audit export --format csv --output audit.csv\n  mintmark audit export --from 2026-11-01 --to 2026-12-01 --action pat. > november.ndjson",
    )
    .action((options: ExportOptions) => exportEvents(context, options));
}

async function exportEvents(context: Context, options: ExportOptions): Promise<void> {
  const { output } = context;
  const { format, from, to } = options;
  const file = options.output === "-" ? undefined : options.output;
  const { force = false } = options;
  if (file !== undefined) await requireReplaceable(file, force);
  const { client } = await connect(context, options);
  const path = await chosenPath(client, options, "audit-events/export");
  const query = {
    format,
    ...queryOf(options),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const counted = new LineCount(context);
  const chunks = chunksOf(client, `${path}?${new URLSearchParams(query).toString()}`, {
    counted,
    became: file === undefined ? "standard output is incomplete" : "no file was written",
  });
  if (file === undefined) {
    await output.stream(chunks);
    counted.end();
    return;
  }
  await writeWhole(chunks, file, force);
  counted.end();
  // The first line of CSV has the names of the columns.
  const events = Math.max(0, counted.lines - (format === "csv" ? 1 : 0));
  output.result({ file, format, events }, () => output.line(`Wrote ${events} events to ${file}`));
}

/** Refuses a name that exists, even as a symbolic link to nothing. With `--force` refuses only what is not a file, such as a device. */
async function requireReplaceable(file: string, force: boolean): Promise<void> {
  const present = await lstat(force ? targetOf(file) : file).catch(() => null);
  if (present === null || (force && present.isFile())) return;
  if (!force) throw new Failure("file_exists", `${file} exists`, "choose another name, or add --force to replace it");
  throw new Failure("not_a_file", `${file} is not a file`, "leave out --output to write to standard output");
}

/** A symbolic link stays one, and the file to which it leads is replaced. */
function targetOf(file: string): string {
  try {
    return linkTarget(file);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): Failure {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  return new Failure(
    code.toLowerCase(),
    `cannot write ${file} (${code})`,
    "check the folder and the space on its disk",
  );
}

interface Exporting {
  readonly counted: LineCount;
  /** The state of the export after a broken connection, as the end of a sentence. */
  readonly became: string;
}

/** Sends the request when the first chunk is asked for. */
async function* chunksOf(client: ApiClient, path: string, { counted, became }: Exporting): AsyncGenerator<Buffer> {
  const answer = await client.open({ method: "GET", path, headers: { Accept: "*/*" } });
  if (answer.status >= 400) throw client.failureOf(answer, await client.readText(answer));
  const chunks = answer.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await client.whole(() => chunks.next());
      if (next.done === true) return;
      counted.count(next.value);
      yield next.value;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `the export broke off, and ${became}: ${error.message}`, "export again");
  } finally {
    answer.body.destroy();
  }
}

/** Writes beside the file, and gives it its name only when it is complete, so that no incomplete file is left. */
async function writeWhole(chunks: AsyncIterable<Buffer>, file: string, force: boolean): Promise<void> {
  const target = force ? targetOf(file) : file;
  const partial = `${target}.${process.pid}.partial`;
  const remove = (): void => rmSync(partial, { force: true });
  process.once("exit", remove);
  try {
    // The log names people and addresses, so only its owner may read the file.
    const handle = await open(partial, "wx", 0o600);
    await pipeline(chunks, handle.createWriteStream({ flush: true }));
    // Another program may have taken the name meanwhile.
    await requireReplaceable(file, force);
    await rename(partial, target);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // The system's own message names the partial file.
    throw unwritable(file, error);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Counts lines, and shows their number at a terminal while the result goes elsewhere. */
class LineCount {
  lines = 0;
  readonly #stderr: Context["stderr"] | null;
  #shownAt = Date.now();
  #isShown = false;

  constructor({ output, stderr }: Context) {
    this.#stderr = stderr.isTTY === true && !output.isAtTerminal && !output.json ? stderr : null;
  }

  count(chunk: Buffer): void {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) this.lines += 1;
    if (this.#stderr === null || Date.now() - this.#shownAt < PROGRESS_MS) return;
    this.#shownAt = Date.now();
    this.#isShown = true;
    this.#stderr.write(`\r${this.lines} events`);
  }

  end(): void {
    if (this.#isShown) this.#stderr?.write("\r\u001b[K");
  }
}
