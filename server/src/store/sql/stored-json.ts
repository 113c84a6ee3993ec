// Lists of permissions and policies as they are stored: JSON text, parsed once and remembered by the
// text itself, because verification meets the same few texts again and again.
import type { TokenPolicy } from "@mintmark/core";

// Far more distinct texts than an instance has in use; beyond it the memory starts anew.
const REMEMBERED_TEXTS = 10_000;

export interface StoredJson {
  /** The policy in force; the default where none was set, and for rules a stored one does not know yet. */
  policyOf(text: string | null): TokenPolicy;
  permissionsOf(text: string | null): readonly string[] | null;
}

export function createStoredJson(defaultPolicy: TokenPolicy): StoredJson {
  const fallback = Object.freeze({ ...defaultPolicy });
  const policies = rememberByText((text) => Object.freeze({ ...fallback, ...(JSON.parse(text) as TokenPolicy) }));
  const permissions = rememberByText((text) => Object.freeze(JSON.parse(text) as string[]));
  return {
    policyOf: (text) => (text === null ? fallback : policies(text)),
    permissionsOf: (text) => (text === null ? null : permissions(text)),
  };
}

function rememberByText<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED_TEXTS) known.clear();
    const value = parse(text);
    known.set(text, value);
    return value;
  };
}
