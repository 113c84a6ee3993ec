// Describes the caller of a request, records when a service last verified a token, and keeps the authority log short.
// Deliberately absent: verification itself, which is in verify/.
import { type CredentialEnd, hostIdOf, type Principal } from "@mintmark/core";
import { inSteps } from "../bounded.ts";
import type { ServiceOfKey } from "../store/store.ts";
import type { Actor, Deps } from "./use-case.ts";
import { activeOrganization, authorityIn } from "./authority.ts";

/** The caller of a request, with a credential or a browser session. */
export interface Identity extends Omit<Principal, "credential" | "membershipId"> {
  readonly credential: {
    readonly type: "session" | "pat" | "api_key";
    readonly id: string;
    readonly name: string;
    /** Empty for a session. */
    readonly prefix: string;
    readonly expiresAt: number | null;
    readonly end: CredentialEnd | null;
  };
}

/** Describes the caller: a session in its active organization, a credential in the one it is pinned to. */
export async function whoami(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  actor: Actor,
): Promise<Identity> {
  if (actor.kind === "credential") {
    const { credential, user, organization, role, permissions } = actor.principal;
    const { kind, id, name, prefix, expiresAt, end } = credential;
    return { credential: { type: kind, id, name, prefix, expiresAt, end }, user, organization, role, permissions };
  }
  const { organization, role, permissions } = await authorityIn(
    deps,
    deps.store.reads,
    actor,
    activeOrganization(actor),
  );
  const { id, name, email, emailVerifiedAt } = actor.user;
  return {
    credential: {
      type: "session",
      id: actor.session.id,
      name: "Browser session",
      prefix: "",
      expiresAt: actor.session.expiresAt,
      end: { at: actor.session.expiresAt, because: "expiry" },
    },
    user: { id, name, email, emailVerified: emailVerifiedAt !== null, externalId: hostIdOf(actor.user) },
    organization: {
      id: organization.id,
      name: organization.name,
      personal: organization.personalOf !== null,
      externalId: hostIdOf(organization),
    },
    role,
    permissions,
  };
}

/** The last use of a service is shown to the minute, so it is written at most once a minute. */
const MINUTE_MS = 60_000;

/** Records that the service was used. The response does not wait for the write, and a crash may lose it. */
export function noteServiceUse(
  deps: Pick<Deps, "store" | "clock" | "later">,
  { key: { id, lastUsedAt } }: Pick<ServiceOfKey, "key">,
): void {
  const now = deps.clock();
  if (lastUsedAt !== null && now - lastUsedAt < MINUTE_MS) return;
  deps.later(() => deps.store.transaction((tx) => tx.noteServiceUse(id, now), "lazy"));
}

const LOG_KEPT_MS = 3_600_000;
const ENTRIES_AT_ONCE = 500;

/**
 * Deletes entries of the authority log that are older than an hour and that every replica has applied, in small steps. A
 * process that finds the next entry deleted forgets everything and begins again, so a short log costs time and no truth.
 */
export function pruneAuthorityLog(
  { store, clock }: Pick<Deps, "store" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const before = clock() - LOG_KEPT_MS;
  const step = async (): Promise<boolean> =>
    (await store.transaction((tx) => tx.pruneAuthorityLog(before, ENTRIES_AT_ONCE), "lazy")) === ENTRIES_AT_ONCE;
  return inSteps(step, signal);
}
