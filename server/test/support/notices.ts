// For tests of notices: people whose address is verified, and their notices.
import assert from "node:assert/strict";
import type { TestInstance } from "./instance.ts";
import type { Person } from "./seed.ts";

const PAGE = { limit: 200, after: null };

export async function verifyEmail(instance: TestInstance, person: Person): Promise<Person> {
  await instance.deps.store.transaction((tx) => tx.verifyUserEmail(person.id, instance.deps.clock()));
  return person;
}

/** The person's notices as the store has them, the oldest first; those that a follow-up makes, too. */
export async function noticesOf(instance: TestInstance, person: Person) {
  await instance.followUps.settled();
  const { items } = await instance.deps.store.reads.listNotices(person.id, { unreadOnly: false, kind: null }, PAGE);
  return items.toReversed();
}

/** The one notice of this kind that the person has. */
export async function noticeOf(instance: TestInstance, person: Person, kind: string) {
  const found = (await noticesOf(instance, person)).filter((notice) => notice.kind === kind);
  assert.equal(found.length, 1, `notices of the kind ${kind}`);
  return found[0] ?? assert.fail();
}

export async function kindsOf(instance: TestInstance, person: Person): Promise<readonly string[]> {
  return (await noticesOf(instance, person)).map(({ kind }) => kind);
}
