import type { Command } from "commander";
import { notAuthenticated, usageFailure } from "@mintmark/terminal";
import { loginCommand } from "../authentication-advice.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { findCredential } from "../connection.ts";
import { type Context, openMemory } from "../context.ts";

interface TokenOptions extends HostOptions {
  readonly show?: boolean;
}

export function addAuthToken(parent: Command, context: Context): void {
  withHostOptions(parent.command("token"))
    .description("print the secret of the token in use, for another program; no other command prints a token")
    .option("--show", "print it to a terminal too, where anyone who sees the screen can read it")
    .addHelpText(
      "after",
      "\nIt prints to a pipe or a file, and to a terminal only with --show. It asks no server, so it also prints a revoked\ntoken. MINTMARK_TOKEN, where it is set, is the token in use.\n\nExamples:\n  mintmark auth token | docker login mintmark.example.com --username token --password-stdin\n  MINTMARK_TOKEN=$(mintmark auth token --profile work) ./deploy",
    )
    .action((options: TokenOptions) => printToken(context, options));
}

async function printToken(context: Context, options: TokenOptions): Promise<void> {
  const { output } = context;
  if (output.isAtTerminal && options.show !== true) {
    throw usageFailure(
      "refusing to print a secret to a terminal, where anyone who sees the screen can read it",
      "pipe it to the program that needs it, or add --show",
    );
  }
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  const credential = await findCredential(context, memory, login);
  if (credential === null) {
    throw notAuthenticated(
      "credentials_missing",
      `no token is stored for ${login.host}: run ${loginCommand(login)}, or set MINTMARK_TOKEN`,
    );
  }
  output.secret(credential.secret);
}
