// From the options of a command to a client with a credential: which host, whose secret.
// MINTMARK_TOKEN wins over what is kept, so that a script never acts as whoever logged in on the machine.
import type { Secret } from "@mintmark/core";
import type { Command } from "commander";
import { ApiClient } from "./api-client.ts";
import { loginCommand } from "./authentication-advice.ts";
import { type Context, type Memory, openMemory } from "./context.ts";
import { type CredentialStore, StoreUnreachable } from "./credential-store/store.ts";
import { Failure, notAuthenticated } from "./exit.ts";
import { DEFAULT_HOST, parseHost, requireSecure } from "./host.ts";
import type { HostSettings } from "./host-settings.ts";
import { judgeStoredSecret } from "./secret-shape.ts";

export interface HostOptions {
  readonly host?: string;
  readonly insecure?: boolean;
}

export interface Credential {
  readonly secret: Secret;
  /** `environment` is MINTMARK_TOKEN. */
  readonly source: "environment" | CredentialStore["kind"];
}

export interface Connection {
  readonly host: string;
  readonly credential: Credential;
  readonly client: ApiClient;
  readonly memory: Memory;
}

/** Adds the options of every command that talks to a host. */
export function withHostOptions(command: Command): Command {
  return command
    .option(
      "--host <url>",
      `the Mintmark to talk to (default: MINTMARK_URL, else the last login, else ${DEFAULT_HOST})`,
    )
    .option("--insecure", "allow a host without https that is not this machine");
}

/** The host that the options, the environment or the last login name. Refuses one that would need https. */
export function chooseHost({ config }: Context, settings: HostSettings, options: HostOptions): string {
  const host = nameHost(config.url, settings, options);
  requireSecure(host, options.insecure === true || settings.find(host)?.insecure === true);
  return host;
}

function nameHost(url: string | null, settings: HostSettings, options: HostOptions): string {
  if (options.host !== undefined) return parseHost(options.host, "--host");
  if (url !== null) return parseHost(url, "MINTMARK_URL");
  return settings.activeHost === null ? DEFAULT_HOST : parseHost(settings.activeHost, "the active host in config.json");
}

/** A client for the host with the present credential. Refuses with exit code 4 when there is none. */
export async function connect(context: Context, options: HostOptions): Promise<Connection> {
  const memory = openMemory(context);
  const host = chooseHost(context, memory.settings, options);
  const credential = await findCredential(context, memory, host);
  if (credential === null) {
    throw notAuthenticated(
      "credentials_missing",
      `no token is stored for ${host}: run ${loginCommand(host)}, or set MINTMARK_TOKEN`,
    );
  }
  const fromEnvironment = credential.source === "environment";
  return { host, credential, memory, client: new ApiClient({ host, secret: credential.secret, fromEnvironment }) };
}

/** The credential the commands use for this host. What is not a token at all is refused before it is sent. */
export async function findCredential({ config }: Context, memory: Memory, host: string): Promise<Credential | null> {
  if (config.token !== null) return { secret: requireShape(config.token, "MINTMARK_TOKEN"), source: "environment" };
  const kept = await askStore(() => memory.credentials.find(host));
  return kept === null ? null : { secret: requireShape(kept.secret, kept.store.place), source: kept.store.kind };
}

/** Says what to do when the keyring that keeps the credential does not answer. */
export async function askStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error;
    throw new Failure(
      "keyring_unreachable",
      "the token is in the system's keyring, and the keyring does not answer",
      "unlock it and try again, or set MINTMARK_TOKEN",
    );
  }
}

function requireShape(secret: Secret, place: string): Secret {
  const shape = judgeStoredSecret(secret);
  if (!shape.ok) throw notAuthenticated(shape.code, `what ${place} holds is no token: ${shape.why}`);
  if (shape.kind !== "service_key") return secret;
  throw notAuthenticated(
    "kind_unsupported",
    `${place} holds a service key, which is for services: use a personal access token`,
  );
}
