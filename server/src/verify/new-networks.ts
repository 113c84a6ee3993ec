// Detects that a token is used from a network for the first time, so that its holder is notified. Only uses from a new
// address are checked; these are written durably anyway.
import type { Sighting, Transaction } from "../store/store.ts";
import { networkOf } from "../network/client-address.ts";

/** The holder of a token is notified of this many new networks per UTC day. Further ones are only recorded. */
const NEW_NETWORKS_A_DAY = 5;

/** The network of an address as a sighting, or `null` for a sighting of something else. */
export function networkSighting(sighting: string): string | null {
  return sighting.startsWith("ip:") ? `net:${networkOf(sighting.slice("ip:".length))}` : null;
}

/**
 * Selects the networks that the holder is notified of, among those that were just recorded for the first time. The token
 * was used from another network before, and not from too many new ones on the same day. The network of its first use
 * does not count. The returned function returns `true` once for each selected network.
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
    // If all known networks are of today, the first one is too, and it does not count.
    const firstToday = known === recent ? 1 : 0;
    networks.forEach(({ sighting }, index) => {
      const before = known - networks.length + index;
      const today = recent - firstToday - networks.length + index;
      if (before > 0 && today < NEW_NETWORKS_A_DAY) news.add(`${credentialId} ${sighting}`);
    });
  }
  return (credentialId, sighting) => news.delete(`${credentialId} ${sighting}`);
}
