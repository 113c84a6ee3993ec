/** The answer to everything that ends authority: when this is returned, it is over, everywhere. */
export interface Receipt {
  readonly revoked: true;
  /** When the authority ended: of the first revocation, when it is repeated. */
  readonly at: number;
  /**
   * Who has confirmed that nobody honours the credential any more. `single`: every verification reads
   * committed truth, so the commit itself is the confirmation.
   */
  readonly confirmedBy: "single" | "replicas" | "lease";
  readonly waitedMs: number;
}

export function receiptAt(at: number): Receipt {
  return { revoked: true, at, confirmedBy: "single", waitedMs: 0 };
}
