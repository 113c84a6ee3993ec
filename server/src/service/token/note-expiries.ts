import type { ActorRef, RevokedRef } from "../../store/store.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

const MINTMARK: ActorRef = { kind: "system", id: "mintmark", name: "Mintmark" };

/** Expiries noted in one transaction. */
const AT_ONCE = 500;

/**
 * Records in the audit log that credentials have expired, once each however many replicas look. An expired
 * credential is refused from the instant of its expiry; this only puts the fact on record afterwards.
 */
export async function noteExpiries(deps: Pick<Deps, "store" | "clock">): Promise<void> {
  for (const kind of ["pat", "api_key"] as const) {
    let noted: readonly RevokedRef[];
    do {
      noted = await deps.store.transaction(async (tx) => {
        const at = deps.clock();
        const expired = await tx.noteExpiries(kind, at, AT_ONCE);
        await tx.insertAuditEvents(
          expired.map(({ id, name, organizationId }) =>
            eventOf(
              { actor: MINTMARK, via: null, origin: null },
              { at, organizationId, action: `${kind}.expired`, target: { kind, id, name } },
            ),
          ),
        );
        return expired;
      });
    } while (noted.length === AT_ONCE);
  }
}
