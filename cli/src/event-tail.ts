// The end of an audit log, followed by asking again: each event once, oldest first.
// The log has an order (by time and id), but events do not become visible in it: of two that are written at the same
// time the earlier can be committed last. So every question goes back over a stretch that was seen already, and
// what was in it is told apart by its id. Nothing is remembered as seen before all of the answer has arrived.
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
  /** The server's clock at its last answer, where it said so. */
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
/** Longer than a transaction takes from its clock to its commit, and than the clocks of two replicas differ. */
const OVERLAP_MS = 15_000;

export class EventTail {
  readonly #source: EventSource;
  /** When each event happened that is young enough to be met again. */
  readonly #seen = new Map<string, number>();
  /** Where the next question begins; `null` while nothing is known of the server's time. */
  #from: number | null = null;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** The same as `newestEvents`, from which `next` goes on. What is older is never told. */
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

  /** What was added since the last answer, oldest first. After a failure, what was added since the last success. */
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
