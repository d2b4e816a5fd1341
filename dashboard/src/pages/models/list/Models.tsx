/** All models: thermal state, licences and usage. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../../api/live';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { plural } from '../../../parts/quantities';
import { SavedViews } from '../../../shell/views/SavedViews';
import { useMay } from '../../../shell/session';
import { BulkDisable } from './BulkDisable';
import { modelColumns } from './modelColumns';
import { ModelFilters } from './ModelFilters';
import { PinDialog } from '../../../parts/dialog/PinDialog';
import { heatNowQuery, modelsQuery, usageQuery } from '../queries';
import type { Model } from '../shape';

const route = getRouteApi('/models');

export default function Models() {
  const may = useMay();
  const navigate = useNavigate({ from: '/models' });
  const search = route.useSearch();
  const list = useInfiniteQuery(modelsQuery({ ...search }));
  const { data: everything } = useInfiniteQuery(modelsQuery(may.edit ? { includeDisabled: true } : {}));
  const { data: heat } = useQuery({ ...heatNowQuery(), enabled: may.audit });
  const { data: usage } = useQuery({ ...usageQuery(), enabled: may.audit || may.manageTenant });
  useLive('/v1/events', [['models'], ['thermal']]);
  const [asking, setAsking] = useState<{
    what: 'warm' | 'disable';
    models: readonly Model[];
    clear: () => void;
  } | null>(null);
  const categories = [
    ...new Set(everything?.pages.flatMap(({ items }) => items.map(({ category }) => category))),
  ].sort();
  const isFiltered = Object.keys(search).length > 0;
  const isNew = may.edit && (
    <Button variant="filled" onClick={() => void navigate({ to: '/models/new', search: {} })}>
      New model
    </Button>
  );
  return (
    <Page
      title="Models"
      actions={
        <>
          <SavedViews />
          {isNew}
        </>
      }
    >
      <Card title="Catalogue" flush>
        <ModelFilters categories={categories} />
        <DataTable
          label="Models"
          rows={list.data?.pages.flatMap(({ items }) => items)}
          columns={modelColumns({ heat: heat?.models, usage: usage?.items })}
          keyOf={({ id }) => id}
          error={list.error}
          retry={() => void list.refetch()}
          onOpen={({ id }) => void navigate({ to: '/models/$id', params: { id }, search: {} })}
          empty={
            isFiltered ? (
              <Empty
                action={<Button onClick={() => void navigate({ search: {} })}>Clear the filters</Button>}
              >
                No model matches these filters.
              </Empty>
            ) : (
              <Empty action={isNew || undefined}>
                Models that workflows may use will appear here.
                {may.edit ? ' Register the first model.' : ' An administrator has to register the first one.'}
              </Empty>
            )
          }
          more={
            list.hasNextPage
              ? { fetch: () => void list.fetchNextPage(), busy: list.isFetchingNextPage }
              : null
          }
          {...(may.operate && {
            bulk: (chosen: readonly Model[], clear: () => void) => {
              const on = chosen.filter(({ enabled }) => enabled);
              return (
                <>
                  <span>{plural(chosen.length, 'model')} selected</span>
                  <Button
                    disabled={on.length === 0}
                    onClick={() => setAsking({ what: 'warm', models: on, clear })}
                  >
                    Warm {plural(on.length, 'model')}
                  </Button>
                  {may.edit && (
                    <Button
                      color="red"
                      disabled={on.length === 0}
                      onClick={() => setAsking({ what: 'disable', models: on, clear })}
                    >
                      Disable {plural(on.length, 'model')}
                    </Button>
                  )}
                  <Button variant="subtle" onClick={clear}>
                    Clear
                  </Button>
                </>
              );
            },
          })}
        />
      </Card>
      {asking?.what === 'warm' && (
        <PinDialog models={asking.models} desired="on" close={() => setAsking(null)} done={asking.clear} />
      )}
      {asking?.what === 'disable' && (
        <BulkDisable models={asking.models} close={() => setAsking(null)} done={asking.clear} />
      )}
    </Page>
  );
}
