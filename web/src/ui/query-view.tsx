// The three faces of data from the server: not here yet, not readable, here.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { LoadFailure, LoadingRows } from "./placeholder.tsx";

interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly loading?: ReactElement;
  readonly children: (data: Data) => ReactNode;
}

/** Shows the data, even old data while a refresh fails: an error replaces it only when there is none. */
export function QueryView<Data>({ query, loading, children }: QueryViewProps<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <LoadFailure error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />;
  }
  return loading ?? <LoadingRows />;
}
