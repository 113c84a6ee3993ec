// Reads the service key, which verifies other people's tokens, from MINTMARK_SERVICE_KEY or from the credential store.
import type { Secret } from "@mintmark/core";
import { isErrorCode, titleOf } from "@mintmark/core/error-code";
import { asClause } from "@mintmark/core/reasons";
import { EXIT, Failure, notAuthenticated } from "@mintmark/terminal";
import { ApiClient } from "./api-client.ts";
import { askStore } from "./ask-store.ts";
import type { Context, Memory } from "./context.ts";
import { type Login, serviceKeyAccount } from "./profile.ts";
import { checkSecret, KIND_NAME } from "./secret-shape.ts";

/** A client with the host's service key. Refuses with exit code 4 when there is no key. */
export async function connectService({ config }: Context, memory: Memory, login: Login): Promise<ApiClient> {
  const { host } = login;
  if (config.serviceKey !== null) return clientWith(login, config.serviceKey, "MINTMARK_SERVICE_KEY");
  const kept = await askStore(() => memory.credentials.find(serviceKeyAccount(host)));
  if (kept !== null) return clientWith(login, kept.secret, kept.store.place);
  throw notAuthenticated(
    "credentials_missing",
    `no service key for ${host}: set MINTMARK_SERVICE_KEY, or store one with mintmark service-key keep`,
  );
}

export function clientWith(login: Login, key: Secret, place: string): ApiClient {
  const shape = checkSecret(key);
  if (!shape.ok) throw notAuthenticated(shape.code, `the text in ${place} is not a service key: ${shape.why}`);
  if (shape.kind !== "service_key") {
    throw notAuthenticated("kind_unsupported", `${place} holds a ${KIND_NAME[shape.kind]}, not a service key`);
  }
  return new ApiClient({ ...login, secret: shape.secret, fromEnvironment: false });
}

/** Replaces the advice for a refused token by the advice for a refused service key. */
export async function withServiceKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== EXIT.notAuthenticated) throw error;
    const why = isErrorCode(error.code) ? `: ${asClause(titleOf(error.code))}` : "";
    throw notAuthenticated(error.code, `the service key is refused${why}: ask an instance admin for a new one`);
  }
}
