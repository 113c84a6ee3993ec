// Describes the caller of a request, and records when a service last verified a token.
// Deliberately absent: verification itself, which is in verify/.
import type { Principal } from "@mintmark/core";
import type { ServiceRecord } from "../store/store.ts";
import type { Actor, Deps } from "./use-case.ts";
import { authorityIn } from "./authority.ts";

/** The caller of a request, with a credential or a browser session. */
export interface Identity extends Omit<Principal, "credential" | "membershipId"> {
  readonly credential: {
    readonly type: "session" | "pat" | "api_key";
    readonly id: string;
    readonly name: string;
    /** Empty for a session. */
    readonly prefix: string;
    readonly expiresAt: number | null;
  };
}

/** Describes the caller: a session in its active organization, a credential in the one it is pinned to. */
export async function whoami(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  actor: Actor,
): Promise<Identity> {
  if (actor.kind === "credential") {
    const { credential, user, organization, role, permissions } = actor.principal;
    const { kind, id, name, prefix, expiresAt } = credential;
    return { credential: { type: kind, id, name, prefix, expiresAt }, user, organization, role, permissions };
  }
  const { organization, role, permissions } = await authorityIn(
    deps,
    deps.store.reads,
    actor,
    actor.session.organizationId,
  );
  const { id, name, email, emailVerifiedAt } = actor.user;
  return {
    credential: {
      type: "session",
      id: actor.session.id,
      name: "Browser session",
      prefix: "",
      expiresAt: actor.session.expiresAt,
    },
    user: { id, name, email, emailVerified: emailVerifiedAt !== null },
    organization: { id: organization.id, name: organization.name, personal: organization.personalOf !== null },
    role,
    permissions,
  };
}

/** The last use of a service is shown to the minute, so it is written at most once a minute. */
const MINUTE_MS = 60_000;

/** Records that the service was used. The response does not wait for the write, and a crash may lose it. */
export function noteServiceUse(
  deps: Pick<Deps, "store" | "clock" | "later">,
  { id, lastUsedAt }: Pick<ServiceRecord, "id" | "lastUsedAt">,
): void {
  const now = deps.clock();
  if (lastUsedAt !== null && now - lastUsedAt < MINUTE_MS) return;
  deps.later(() => deps.store.transaction((tx) => tx.noteServiceUse(id, now), "lazy"));
}
