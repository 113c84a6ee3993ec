import { json } from "node:stream/consumers";
import type { Command } from "commander";
import { EXIT, Failure, notAuthenticated, type Text } from "@mintmark/terminal";
import { type Identity, isObject } from "../api-answers.ts";
import { ApiClient } from "../api-client.ts";
import { loginCommand } from "../authentication-advice.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { clientOf, findCredential, findKept } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import { identityFacts } from "../describe.ts";
import { exchange } from "../exchange.ts";
import { requireSecure } from "../host.ts";
import { accountOf, type Login } from "../profile.ts";

const VERSION_TIMEOUT_MS = 5_000;

interface Status {
  /** `null` when there is no profile for this host yet. */
  readonly profile: string | null;
  readonly host: string;
  /** Whether commands use it when nothing else is named. */
  readonly inUse: boolean;
  readonly credential: Whereabouts;
  /** `active`, the code of the server's refusal, or `unknown` when the server could not be asked. */
  readonly state: string;
  /** The version of Mintmark on the host, or `null` when the host did not tell it. */
  readonly version: string | null;
  readonly identity: Identity | null;
  readonly error: Failure | null;
}

interface Whereabouts {
  readonly source: "environment" | "keyring" | "file" | null;
  readonly place: string | null;
  /** The place of a stored token that MINTMARK_TOKEN takes precedence over. */
  readonly overrides: string | null;
}

export function addAuthStatus(parent: Command, context: Context): void {
  withHostOptions(parent.command("status"))
    .description("show every login: its host, where its token is kept, whether it works, who you are, and when it ends")
    .addHelpText(
      "after",
      "\nWith --profile or --host it shows only that login. The command asks each host. The exit code is that of the login in\nuse: 0 when its token works, 4 when it does not. MINTMARK_TOKEN, where it is set, is the token in use.\nmintmark status and mintmark auth status are the same.\n\nExamples:\n  mintmark status\n  mintmark status --json",
    )
    .action((options: HostOptions) => showStatus(context, options));
}

/** Shows the local facts also when the host refuses the token, or cannot be reached. */
async function showStatus(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const used = chooseLogin(context, memory.settings, options);
  const isOne = options.profile !== undefined || options.host !== undefined;
  const isReadable = memory.settings.problem === null;
  const others = isOne || !isReadable ? [] : memory.settings.list().filter(({ profile }) => profile !== used.profile);
  const statuses = await Promise.all([
    statusOf(context, memory, used, true),
    ...others.map((login) => statusOf(context, memory, login, false)),
  ]);
  output.result({ items: statuses.map(forPrograms) }, () => {
    for (const [index, status] of statuses.entries()) {
      if (index > 0) output.line("");
      output.facts(factsOf(status));
    }
  });
  const { problem } = memory.settings;
  if (problem !== null && context.config.token !== null) output.warning(problem.code, problem.message);
  const failure = statuses[0]?.error ?? null;
  if (failure !== null) throw failure;
}

async function statusOf(context: Context, memory: Memory, login: Login, inUse: boolean): Promise<Status> {
  const { profile, host } = login;
  const known = {
    profile: memory.settings.problem !== null || memory.settings.find(profile) === null ? null : profile,
    host,
    inUse,
    credential: whereKept(context, memory, login, inUse),
  };
  // `identify` refuses a host that needs https, so that no request is sent to it.
  try {
    const identity = await identify(context, memory, login, inUse);
    return { ...known, state: "active", version: await versionOf(host), identity, error: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isRefusal = error.exitCode === EXIT.notAuthenticated;
    const version = isRefusal ? await versionOf(host) : null;
    return { ...known, state: isRefusal ? error.code : "unknown", version, identity: null, error };
  }
}

/** Asks without a credential. A host that is not reached or is older does not tell its version. */
async function versionOf(host: string): Promise<string | null> {
  const request = { method: "GET", path: "/api/instance", headers: { Accept: "application/json" } };
  try {
    const body = await json(await exchange(host, request, VERSION_TIMEOUT_MS));
    return isObject(body) && typeof body["version"] === "string" ? body["version"] : null;
  } catch {
    return null;
  }
}

/** MINTMARK_TOKEN applies only to the login in use, and the expiry warning is only for that login. */
async function identify(context: Context, memory: Memory, login: Login, inUse: boolean): Promise<Identity> {
  // For the login in use, `chooseLogin` has checked this already.
  requireSecure(login.host, inUse || memory.settings.isInsecure(login));
  const credential = inUse ? await findCredential(context, memory, login) : await findKept(memory, login);
  if (credential === null) {
    throw notAuthenticated("credentials_missing", `run ${loginCommand(login)}, or set MINTMARK_TOKEN`);
  }
  if (inUse) return clientOf(context, login, credential).whoami();
  return new ApiClient({ ...login, secret: credential.secret, fromEnvironment: false }).whoami();
}

function whereKept({ config }: Context, memory: Memory, login: Login, inUse: boolean): Whereabouts {
  const store = memory.settings.problem === null ? memory.credentials.storeOf(accountOf(login)) : null;
  return inUse && config.token !== null
    ? { source: "environment", place: "MINTMARK_TOKEN", overrides: store?.place ?? null }
    : { source: store?.kind ?? null, place: store?.place ?? null, overrides: null };
}

function forPrograms({ error, ...status }: Status): unknown {
  return { ...status, error: error === null ? null : { code: error.code, message: error.message, hint: error.hint } };
}

function factsOf({
  profile,
  host,
  inUse,
  credential,
  state,
  version,
  identity,
  error,
}: Status): (readonly [string, Text])[] {
  return [
    ["Profile", `${profile ?? "none"}${inUse ? " (in use)" : ""}`],
    ["Host", host],
    ["Version", version === null ? "unknown" : `Mintmark ${version}`],
    ["Kept in", describe(credential)],
    ["State", error === null ? { text: state, style: "green" } : { text: state, style: "red" }],
    // For the login in use, the command ends with this error.
    ...(error === null || inUse ? [] : [["Why", whyNot(error)] as const]),
    ...(identity === null ? [] : identityFacts(identity)),
  ];
}

/** For "not authenticated", the hint says more than the message. */
function whyNot({ exitCode, message, hint }: Failure): string {
  return exitCode === EXIT.notAuthenticated && hint !== null ? hint : message;
}

function describe({ place, overrides }: Whereabouts): string {
  if (place === null) return "nowhere";
  return overrides === null ? place : `${place}, which takes precedence over the one in ${overrides}`;
}
