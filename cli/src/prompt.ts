// Asks questions at the terminal, and reads secrets from standard input. The prompts are loaded only when a question is
// asked.
import type { Readable } from "node:stream";
import { Secret, trimSecret } from "@mintmark/core/format";
import { Interrupted, printable, usageFailure } from "@mintmark/terminal";
import type { Context } from "./context.ts";
import { checkSecret, type SecretShape } from "./secret-shape.ts";

/** Longer than any secret with white space around it. */
const MOST_CHARACTERS = 4_096;

/** Reads a secret from standard input, or without echo at a terminal, and checks its shape. */
export async function readSecret(context: Context, command: string, question: string): Promise<SecretShape> {
  return checkSecret(await readUncheckedSecret(context, command, question));
}

/** Reads a secret of any shape, for the server to check. */
export async function readUncheckedSecret(context: Context, command: string, question: string): Promise<Secret> {
  const isTyped = context.stdin.isTTY === true;
  const text = isTyped ? await askSecret(context, question) : await readAll(context.stdin);
  const trimmed = trimSecret(text);
  if (trimmed === "") {
    throw usageFailure("standard input is empty", `pass the token there, as in: ${command} < token.txt`);
  }
  return new Secret(trimmed);
}

/** Returns whether the person confirms. Enter alone means no. */
export async function confirm({ stdin, stderr }: Context, question: string): Promise<boolean> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({
    message: printable(question),
    initialValue: false,
    input: stdin,
    output: stderr,
  });
  if (prompts.isCancel(answer)) throw new Interrupted();
  return answer;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Returns the value that the person chooses. */
export async function choose(
  { stdin, stderr }: Context,
  question: string,
  choices: readonly Choice[],
  initial: string | null,
): Promise<string> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.select({
    message: printable(question),
    options: choices.map(({ value, label }) => ({ value, label: printable(label) })),
    ...(initial === null ? {} : { initialValue: initial }),
    input: stdin,
    output: stderr,
  });
  if (prompts.isCancel(answer)) throw new Interrupted();
  return answer;
}

async function askSecret({ stdin, stderr }: Context, question: string): Promise<string> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.password({ message: printable(question), input: stdin, output: stderr });
  if (prompts.isCancel(answer)) throw new Interrupted();
  return answer;
}

async function readAll(stdin: Readable): Promise<string> {
  stdin.setEncoding("utf8");
  let text = "";
  for await (const chunk of stdin) {
    text += chunk as string;
    if (text.length > MOST_CHARACTERS) throw usageFailure("standard input is longer than a token");
  }
  return text;
}
