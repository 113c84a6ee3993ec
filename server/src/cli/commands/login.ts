import type { Command } from "commander";
import { chooseNewLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { clientOf } from "../connection.ts";
import { type Context, openMemory } from "../context.ts";
import type { CredentialStore } from "../credential-store/store.ts";
import { inOneLine } from "../describe.ts";
import { Failure, usageFailure } from "../exit.ts";
import { keepLogin } from "../logins.ts";
import { isNamedAfterHost } from "../profile.ts";
import { readSecret } from "../prompt.ts";
import { KIND_NAME } from "../secret-shape.ts";

interface LoginOptions extends HostOptions {
  readonly withToken?: boolean;
}

export function addLogin(parent: Command, context: Context): void {
  withHostOptions(parent.command("login"))
    .description("store a token for a host, after asking the host whether it is good")
    .option("--with-token", "read the token from standard input, or type it without echo")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark login --with-token\n  mintmark login --with-token --host https://tokens.example.com < token.txt",
    )
    .action((options: LoginOptions) => login(context, options));
}

/** Nothing is stored before the host has said that the token is good. */
async function login(context: Context, options: LoginOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const made = chooseNewLogin(context, memory.settings, options);
  const { profile, host } = made;
  if (options.withToken !== true) {
    throw usageFailure(
      "login needs --with-token",
      `mint a token at ${host}/settings/tokens, then run mintmark login --with-token`,
    );
  }
  const shape = await readSecret(context, "mintmark login --with-token", `Token for ${host}`);
  if (!shape.ok) throw new Failure(shape.code, `this is no token: ${shape.why}`, "copy the whole token again");
  if (shape.kind === "service_key") {
    throw new Failure("kind_unsupported", `a ${KIND_NAME.service_key} cannot log in`, "use a personal access token");
  }
  const identity = await clientOf(context, made, { secret: shape.secret, source: "file" }).whoami();
  const insecure = options.insecure === true || memory.settings.isInsecure(made);
  const store = await keepLogin(memory, made, shape.secret, { insecure });
  output.result({ profile, host, credential: { source: store.kind, place: store.place }, identity }, () => {
    output.line(`Logged in to ${host} as ${inOneLine(identity)}`);
    output.line(`The token is kept in ${placeOf(store)}`);
    if (!isNamedAfterHost(made)) output.line(`The active profile is ${profile}`);
  });
  if (context.config.token !== null) {
    output.warning("token_in_environment", "MINTMARK_TOKEN is set and wins over the token that was just stored");
  }
}

function placeOf({ kind, place }: CredentialStore): string {
  return kind === "file" ? `${place}, which only you can read` : place;
}
