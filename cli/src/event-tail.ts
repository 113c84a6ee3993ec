// Follows the end of an audit log by polling. It returns each event once, oldest first.
// The log is sorted by time and id, but events can become visible in another order: of two concurrent transactions, the
// earlier one can commit last. So every poll also requests a period that was read before, and events in it that were
// seen are recognized by their ids. Events count as seen only after the complete response has arrived.
import { hasTexts, hasTextsOrNull, isInstantOrNull, isObject, isReference, type Page } from "./api-answers.ts";

export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly via: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly outcome: string;
  readonly ip: string | null;
}

export interface EventSource {
  /** Newest first; `from` is inclusive. */
  pages(query: Record<string, string>): AsyncIterable<Page<AuditEvent>>;
  /** The server's clock in its last response, or `null` if the response had no date. */
  answeredAt(): number | null;
}

/** The newest `count` events, oldest first. */
export async function newestEvents(source: EventSource, count: number): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const limit = String(Math.min(LARGEST_PAGE, Math.max(1, count)));
  for await (const { items } of source.pages({ limit })) {
    events.push(...items);
    if (events.length >= count) break;
  }
  return events.slice(0, count).toReversed();
}

const LARGEST_PAGE = 200;
/** Longer than a transaction takes until its commit, and than the difference between the clocks of two replicas. */
const OVERLAP_MS = 15_000;

export class EventTail {
  readonly #source: EventSource;
  /** The times of events that are recent enough to be returned again. */
  readonly #seen = new Map<string, number>();
  /** The start of the next poll. `null` while the server's time is unknown. */
  #from: number | null = null;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** Returns the same as `newestEvents`. `next` continues from there, and older events are never returned. */
  async first(count: number): Promise<readonly AuditEvent[]> {
    const events: AuditEvent[] = [];
    for await (const { items } of this.#source.pages({})) {
      events.push(...items);
      const [newest] = events;
      const oldest = events.at(-1);
      if (newest === undefined || oldest === undefined) continue;
      const now = Math.min(instantOf(newest), this.#source.answeredAt() ?? Number.POSITIVE_INFINITY);
      if (events.length >= count && instantOf(oldest) < now - OVERLAP_MS) break;
    }
    this.#remember(events);
    return events.slice(0, count).toReversed();
  }

  /** The events since the last successful call, oldest first. */
  async next(): Promise<readonly AuditEvent[]> {
    const events: AuditEvent[] = [];
    const query: Record<string, string> = this.#from === null ? {} : { from: new Date(this.#from).toISOString() };
    for await (const { items } of this.#source.pages(query)) events.push(...items);
    const fresh = events.filter(({ id }) => !this.#seen.has(id));
    this.#remember(fresh);
    return fresh.toReversed();
  }

  #remember(events: readonly AuditEvent[]): void {
    for (const event of events) this.#seen.set(event.id, instantOf(event));
    const now = this.#source.answeredAt() ?? Math.max(...this.#seen.values());
    if (!Number.isFinite(now)) return;
    this.#from = Math.max(this.#from ?? 0, now - OVERLAP_MS);
    for (const [id, at] of this.#seen) if (at < this.#from) this.#seen.delete(id);
  }
}

export function isAuditEvent(value: unknown): value is AuditEvent {
  return (
    isObject(value) &&
    hasTexts(value, ["id", "at", "action", "outcome"]) &&
    isInstantOrNull(value["at"]) &&
    hasTextsOrNull(value, ["ip"]) &&
    isKnown(value["actor"]) &&
    (value["via"] === null || isKnown(value["via"])) &&
    (value["target"] === null || isKnown(value["target"]))
  );
}

function isKnown(value: unknown): value is AuditEvent["actor"] {
  return isReference(value) && hasTexts(value, ["kind"]);
}

function instantOf({ at }: AuditEvent): number {
  return Date.parse(at);
}
