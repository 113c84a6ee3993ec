import type { Command } from "commander";
import { Failure, usageFailure } from "@mintmark/terminal";
import { type BrowserOptions, wantsBrowser, withBrowserOption } from "../browser.ts";
import { chooseNewLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { clientOf } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import type { CredentialStore } from "../credential-store/store.ts";
import { day, inOneLine } from "../describe.ts";
import { keepLogin, keepMinted, requireStorage } from "../logins.ts";
import { isNamedAfterHost, type Login } from "../profile.ts";
import { readSecret } from "../prompt.ts";
import { KIND_NAME } from "../secret-shape.ts";

type LoginOptions = HostOptions &
  BrowserOptions & {
    readonly device?: boolean;
    readonly withToken?: boolean;
  };

export function addLogin(parent: Command, context: Context): void {
  withBrowserOption(withHostOptions(parent.command("login")))
    .description("log in through the browser, and store the token that you approve there without showing it")
    .option(
      "--device",
      "show a code to type in a browser on another machine (default when no browser can be opened here)",
    )
    .option("--with-token", "store an existing token, from standard input or typed without echo")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark login --host https://mintmark.example.com\n  mintmark login --device\n  mintmark login --with-token < token.txt",
    )
    .action((options: LoginOptions) => login(context, options));
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  if (options.withToken === true && options.device === true)
    throw usageFailure("--device and --with-token cannot be combined", "use one of them");
  const memory = openMemory(context);
  const made = chooseNewLogin(context, memory.settings, options);
  await requireStorage(memory);
  if (options.withToken === true) await loginWithToken(context, memory, made, options);
  else await loginThroughBrowser(context, memory, made, options);
  if (context.config.token !== null) {
    context.output.warning(
      "token_in_environment",
      "MINTMARK_TOKEN is set and takes precedence over the token that was just stored",
    );
  }
}

/** Stores nothing until the host has accepted the token. */
async function loginWithToken(context: Context, memory: Memory, made: Login, options: LoginOptions): Promise<void> {
  const { output } = context;
  const { host } = made;
  const shape = await readSecret(context, "mintmark login --with-token", `Token for ${host}`);
  if (!shape.ok) throw new Failure(shape.code, `this is not a token: ${shape.why}`, "copy the whole token again");
  if (shape.kind !== "pat" && shape.kind !== "api_key") {
    throw new Failure("kind_unsupported", `a ${KIND_NAME[shape.kind]} cannot log in`, "use a personal access token");
  }
  const identity = await clientOf(context, made, { secret: shape.secret, source: "file" }).whoami();
  const { findReplaced, offerRevocation } = await import("../login/replaced-token.ts");
  const former = await findReplaced(memory, made);
  const store = await keepLogin(memory, made, shape.secret, keepingOf(memory, made, options));
  output.result(resultOf(made, store, identity), () => {
    output.line(`Logged in to ${host} as ${inOneLine(identity)}`);
    sayWhereItIs(context, made, store);
  });
  if (former !== null) await offerRevocation(context, former, identity);
}

/** Stores the new token before it is used for anything else, because it cannot be obtained again. */
async function loginThroughBrowser(
  context: Context,
  memory: Memory,
  made: Login,
  options: LoginOptions,
): Promise<void> {
  const { output, config } = context;
  const { host } = made;
  const { findReplaced, offerRevocation } = await import("../login/replaced-token.ts");
  const former = await findReplaced(memory, made);
  const open = wantsBrowser(options);
  const secret =
    config.hasBrowser && options.device !== true
      ? await (await import("../login/by-loopback.ts")).loginByLoopback(context, host, { open })
      : await (await import("../login/by-code.ts")).loginByCode(context, host, { open });
  const store = await keepMinted(memory, made, secret, keepingOf(memory, made, options));
  const identity = await clientOf(context, made, { secret, source: store.kind }).whoami();
  output.result(resultOf(made, store, identity), () => {
    const { name, expiresAt } = identity.credential;
    output.line(`Logged in to ${host} as ${inOneLine(identity)}`);
    output.line(`The token "${name}" ${expiresAt === null ? "does not expire" : `expires on ${day(expiresAt)}`}`);
    sayWhereItIs(context, made, store);
  });
  if (former !== null) await offerRevocation(context, former, identity);
  context.expiry.forget();
}

function keepingOf({ settings }: Memory, made: Login, options: LoginOptions): { readonly insecure: boolean } {
  return { insecure: options.insecure === true || settings.isInsecure(made) };
}

function resultOf({ profile, host }: Login, { kind, place }: CredentialStore, identity: unknown): object {
  return { profile, host, credential: { source: kind, place }, identity };
}

function sayWhereItIs({ output }: Context, made: Login, { kind, place }: CredentialStore): void {
  output.line(`The token is stored in ${kind === "file" ? `${place}, which only you can read` : place}`);
  if (!isNamedAfterHost(made)) output.line(`The active profile is ${made.profile}`);
}
