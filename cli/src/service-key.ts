// The key of a service, which asks about other people's tokens and is none: from MINTMARK_SERVICE_KEY, or kept for
// the host beside the logins.
import type { Secret } from "@mintmark/core";
import { isErrorCode, titleOf } from "@mintmark/core/error-code";
import { asClause } from "@mintmark/core/reasons";
import { EXIT, Failure, notAuthenticated } from "@mintmark/terminal";
import { ApiClient } from "./api-client.ts";
import { askStore } from "./ask-store.ts";
import type { Context, Memory } from "./context.ts";
import { type Login, serviceKeyAccount } from "./profile.ts";
import { judgeSecret, KIND_NAME } from "./secret-shape.ts";

/** A client that asks the host with its service key. Refuses with exit code 4 when there is none. */
export async function connectService({ config }: Context, memory: Memory, login: Login): Promise<ApiClient> {
  const { host } = login;
  if (config.serviceKey !== null) return clientWith(login, config.serviceKey, "MINTMARK_SERVICE_KEY");
  const kept = await askStore(() => memory.credentials.find(serviceKeyAccount(host)));
  if (kept !== null) return clientWith(login, kept.secret, kept.store.place);
  throw notAuthenticated(
    "credentials_missing",
    `no service key for ${host}: set MINTMARK_SERVICE_KEY, or keep one with mintmark service-key keep`,
  );
}

export function clientWith(login: Login, key: Secret, place: string): ApiClient {
  const shape = judgeSecret(key);
  if (!shape.ok) throw notAuthenticated(shape.code, `what ${place} holds is no service key: ${shape.why}`);
  if (shape.kind !== "service_key") {
    throw notAuthenticated("kind_unsupported", `${place} holds a ${KIND_NAME[shape.kind]} and no service key`);
  }
  return new ApiClient({ ...login, secret: shape.secret, fromEnvironment: false });
}

/** What to do about a refused key is not what to do about a refused token. */
export async function withServiceKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== EXIT.notAuthenticated) throw error;
    const why = isErrorCode(error.code) ? `: ${asClause(titleOf(error.code))}` : "";
    throw notAuthenticated(error.code, `the service key is refused${why}: ask an instance admin for another one`);
  }
}
