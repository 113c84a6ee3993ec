// Everything the commands print goes through here. Data goes to standard output; errors, hints and
// warnings go to standard error. With --json both are JSON, and nothing else is printed.
// Rule: text is made printable here, after it was put together and before it is colored, so that no
// command can forget it.
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

  /** Whether standard output is a terminal, which people look at, and not a pipe or a file. */
  get isAtTerminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** One result of several, each on a line of its own: `data` for programs, or what `forPeople` prints. */
  item(data: unknown, forPeople: () => void): void {
    if (this.json) this.#stdout.write(`${printableJson(data, 0)}\n`);
    else forPeople();
  }

  /** What a server answered as JSON, whether JSON was asked for or not. */
  document(data: unknown): void {
    this.#stdout.write(`${printableJson(data, 2)}\n`);
  }

  /**
   * What a server answered as anything else: to a pipe or a file as it is, each chunk when the one before it was taken;
   * at a terminal line by line, made printable.
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

  /** The text of a secret, for the one command whose purpose that is. */
  secret(secret: Secret): void {
    const text = secret.expose();
    this.#stdout.write(this.json ? `${JSON.stringify({ token: text })}\n` : `${text}\n`);
  }

  /** The result: `data` for programs, or what `forPeople` prints. */
  result(data: unknown, forPeople: () => void): void {
    if (this.json) this.#stdout.write(`${printableJson(data, 2)}\n`);
    else forPeople();
  }

  line(...parts: readonly Text[]): void {
    this.#stdout.write(`${parts.map((part) => this.#render(part, this.#stdout)).join("")}\n`);
  }

  /** Names and values, aligned. */
  facts(rows: readonly (readonly [name: string, value: Text])[]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.line({ text: name.padEnd(width + 2), style: "dim" }, value);
  }

  /** Columns, aligned by the number of characters; the last one is as long as it is. */
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

  /** One message of a protocol, on a line of its own and as it is: a program reads it, and no terminal shows it. */
  message(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Help and the like: text of this program alone, with its line breaks. */
  page(text: string, to: "stdout" | "stderr"): void {
    (to === "stdout" ? this.#stdout : this.#stderr).write(text);
  }

  /** What the person has to do before there is a result: on standard error, so that the result can go into a file. */
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

/** Characters as people count them, so that an accent or an emoji takes one place. */
function lengthOf(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
