// The observations of one driver process, on one monotonic clock (`performance.now()`, milliseconds).

/** The subject that decides about a credential: the token itself, or its membership. */
export type Subject = `token:${string}` | `membership:${string}`;

/** A requested change. Changes of one subject never overlap: the next begins when the one before is definite. */
export interface Change {
  readonly subject: Subject;
  /** The subject's state from then on, such as `live`, `revoked`, `active viewer`, `suspended`. */
  readonly state: string;
  /** When the first request was sent. */
  readonly begin: number;
  /** The time of the response that confirmed it, or `null` without one. */
  end: number | null;
}

export type Outcome =
  | { readonly kind: "accept"; readonly role: string }
  | { readonly kind: "refuse"; readonly code: string }
  /** 503 or no response. It is allowed under a fault, and is never a verdict. */
  | { readonly kind: "unavailable"; readonly why: string };

export interface Verification {
  readonly token: Subject;
  readonly membership: Subject;
  readonly replica: number;
  readonly begin: number;
  readonly end: number;
  readonly outcome: Outcome;
}

/** A fault and its duration. */
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
