/** Keyset pages, one after the other, in the shape that `DataTable` takes. */
import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';

export interface Slice<Row> {
  items: Row[];
  nextCursor: string | null;
}

/** @param ask called without a cursor for the first page */
export function usePages<Row>(
  key: QueryKey,
  ask: (page: { cursor?: string }) => Promise<Slice<Row>>,
  enabled = true,
) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...key, 'pages'],
    queryFn: ({ pageParam }) => ask(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
  });
  return {
    rows: data?.pages.flatMap(({ items }) => items),
    error,
    retry: () => void refetch(),
    more: hasNextPage ? { fetch: () => void fetchNextPage(), busy: isFetchingNextPage } : null,
  };
}
