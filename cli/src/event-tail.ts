// Follows the end of an audit log by polling. It returns each event once, in the order of their commits.
// Of two concurrent transactions, the one with the earlier time can commit last. So a poll continues from a cursor of the
// feed and not from a time. The cursor moves only after the complete response has arrived.
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
  /** Newest first. */
  pages(query: Record<string, string>): AsyncIterable<Page<AuditEvent>>;
  /** The events after a cursor, in the order of their commits. `now` is the cursor of later events. */
  after(cursor: string): Promise<Page<AuditEvent>>;
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

export class EventTail {
  readonly #source: EventSource;
  #cursor = "now";
  /** The first events. Those that were committed after the cursor was made come again. */
  #shown: ReadonlySet<string> = new Set();

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** Returns the same as `newestEvents`. `next` continues from there, and older events are never returned. */
  async first(count: number): Promise<readonly AuditEvent[]> {
    await this.#advance();
    const events = await newestEvents(this.#source, count);
    this.#shown = new Set(events.map(({ id }) => id));
    return events;
  }

  /** Yields the events since the last page that arrived, in the order of their commits, until there are no more. */
  async *next(): AsyncGenerator<AuditEvent> {
    for (;;) {
      const before = this.#cursor;
      const items = await this.#advance();
      yield* items.filter(({ id }) => !this.#shown.has(id));
      if (this.#cursor === before) return;
    }
  }

  async #advance(): Promise<readonly AuditEvent[]> {
    const { items, nextCursor } = await this.#source.after(this.#cursor);
    this.#cursor = nextCursor ?? this.#cursor;
    return items;
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
