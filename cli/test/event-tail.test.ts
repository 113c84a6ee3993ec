import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../src/api-answers.ts";
import { type AuditEvent, type EventSource, EventTail, newestEvents } from "../src/event-tail.ts";

const BEGIN = Date.parse("2026-11-27T10:00:00Z");

/** A log with pages of two events, sorted as in the API: newest first, and each page continues the one before. */
class Log implements EventSource {
  readonly events: AuditEvent[] = [];
  readonly asked: Record<string, string>[] = [];
  now = BEGIN;
  saysTime = true;
  /** Called before each page but the first. */
  between: () => void = () => {};

  add(id: string, at = this.now): void {
    const actor = { kind: "user", id: "usr_1", name: "Ada" };
    const event = { id, at: new Date(at).toISOString(), actor, via: null, action: "pat.created" };
    this.events.push({ ...event, target: null, outcome: "ok", ip: null });
  }

  async *pages(query: Record<string, string>): AsyncGenerator<Page<AuditEvent>> {
    this.asked.push(query);
    const from = Date.parse(query["from"] ?? "1970-01-01");
    let beyond = Number.POSITIVE_INFINITY;
    let beyondId = "";
    for (let page = 0; ; page++) {
      if (page > 0) this.between();
      const items = this.events
        .filter(({ at, id }) => {
          const instant = Date.parse(at);
          return instant >= from && (instant < beyond || (instant === beyond && id < beyondId));
        })
        .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1))
        .slice(0, 2);
      const last = items.at(-1);
      yield { items, nextCursor: last === undefined ? null : "more" };
      if (last === undefined) return;
      beyond = Date.parse(last.at);
      beyondId = last.id;
    }
  }

  answeredAt(): number | null {
    return this.saysTime ? this.now : null;
  }
}

const idsOf = (events: readonly AuditEvent[]): string => events.map(({ id }) => id).join(" ");

test("the newest events are returned oldest first, and older events never", async () => {
  const log = new Log();
  for (let index = 1; index <= 9; index++) log.add(`e${index}`, BEGIN - 10_000 + index);
  assert.equal(idsOf(await newestEvents(log, 3)), "e7 e8 e9");
  assert.equal(idsOf(await newestEvents(log, 0)), "");
  const tail = new EventTail(log);
  assert.equal(idsOf(await tail.first(3)), "e7 e8 e9");
  assert.equal(idsOf(await tail.next()), "");
});

test("each event is returned once, for any page size and any number of polls", async () => {
  const log = new Log();
  log.add("e1");
  const tail = new EventTail(log);
  assert.equal(idsOf(await tail.first(20)), "e1");
  const told: AuditEvent[] = [];
  for (let round = 0; round < 40; round++) {
    log.now += 700;
    for (let index = 0; index < round % 5; index++) log.add(`r${round}-${index}`, log.now - index);
    told.push(...(await tail.next()));
  }
  assert.equal(new Set(told).size, told.length);
  assert.deepEqual(
    told.map(({ id }) => id).toSorted(),
    log.events
      .slice(1)
      .map(({ id }) => id)
      .toSorted(),
  );
});

test("an event that is committed after later ones is not missed", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  const late = log.now + 1_000;
  log.now += 9_000;
  log.add("later");
  assert.equal(idsOf(await tail.next()), "later");
  log.add("late", late);
  assert.equal(idsOf(await tail.next()), "late");
});

test("events added while pages are read are returned by the next poll", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  log.now += 1_000;
  for (const id of ["a", "b", "c"]) log.add(id);
  log.between = () => {
    log.between = () => {};
    log.add("d", log.now + 1);
  };
  assert.equal(idsOf(await tail.next()), "a b c");
  assert.equal(idsOf(await tail.next()), "d");
});

test("a poll that breaks off returns nothing, and the next one returns everything", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  log.now += 1_000;
  for (const id of ["a", "b", "c"]) log.add(id);
  log.between = () => {
    throw new Error("broken off");
  };
  await assert.rejects(tail.next(), /broken off/);
  log.between = () => {};
  log.now += 3_600_000;
  assert.equal(idsOf(await tail.next()), "a b c");
});

test("a poll requests no older events than necessary", async () => {
  const log = new Log();
  const tail = new EventTail(log);
  await tail.first(0);
  log.now += 600_000;
  log.add("a");
  await tail.next();
  await tail.next();
  assert.equal(log.asked.at(-1)?.["from"], new Date(log.now - 15_000).toISOString());
});

test("without the server's time, the time of the newest event is used", async () => {
  const log = new Log();
  log.saysTime = false;
  const tail = new EventTail(log);
  assert.equal(idsOf(await tail.first(5)), "");
  log.add("a");
  assert.equal(idsOf(await tail.next()), "a");
  log.now += 60_000;
  log.add("b");
  assert.equal(idsOf(await tail.next()), "b");
  assert.equal(idsOf(await tail.next()), "");
});
