import { USES_AT_ONCE } from "@mintmark/core";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { UsesQuery } from "../api/usage.ts";
import { Sparkline } from "../chart/stat.tsx";

/** The daily uses of the last month by the id of the credential. */
export type UsesById = ReadonlyMap<string, readonly number[]>;

/** A month of uses of the shown credentials. They are requested in groups, which are cached separately. */
export function useUses(
  groups: readonly (readonly string[])[],
  queryOf: (ids: readonly string[]) => UsesQuery,
): UsesById {
  return useQueries({
    queries: groups.filter((ids) => ids.length > 0).map((ids) => ({ ...queryOf(ids), refetchInterval: 60_000 })),
    combine: byId,
  });
}

interface Identified {
  readonly id: string;
}

/**
 * The groups that hold a shown credential. Groups are cut from the whole list, so that a search or a filter does not
 * request known uses again.
 */
export function groupsShown(all: readonly Identified[], shown: readonly Identified[]): string[][] {
  const wanted = new Set(shown.map(({ id }) => id));
  const groups: string[][] = [];
  for (let start = 0; start < all.length; start += USES_AT_ONCE) {
    const ids = all.slice(start, start + USES_AT_ONCE).map(({ id }) => id);
    if (ids.some((id) => wanted.has(id))) groups.push(ids);
  }
  return groups;
}

function byId(
  results: readonly {
    readonly data?: readonly { readonly id: string; readonly uses: readonly number[] }[] | undefined;
  }[],
): UsesById {
  return new Map(results.flatMap(({ data }) => (data ?? []).map(({ id, uses }) => [id, uses])));
}

/** The page of a credential. */
type CredentialPlace =
  | { readonly to: "/settings/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/api-keys/$keyId"; readonly params: { readonly keyId: string } };

interface UsesLinkProps {
  readonly place: CredentialPlace;
  readonly name: string;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
}

/** A month of uses, as a link to the usage of the credential. */
export function UsesLink({ place, name, uses }: UsesLinkProps): ReactElement {
  return (
    <Link {...place} className="inline-block rounded-control py-0.5 align-top hover:bg-sunken">
      <span className="sr-only">
        Usage of <bdi>{name}</bdi>:{" "}
      </span>
      <Sparkline uses={uses} />
    </Link>
  );
}
