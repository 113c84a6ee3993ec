// Questions to whoever sits at the terminal, and secrets from standard input. The prompts are loaded only
// when there is somebody to ask.
import type { Readable } from "node:stream";
import { Secret, trimSecret } from "@mintmark/core/format";
import { Interrupted, printable, usageFailure } from "@mintmark/terminal";
import type { Context } from "./context.ts";
import { judgeSecret, type SecretShape } from "./secret-shape.ts";

/** More than any secret with white space around it. */
const MOST_CHARACTERS = 4_096;

/** The secret from standard input, or typed without echo at a terminal, judged by its shape. */
export async function readSecret(context: Context, command: string, question: string): Promise<SecretShape> {
  return judgeSecret(await readAnySecret(context, command, question));
}

/** The same, whatever it is: for its server to judge. */
export async function readAnySecret(context: Context, command: string, question: string): Promise<Secret> {
  const isTyped = context.stdin.isTTY === true;
  const text = isTyped ? await askSecret(context, question) : await readAll(context.stdin);
  const trimmed = trimSecret(text);
  if (trimmed === "") {
    throw usageFailure("standard input holds no token", `pass it there, as in: ${command} < token.txt`);
  }
  return new Secret(trimmed);
}

/** Whether the person says yes. Enter alone says no. */
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

/** The value of the choice that the person makes. */
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
    if (text.length > MOST_CHARACTERS) throw usageFailure("standard input holds more than a token");
  }
  return text;
}
