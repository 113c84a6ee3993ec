import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../src/api-answers.ts";
import { type AuditEvent, type EventSource, EventTail, newestEvents } from "../src/event-tail.ts";

const BEGIN = Date.parse("2026-11-27T10:00:00Z");

/** A log with pages of two events. A cursor is the number of events that were committed before it. */
class Log implements EventSource {
  /** In the order of their commits. */
  readonly events: AuditEvent[] = [];
  now = BEGIN;
  /** Called before each page. */
  before: () => void = () => {};

  add(id: string, at = this.now): void {
    const actor = { kind: "user", id: "usr_1", name: "Ada" };
    const event = { id, at: new Date(at).toISOString(), actor, via: null, action: "pat.created" };
    this.events.push({ ...event, target: null, outcome: "ok", ip: null });
  }

  async *pages(): AsyncGenerator<Page<AuditEvent>> {
    this.before();
    const newest = this.events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1));
    for (let start = 0; start < newest.length; start += 2)
      yield { items: newest.slice(start, start + 2), nextCursor: String(start) };
  }

  async after(cursor: string): Promise<Page<AuditEvent>> {
    this.before();
    if (cursor === "now") return { items: [], nextCursor: String(this.events.length) };
    const items = this.events.slice(Number(cursor), Number(cursor) + 2);
    return { items, nextCursor: String(Number(cursor) + items.length) };
  }
}

const idsOf = (events: readonly AuditEvent[]): string => events.map(({ id }) => id).join(" ");

async function nextOf(tail: EventTail): Promise<string> {
  const events: AuditEvent[] = [];
  for await (const event of tail.next()) events.push(event);
  return idsOf(events);
}

test("the newest events are returned oldest first, and older events never", async () => {
  const log = new Log();
  for (let index = 1; index <= 9; index++) log.add(`e${index}`, BEGIN - 10_000 + index);
  assert.equal(idsOf(await newestEvents(log, 3)), "e7 e8 e9");
  assert.equal(idsOf(await newestEvents(log, 0)), "");
  const tail = new EventTail(log);
  assert.equal(idsOf(await tail.first(3)), "e7 e8 e9");
  assert.equal(await nextOf(tail), "");
});

test("an event that is committed after later ones is returned, once, however late it is", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  log.add("later", BEGIN + 9_000);
  assert.equal(await nextOf(tail), "later");
  log.add("late", BEGIN - 3_600_000);
  assert.equal(await nextOf(tail), "late");
  assert.equal(await nextOf(tail), "");
});

test("an event that is committed while the first ones are read is returned once", async () => {
  const log = new Log();
  for (const id of ["a", "b"]) log.add(id);
  log.before = () => {
    log.before = () => {
      log.add("old", BEGIN - 60_000);
      log.add("new", BEGIN + 1);
      log.before = () => {};
    };
  };
  const tail = new EventTail(log);
  assert.equal(idsOf(await tail.first(2)), "b new");
  assert.equal(await nextOf(tail), "old");
});

test("after a poll that breaks off, the next one continues after the last page that arrived", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  for (const id of ["a", "b", "c"]) log.add(id);
  const told: string[] = [];
  const poll = async (): Promise<void> => {
    for await (const { id } of tail.next()) {
      told.push(id);
      if (id === "b")
        log.before = () => {
          throw new Error("broken off");
        };
    }
  };
  await assert.rejects(poll(), /broken off/);
  log.before = () => {};
  await poll();
  assert.deepEqual(told, ["a", "b", "c"]);
});
