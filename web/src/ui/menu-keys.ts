// Which item of a menu a key leads to, by the WAI-ARIA menu pattern.

/** The next item's index for a movement key, or `null` for any other key. `current` is -1 before the first. */
export function itemForKey(key: string, current: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (current + 1) % count;
    case "ArrowUp":
      return (Math.max(current, 0) - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** The next item after the current one that begins with the typed letter, or `null`. */
export function itemForLetter(key: string, current: number, labels: readonly string[]): number | null {
  if ([...key].length !== 1 || key.trim() === "") return null;
  const letter = key.toLowerCase();
  const order = labels.map((_, index) => (current + 1 + index) % labels.length);
  return order.find((index) => labels[index]?.trim().toLowerCase().startsWith(letter)) ?? null;
}
