// Adds the entry of one server to a client's JSON file that a person wrote. It edits only the places that the entry needs,
// and keeps comments, the order of keys and the format of numbers.
import {
  applyEdits,
  findNodeAtLocation,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";

export type JsonObject = { readonly [key: string]: unknown };

export type Merged =
  | { readonly ok: true; readonly text: string }
  /** `unreadable`: not a JSON object, even with comments allowed. `occupied`: the place of the entry has another value. */
  | { readonly ok: false; readonly why: "unreadable" | "occupied" };

/** One edit: a value at `path`, or a new item of the list there. */
interface Change {
  readonly path: JSONPath;
  readonly value: unknown;
  readonly isNewItem: boolean;
}

/**
 * Returns `text` with `entry` merged into it: the server `name` replaces one of that name, lists get their missing items
 * (by `id`), and everything else stays.
 */
export function mergeEntry(text: string, entry: JsonObject, name: string): Merged {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root?.type !== "object") return { ok: false, why: "unreadable" };
  const changes = changesFor(root, entry, name, []);
  if (changes === null) return { ok: false, why: "occupied" };
  const layout = { formattingOptions: layoutOf(text) };
  return {
    ok: true,
    text: changes.reduce(
      (before, { path, value, isNewItem }) =>
        applyEdits(before, modify(before, path, value, { ...layout, isArrayInsertion: isNewItem })),
      text,
    ),
  };
}

/** Returns `null` when the two have different values in one place. */
function changesFor(present: Node, entry: JsonObject, name: string, path: JSONPath): readonly Change[] | null {
  const changes: Change[] = [];
  for (const [key, wanted] of Object.entries(entry)) {
    const place = [...path, key];
    const twins = (present.children ?? []).filter((property) => property.children?.[0]?.value === key);
    // Programs disagree about which of two equal keys counts.
    if (twins.length > 1) return null;
    const found = twins[0]?.children?.[1];
    if (found === undefined || key === name) changes.push({ path: place, value: wanted, isNewItem: false });
    else if (found.type === "object" && isObject(wanted)) {
      const inner = changesFor(found, wanted, name, place);
      if (inner === null) return null;
      changes.push(...inner);
    } else if (found.type === "array" && Array.isArray(wanted)) {
      const items = found.children ?? [];
      const ids = new Set(items.map(idOfNode));
      const missing = wanted.filter((item) => !ids.has(idOf(item)));
      changes.push(
        ...missing.map((value, index) => ({ path: [...place, items.length + index], value, isNewItem: true })),
      );
    } else if (typeof wanted === "object" || found.type !== typeof wanted) return null;
  }
  return changes;
}

function idOf(item: unknown): unknown {
  return isObject(item) ? item["id"] : item;
}

function idOfNode(item: Node): unknown {
  const node = item.type === "object" ? findNodeAtLocation(item, ["id"]) : item;
  return node?.value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The indentation and line endings of the file. */
function layoutOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^[\t ]+(?=["/])/m.exec(text)?.[0] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 4 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
