/** The history of a model. An earlier version can be restored. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { Card } from '../../parts/page/Card';
import { History } from '../../parts/difference/History';
import { useMay } from '../../shell/session';
import { labelOf } from './form/fields';
import { modelKeys, useAction } from '../../parts/dialog/useAction';
import { historyQuery } from './queries';
import type { ModelDetail } from './shape';

export function ModelHistory({ model }: { model: ModelDetail }) {
  const may = useMay();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    historyQuery(model.id),
  );
  const restore = useAction(
    (version: number) =>
      take(
        api.POST('/v1/models/{modelId}/history/{version}/restore', {
          params: { path: { modelId: model.id, version } },
          body: {},
        }),
      ),
    {
      done: `An earlier version of ${model.displayName} is restored`,
      keys: modelKeys(model.id),
      loud: true,
    },
  );
  return (
    <Card title="History" flush>
      <History
        entries={data?.pages.flatMap(({ items }) => items)}
        present={model.rowVersion}
        error={error}
        retry={() => void refetch()}
        labelOf={labelOf}
        restore={may.edit ? { run: restore.mutate, busy: restore.isPending } : undefined}
        more={hasNextPage ? { fetch: () => void fetchNextPage(), busy: isFetchingNextPage } : null}
      />
    </Card>
  );
}
