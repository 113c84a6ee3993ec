// All output of the commands goes through this class. Data goes to standard output; errors, hints and warnings go to
// standard error. With --json both are JSON, and nothing else is printed.
// Rule: text is made printable here, after it is complete and before it is colored, so that no command can forget it.
import { once } from "node:events";
import type { Writable } from "node:stream";
import { styleText } from "node:util";
import type { Secret } from "@mintmark/core";
import { redactSecrets } from "@mintmark/core/format";
import { type Failure, usageFailure } from "./exit.ts";
import { breakLines, fitColumns, reflow, shorten, widthOf } from "./layout.ts";
import { printable, printableJson, printableLines } from "./printable.ts";
import { HELP_WIDTH } from "./program.ts";

export type Style = "bold" | "dim" | "green" | "red" | "yellow";
export type Text = string | { readonly text: string; readonly style: Style };
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Lines of prose that are longer are hard to read. */
const WIDEST_HELP = 100;
/** Values are not broken into lines that are shorter. */
const LEAST_ROOM = 20;

/** Selects parts of JSON, given as text. */
export type JsonFilter = (json: string) => readonly unknown[];

export interface OutputOptions {
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly json: boolean;
  readonly color: boolean;
}

export class Output {
  readonly json: boolean;
  readonly #stdout: TerminalStream;
  readonly #stderr: TerminalStream;
  readonly #color: boolean;
  #filter: JsonFilter | null = null;

