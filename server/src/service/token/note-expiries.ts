import { inSteps } from "../../event-loop/turn.ts";
import type { ActorRef, Transaction } from "../../store/store.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

const MINTMARK: ActorRef = { kind: "system", id: "mintmark", name: "Mintmark" };

/** Expiries noted in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 100;

/**
 * Records in the audit log that credentials have expired, once each however many replicas look. An expired
 * credential is refused from the instant of its expiry; this only puts the fact on record afterwards.
 */
export async function noteExpiries(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  for (const kind of ["pat", "api_key"] as const) {
    await inSteps(
      async () => (await deps.store.transaction((tx) => noteSome(tx, kind, deps.clock()))) === AT_ONCE,
      signal,
    );
  }
}

async function noteSome(tx: Transaction, kind: "pat" | "api_key", at: number): Promise<number> {
  const { looked, expired } = await tx.noteExpiries(kind, at, AT_ONCE);
  await tx.insertAuditEvents(
    expired.map(({ id, name, organizationId }) =>
      eventOf(
        { actor: MINTMARK, via: null, origin: null },
        { at, organizationId, action: `${kind}.expired`, target: { kind, id, name } },
      ),
    ),
  );
  return looked;
}
