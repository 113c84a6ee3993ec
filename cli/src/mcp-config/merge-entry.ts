// JSON of others with one server's entry put into it.

export type JsonObject = { readonly [key: string]: unknown };

/** The object that the text is, or `null` when writing it again would change more than its white space. */
export function parseExactly(text: string): JsonObject | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  // Keys that come twice, numbers beyond what JavaScript holds, escapes: all of these would come out otherwise.
  return JSON.stringify(value) === withoutWhiteSpace(text) ? value : null;
}

/**
 * `present` with what `entry` has: the server `name` takes the place of one of that name, lists gain what they lack
 * (by `id`), and everything else stays. `null` when the two have different things in one place.
 */
export function mergeEntry(present: JsonObject, entry: JsonObject, name: string): JsonObject | null {
  const merged: Record<string, unknown> = { ...present };
  for (const [key, wanted] of Object.entries(entry)) {
    const found = Object.hasOwn(present, key) ? present[key] : undefined;
    if (found === undefined || key === name) merged[key] = wanted;
    else if (isObject(found) && isObject(wanted)) {
      const inner = mergeEntry(found, wanted, name);
      if (inner === null) return null;
      merged[key] = inner;
    } else if (Array.isArray(found) && Array.isArray(wanted)) {
      merged[key] = [...found, ...wanted.filter((item) => !found.some((other) => idOf(other) === idOf(item)))];
    } else if (typeof wanted === "object" || typeof found !== typeof wanted) return null;
  }
  return merged;
}

function idOf(item: unknown): unknown {
  return isObject(item) ? item["id"] : item;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** White space between the words of JSON means nothing; what stands in strings does. */
function withoutWhiteSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
}