  constructor({ stdout, stderr, json, color }: OutputOptions) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#color = color;
  }

  /** Whether standard output is a terminal, and not a pipe or a file. */
  get isAtTerminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** The width of the terminal, or `null` when standard output is none or does not know it. */
  get #columns(): number | null {
    const { columns } = this.#stdout;
    return this.isAtTerminal && columns !== undefined && columns > 0 ? columns : null;
  }

  /** From now on, all JSON on standard output goes through the filter: each string as text, other values as JSON. */
  filterBy(filter: JsonFilter): void {
    this.#filter = filter;
  }

  get isFiltered(): boolean {
    return this.#filter !== null;
  }

  /** Prints one of several results on one line: `data` for programs, or the output of `forPeople`. */
  item(data: unknown, forPeople: () => void): void {
    if (this.json) this.#data(data, 0);
    else forPeople();
  }

  /** Prints a server's JSON response, with or without `--json`. */
  document(data: unknown): void {
    this.#data(data, 2);
  }

  /**
   * Prints a server's response that is not JSON. A pipe or a file gets it unchanged, each chunk after the reader took the
   * one before. A terminal gets printable lines.
   */
  async stream(chunks: AsyncIterable<string | Buffer> | Iterable<string>): Promise<void> {
    if (this.#filter !== null) throw usageFailure("--jq is for JSON, and this output is another format");
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of chunks) {
      if (!this.isAtTerminal) {
        if (!this.#stdout.write(chunk)) await once(this.#stdout, "drain");
        continue;
      }
      const text = rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      const lines = text.split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) this.line(line);
    }
    if (rest !== "") this.line(rest);
  }

  /** Prints a secret, for the one command whose purpose that is. */
  secret(secret: Secret): void {
    if (this.#filter !== null) throw usageFailure("--jq is not for secrets", "use --json");
    const text = secret.expose();
    this.#stdout.write(this.json ? `${JSON.stringify({ token: text })}\n` : `${text}\n`);
  }

  /** Prints the result: `data` for programs, or the output of `forPeople`. */
  result(data: unknown, forPeople: () => void): void {
    if (this.json) this.#data(data, 2);
    else forPeople();
  }

  #data(data: unknown, indent: number): void {
    if (this.#filter === null) {
      this.#stdout.write(`${printableJson(data, indent)}\n`);
      return;
    }
    for (const value of this.#filter(redactSecrets(JSON.stringify(data)))) {
      const text = typeof value === "string" ? printableLines(value) : printableJson(value, this.isAtTerminal ? 2 : 0);
      this.#stdout.write(`${text}\n`);
    }
  }

  line(...parts: readonly Text[]): void {
    this.#stdout.write(`${parts.map((part) => this.#render(part, this.#stdout)).join("")}\n`);
  }

  /** Prints names and values in two aligned columns. At a terminal, long values break between words. */
  facts(rows: readonly (readonly [name: string, value: Text])[]): void {
    const indent = Math.max(...rows.map(([name]) => widthOf(name))) + 2;
    const room = (this.#columns ?? Number.POSITIVE_INFINITY) - indent;
    for (const [name, value] of rows) {
      const { text, style } = prepare(value);
      const lines = room < LEAST_ROOM ? [text] : breakLines(text, room);
      for (const [index, line] of lines.entries()) {
        const margin = pad(index === 0 ? name : "", indent);
        this.#stdout.write(`${this.#paint(margin, "dim", this.#stdout)}${this.#paint(line, style, this.#stdout)}\n`);
      }
    }
  }

  /**
   * Prints columns that are aligned by their width in a terminal. The last column is not padded. At a terminal the table
   * fits its width: long text is shortened, and the columns named in `leaveOut` are left out in that order. A pipe or a
   * file gets everything.
   */
  table(header: readonly string[], rows: readonly (readonly Text[])[], leaveOut: readonly string[] = []): void {
    const cells = [header.map((text): Text => ({ text, style: "bold" })), ...rows].map((row) => row.map(prepare));
    const natural = header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column]?.text ?? ""))));
    const { columns, widths } = fitColumns(natural, this.#columns ?? Number.POSITIVE_INFINITY, {
      leaveOut: leaveOut.map((name) => header.indexOf(name)).filter((column) => column !== -1),
      whole: new Set([header.indexOf("ID")]),
    });
    for (const row of cells) {
      const padded = columns.map((column, place) => {
        const { text = "", style = null } = row[column] ?? {};
        const shown = shorten(text, widths[place] ?? 0);
        const isLast = place === columns.length - 1;
        const space = isLast ? "" : " ".repeat((widths[place] ?? 0) + 2 - widthOf(shown));
        return this.#paint(shown, style, this.#stdout) + space;
      });
      this.#stdout.write(`${padded.join("")}\n`);
    }
  }

  /** Prints one message of a protocol on one line, unchanged: a program reads it, and no terminal shows it. */
  message(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Prints a page of help, in lines that fit the terminal, or 80 columns elsewhere. */
  help(text: string, to: "stdout" | "stderr"): void {
    this.page(reflow(text, this.helpWidth), to);
  }

  get helpWidth(): number {
    return Math.min(this.#columns ?? HELP_WIDTH, WIDEST_HELP);
  }

  /** Prints a text of this program only, such as a script, with its line breaks. */
  page(text: string, to: "stdout" | "stderr"): void {
    (to === "stdout" ? this.#stdout : this.#stderr).write(text);
  }

  /** Tells the person what to do before there is a result. It uses standard error, so that the result can go to a file. */
  instruct(data: unknown, lines: readonly string[]): void {
    if (this.json) this.#stderr.write(`${printableJson(data, 0)}\n`);
    else this.#stderr.write(lines.map((line) => `${printable(line)}\n`).join(""));
  }

  warning(code: string, message: string): void {
    if (this.json) this.#stderr.write(`${printableJson({ warning: { code, message } }, 0)}\n`);
    else this.#message("warning", "yellow", message);
  }

  failure({ code, message, hint }: Pick<Failure, "code" | "message" | "hint">): void {
    if (this.json) {
      this.#stderr.write(`${printableJson({ error: { code, message, hint } }, 0)}\n`);
      return;
    }
    this.#message("error", "red", message);
    if (hint !== null) this.#message("hint", "dim", hint);
  }

  #message(kind: string, style: Style, message: string): void {
    this.#stderr.write(`mintmark: ${this.#paint(`${kind}:`, style, this.#stderr)} ${printable(message)}\n`);
  }

  #render(part: Text, stream: TerminalStream): string {
    const { text, style } = prepare(part);
    return this.#paint(text, style, stream);
  }

  #paint(text: string, style: Style | null, stream: TerminalStream): string {
    if (style === null || !this.#color || stream.isTTY !== true) return text;
    return styleText(style, text, { validateStream: false });
  }
}

function prepare(part: Text): { readonly text: string; readonly style: Style | null } {
  return typeof part === "string"
    ? { text: printable(part), style: null }
    : { text: printable(part.text), style: part.style };
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
