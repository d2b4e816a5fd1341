/** The history of a workflow. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { History } from '../../../parts/difference/History';

export function HistoryTab({ id }: { id: string }) {
  const list = useInfiniteQuery({
    queryKey: ['workflow', id, 'history'],
    queryFn: ({ pageParam: cursor }) =>
      take(
        api.GET('/v1/workflows/{workflowId}/history', {
          params: { path: { workflowId: id }, query: cursor === undefined ? {} : { cursor } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  return (
    <Card flush label="History">
      <History
        entries={list.data?.pages.flatMap(({ items }) => items)}
        error={list.error}
        retry={() => void list.refetch()}
        more={
          list.hasNextPage ? { fetch: () => void list.fetchNextPage(), busy: list.isFetchingNextPage } : null
        }
      />
    </Card>
  );
}
