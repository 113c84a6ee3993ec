// Token policies and lists of permissions. They are stored as JSON text, which is parsed once and remembered by the text
// itself, because verification meets the same few texts again and again.
import type { OrganizationId, TokenPolicy } from "@mintmark/core";
import type { SqlContext, StoredJson } from "./context.ts";

export const policyWrites = { setPolicy };

async function setPolicy({ db }: SqlContext, id: OrganizationId, policy: TokenPolicy): Promise<void> {
  await db
    .updateTable("organizations")
    .set({ policy: JSON.stringify(policy) })
    .where("id", "=", id)
    .execute();
}

// Far more distinct texts than an instance uses. When it is reached, the memory starts again.
const REMEMBERED_TEXTS = 10_000;

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
