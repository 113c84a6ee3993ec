import type { Command } from "commander";
import type { Identity } from "../api-answers.ts";
import { ApiClient } from "../api-client.ts";
import { loginCommand } from "../authentication-advice.ts";
import { chooseHost, findCredential, type HostOptions, withHostOptions } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import { identityFacts, warnOfExpiry } from "../describe.ts";
import { notAuthenticated } from "../exit.ts";

export function addAuthStatus(parent: Command, context: Context): void {
  withHostOptions(parent.command("status"))
    .description("show which host is active, where its token is kept, and whether it works")
    .action((options: HostOptions) => showStatus(context, options));
}

/** What is known without the host is shown also when the host then refuses, or cannot be reached. */
async function showStatus(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const host = chooseHost(context, memory.settings, options);
  const credential = whereKept(context, memory, host);
  const show = (identity: Identity | null): void =>
    output.result({ host, credential, identity }, () =>
      output.facts([
        ["Host", host],
        ["Kept in", describe(credential)],
        ...(identity === null ? [] : identityFacts(identity)),
      ]),
    );
  let identity: Identity;
  try {
    identity = await identify(context, memory, host);
  } catch (error) {
    show(null);
    throw error;
  }
  show(identity);
  warnOfExpiry(output, host, identity);
}

async function identify(context: Context, memory: Memory, host: string): Promise<Identity> {
  const credential = await findCredential(context, memory, host);
  if (credential === null) {
    throw notAuthenticated("credentials_missing", `run ${loginCommand(host)}, or set MINTMARK_TOKEN`);
  }
  const { secret, source } = credential;
  return new ApiClient({ host, secret, fromEnvironment: source === "environment" }).whoami();
}

interface Whereabouts {
  readonly source: "environment" | "keyring" | "file" | null;
  readonly place: string | null;
  /** Where a stored token lies that MINTMARK_TOKEN wins over. */
  readonly overrides: string | null;
}

function whereKept({ config }: Context, memory: Memory, host: string): Whereabouts {
  const store = memory.credentials.storeOf(host);
  if (config.token !== null) {
    return { source: "environment", place: "MINTMARK_TOKEN", overrides: store?.place ?? null };
  }
  return { source: store?.kind ?? null, place: store?.place ?? null, overrides: null };
}

function describe({ place, overrides }: Whereabouts): string {
  if (place === null) return "nowhere";
  return overrides === null ? place : `${place}, which wins over the one in ${overrides}`;
}
