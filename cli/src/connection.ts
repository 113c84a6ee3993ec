// Creates a client from the options of a command: it chooses the host and reads the credential.
// MINTMARK_TOKEN takes precedence over a stored token, so that a script never acts as the person who logged in.
import type { Secret } from "@mintmark/core";
import { notAuthenticated } from "@mintmark/terminal";
import { ApiClient } from "./api-client.ts";
import { askStore } from "./ask-store.ts";
import { loginCommand } from "./authentication-advice.ts";
import { chooseLogin, type HostOptions } from "./choose-login.ts";
import { type Context, type Memory, openMemory } from "./context.ts";
import type { CredentialStore } from "./credential-store/store.ts";
import { accountOf, type Login } from "./profile.ts";
import { checkSecret, KIND_NAME } from "./secret-shape.ts";

export interface Credential {
  readonly secret: Secret;
  /** `environment` is MINTMARK_TOKEN. */
  readonly source: "environment" | CredentialStore["kind"];
}

export interface Connection {
  readonly login: Login;
  readonly host: string;
  readonly credential: Credential;
  readonly client: ApiClient;
  readonly memory: Memory;
}

/** A client for the host with the current credential. Refuses with exit code 4 when there is none. */
export async function connect(context: Context, options: HostOptions): Promise<Connection> {
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  const credential = await findCredential(context, memory, login);
  if (credential === null) throw notAuthenticated("credentials_missing", adviceWithout(memory, login));
  return { login, host: login.host, credential, memory, client: clientOf(context, login, credential) };
}

/** A client that sends this credential only to the login's host. It reports a near expiry to the expiry warning. */
export function clientOf({ expiry }: Context, login: Login, { secret, source }: Credential): ApiClient {
  const noteExpiry = (at: string): void => expiry.note(login, secret, at);
  return new ApiClient({ ...login, secret, fromEnvironment: source === "environment", noteExpiry });
}

/** The credential that commands use for this login. Text that is not a token is refused before it is sent. */
export async function findCredential({ config }: Context, memory: Memory, login: Login): Promise<Credential | null> {
  if (config.token !== null) return { secret: requireShape(config.token, "MINTMARK_TOKEN"), source: "environment" };
  return findKept(memory, login);
}

/** The credential that is stored for this login, regardless of MINTMARK_TOKEN. */
export async function findKept(memory: Memory, login: Login): Promise<Credential | null> {
  const kept = await askStore(() => memory.credentials.find(accountOf(login)));
  return kept === null ? null : { secret: requireShape(kept.secret, kept.store.place), source: kept.store.kind };
}

function adviceWithout({ settings }: Memory, login: Login): string {
  const profiles = settings.list().length;
  if (profiles > 0 && settings.activeProfile === null) {
    return `no profile is active, and no token is stored for ${login.host}: choose one with mintmark auth switch`;
  }
  return `no token is stored for ${login.host}: run ${loginCommand(login)}, or set MINTMARK_TOKEN`;
}

function requireShape(secret: Secret, place: string): Secret {
  const shape = checkSecret(secret);
  if (!shape.ok) throw notAuthenticated(shape.code, `the text in ${place} is not a token: ${shape.why}`);
  if (shape.kind === "pat" || shape.kind === "api_key") return shape.secret;
  throw notAuthenticated(
    "kind_unsupported",
    `${place} holds a ${KIND_NAME[shape.kind]}, which is for ${shape.kind === "service_key" ? "services" : "the host"}: use a personal access token`,
  );
}
