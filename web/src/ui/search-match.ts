// The matches of a search that chooses one of many things by name. Rule: nothing is chosen that the person neither
// picked nor named completely, since the next step may act on the choice.

export interface Found {
  readonly id: string;
  readonly name: string;
  /** Distinguishes two with the same name, such as an address. */
  readonly note: string;
}

/** Those that contain the words. `found` may still hold the matches of earlier words, so each is compared again. */
export function matching(found: readonly Found[], words: string): readonly Found[] {
  const wanted = keyOf(words);
  return found.filter(({ name, note }) => keyOf(name).includes(wanted) || keyOf(note).includes(wanted));
}

/** The one whose name, note or id is exactly these words, ignoring case; `null` when none or several are. */
export function exactMatch(found: readonly Found[], words: string): Found | null {
  const wanted = keyOf(words);
  const exact = found.filter((one) => wanted !== "" && [one.name, one.note, one.id].map(keyOf).includes(wanted));
  return exact.length === 1 ? (exact[0] ?? null) : null;
}

function keyOf(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}
