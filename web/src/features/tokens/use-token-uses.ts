import { useQueries } from "@tanstack/react-query";
import { tokenUsesQuery, USES_AT_ONCE } from "../../api/usage.ts";
import type { PersonalAccessToken } from "../../api/types.ts";

/**
 * A month of uses of the tokens that are shown, by id. Asked for in the groups of the whole list, so that neither
 * a search nor a filter asks again for what is known.
 */
export function useTokenUses(
  tokens: readonly PersonalAccessToken[],
  shown: readonly PersonalAccessToken[],
): ReadonlyMap<string, readonly number[]> {
  const wanted = new Set(shown.map(({ id }) => id));
  const groups: string[][] = [];
  for (let start = 0; start < tokens.length; start += USES_AT_ONCE) {
    const ids = tokens.slice(start, start + USES_AT_ONCE).map(({ id }) => id);
    if (ids.some((id) => wanted.has(id))) groups.push(ids);
  }
  return useQueries({
    queries: groups.map((ids) => ({ ...tokenUsesQuery(ids), refetchInterval: 60_000 })),
    combine: byId,
  });
}

function byId(
  results: readonly {
    readonly data?: readonly { readonly id: string; readonly uses: readonly number[] }[] | undefined;
  }[],
): ReadonlyMap<string, readonly number[]> {
  return new Map(results.flatMap(({ data }) => (data ?? []).map(({ id, uses }) => [id, uses])));
}
