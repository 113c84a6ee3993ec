// All output of the commands goes through this class. Data goes to standard output; errors, hints and warnings go to
// standard error. With --json both are JSON, and nothing else is printed.
// Rule: text is made printable here, after it is complete and before it is colored, so that no command can forget it.
import { once } from "node:events";
import type { Writable } from "node:stream";
import { styleText } from "node:util";
import type { Secret } from "@mintmark/core";
import type { Failure } from "./exit.ts";
import { printable, printableJson } from "./printable.ts";

export type Style = "bold" | "dim" | "green" | "red" | "yellow";
export type Text = string | { readonly text: string; readonly style: Style };
export type TerminalStream = Writable & { readonly isTTY?: boolean };

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

  /** Prints one of several results on one line: `data` for programs, or the output of `forPeople`. */
  item(data: unknown, forPeople: () => void): void {
    if (this.json) this.#stdout.write(`${printableJson(data, 0)}\n`);
    else forPeople();
  }

  /** Prints a server's JSON response, with or without `--json`. */
  document(data: unknown): void {
    this.#stdout.write(`${printableJson(data, 2)}\n`);
  }

  /**
   * Prints a server's response that is not JSON. A pipe or a file gets it unchanged, each chunk after the reader took the
   * one before. A terminal gets printable lines.
   */
  async stream(chunks: AsyncIterable<string | Buffer> | Iterable<string>): Promise<void> {
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
    const text = secret.expose();
    this.#stdout.write(this.json ? `${JSON.stringify({ token: text })}\n` : `${text}\n`);
  }

  /** Prints the result: `data` for programs, or the output of `forPeople`. */
  result(data: unknown, forPeople: () => void): void {
    if (this.json) this.#stdout.write(`${printableJson(data, 2)}\n`);
    else forPeople();
  }

  line(...parts: readonly Text[]): void {
    this.#stdout.write(`${parts.map((part) => this.#render(part, this.#stdout)).join("")}\n`);
  }

  /** Prints names and values in two aligned columns. */
  facts(rows: readonly (readonly [name: string, value: Text])[]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.line({ text: name.padEnd(width + 2), style: "dim" }, value);
  }

  /** Prints columns that are aligned by the number of characters. The last column is not padded. */
  table(header: readonly string[], rows: readonly (readonly Text[])[]): void {
    const cells = [header.map((text): Text => ({ text, style: "bold" })), ...rows].map((row) => row.map(prepare));
    const widths = header.map((_, column) => Math.max(...cells.map((row) => lengthOf(row[column]?.text ?? ""))));
    for (const row of cells) {
      const padded = row.map(({ text, style }, column) => {
        const space = column === row.length - 1 ? 0 : (widths[column] ?? 0) + 2 - lengthOf(text);
        return this.#paint(text, style, this.#stdout) + " ".repeat(space);
      });
      this.#stdout.write(`${padded.join("")}\n`);
    }
  }

  /** Prints one message of a protocol on one line, unchanged: a program reads it, and no terminal shows it. */
  message(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Prints help and similar pages: text of this program only, with its line breaks. */
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

/** Counts characters as people do: a character with an accent, or an emoji, counts as one. */
function lengthOf(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
