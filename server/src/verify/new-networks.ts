// Whether a token is used from a network it was never used from: its holder is told. Worked out only for uses that are
// written durably anyway, because their address is new.
import type { Sighting, Transaction } from "../store/store.ts";
import { networkOf } from "../network/client-address.ts";

/** New networks of one token that its holder is told of per UTC day; further ones are only remembered. */
const NEW_NETWORKS_A_DAY = 5;

/** The network of an address as a sighting; `null` for a sighting of something else. */
export function networkSighting(sighting: string): string | null {
  return sighting.startsWith("ip:") ? `net:${networkOf(sighting.slice("ip:".length))}` : null;
}

/**
 * Of the networks that were just recorded as fresh, those that are news: the token was used from another before, and
 * not from too many new ones on the same day. The network of its first use is none. Each is answered `true` once.
 */
export async function newNetworks(
  tx: Pick<Transaction, "countNetworks">,
  fresh: readonly Sighting[],
  dayStart: (at: number) => number,
): Promise<(credentialId: string, sighting: string) => boolean> {
  const byCredential = new Map<string, Sighting[]>();
  for (const sighting of fresh) {
    if (!sighting.sighting.startsWith("net:")) continue;
    byCredential.set(sighting.credentialId, [...(byCredential.get(sighting.credentialId) ?? []), sighting]);
  }
  const news = new Set<string>();
  for (const [credentialId, networks] of byCredential) {
    const { known, recent } = await tx.countNetworks(credentialId, dayStart(networks[0]?.at ?? 0));
    // When all that is known is of today, so is the first one, which was no news.
    const firstToday = known === recent ? 1 : 0;
    networks.forEach(({ sighting }, index) => {
      const before = known - networks.length + index;
      const today = recent - firstToday - networks.length + index;
      if (before > 0 && today < NEW_NETWORKS_A_DAY) news.add(`${credentialId} ${sighting}`);
    });
  }
  return (credentialId, sighting) => news.delete(`${credentialId} ${sighting}`);
}
