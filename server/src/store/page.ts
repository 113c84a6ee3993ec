/** A position in a list that is sorted newest first: the instant and id of the last item seen. */
export interface Cursor {
  readonly at: number;
  readonly id: string;
}

export interface PageRequest {
  /** 1–200. */
  readonly limit: number;
  readonly after: Cursor | null;
}

/** One page, newest first, and where the next one begins; `null` at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Cursor | null;
}
