// What one driver process saw, on one monotonic clock (`performance.now()`, milliseconds).

/** What a credential's answer depends on: the token itself, or the membership that it hangs from. */
export type Subject = `token:${string}` | `membership:${string}`;

/** A change that was asked for. Changes of one subject never overlap: the next begins when the one before is definite. */
export interface Change {
  readonly subject: Subject;
  /** The subject's state from then on, such as `live`, `revoked`, `active viewer`, `suspended`. */
  readonly state: string;
  /** When the first request was sent. */
  readonly begin: number;
  /** When an answer said that it is done; `null` as long as none did. */
  end: number | null;
}

export type Outcome =
  | { readonly kind: "accept"; readonly role: string }
  | { readonly kind: "refuse"; readonly code: string }
  /** 503, or no answer: allowed under a fault, and never a verdict. */
  | { readonly kind: "unavailable"; readonly why: string };

export interface Verification {
  readonly token: Subject;
  readonly membership: Subject;
  readonly replica: number;
  readonly begin: number;
  readonly end: number;
  readonly outcome: Outcome;
}

/** A fault and for how long it held. */
interface FaultWindow {
  readonly kind: string;
  readonly begin: number;
  readonly end: number;
}

export interface History {
  readonly changes: Change[];
  readonly verifications: Verification[];
  readonly faults: FaultWindow[];
}

export function emptyHistory(): History {
  return { changes: [], verifications: [], faults: [] };
}
