// Who came into this browser last, by a hand-off or a sign-in, so that a link for somebody else asks first, also after the
// session has ended.
import type { Session } from "../api/types.ts";

const KEY = "mintmark-last-person";

/** Keeps the person's id. It is no secret and opens nothing. */
export function rememberPerson(userId: string): void {
  try {
    localStorage.setItem(KEY, userId);
  } catch {
    // Without storage, the next link does not ask.
  }
}

function lastPerson(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Whether a link for this person may be opened without a question. */
export function isExpected(
  session: Pick<Session, "handOff" | "user"> | null,
  userId: string,
  last: string | null = lastPerson(),
): boolean {
  if (session !== null) return session.handOff !== null && session.user.id === userId;
  return last === null || last === userId;
}
