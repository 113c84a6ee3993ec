// Verbs about the use of credentials: counted in memory by verification, written in batches.

export interface UseBatch {
  readonly credentialId: string;
  /** Uses since the last batch. */
  readonly count: number;
  readonly lastUsedAt: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** What was asked for, in words. Left out or `null` when unknown. */
  readonly route?: string | null;
}

/** A thing seen of a credential for the first time: a UTC day, an address, or a user agent. */
export interface Sighting {
  readonly credentialId: string;
  /** `day:2026-11-22`, `ip:203.0.113.7`, `agent:<first 32 hex digits of its SHA-256>`, `net:203.0.113.0/24`, `denied:<code>`. */
  readonly sighting: string;
  readonly at: number;
}

export interface UsageWrites {
  /** Adds counts and moves last-used forward, never back. */
  recordUses(batch: readonly UseBatch[]): Promise<void>;
  /** Records what was not yet known and answers exactly those. */
  recordSightings(sightings: readonly Sighting[]): Promise<readonly Sighting[]>;
  /** New-address and new-agent sightings of the credential since `since`. */
  countSightings(credentialId: string, since: number): Promise<number>;
  /** Networks the credential was ever used from, and how many of them were new at or after `since`. */
  countNetworks(credentialId: string, since: number): Promise<{ readonly known: number; readonly recent: number }>;
}
