/** All workflows, with their recent runs, durations and costs. */
import { Button, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { useLive } from '../../api/live';
import { Card } from '../../parts/page/Card';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { Empty } from '../../parts/page/Empty';
import { Page } from '../../parts/page/Page';
import { duration, usd } from '../../parts/quantities';
import { compact } from '../../parts/address';
import { SavedViews } from '../../shell/views/SavedViews';
import { State } from '../../parts/state/State';
import { useMay } from '../../shell/session';
import { Sketch } from './Sketch';
import classes from './workflows.module.css';

const here = getRouteApi('/workflows');
const LIVE = [['workflows']] as const;

const page = (
  { includeDisabled, ...filters }: { category?: string; q?: string; includeDisabled?: true },
  cursor?: string,
) =>
  take(
    api.GET('/v1/workflows', {
      params: {
        query: {
          ...filters,
          ...(includeDisabled && { includeDisabled: 'true' }),
          limit: 50,
          ...(cursor !== undefined && { cursor }),
        },
      },
    }),
  );
type Row = Awaited<ReturnType<typeof page>>['items'][number];

const COLUMNS: readonly Column<Row>[] = [
  {
    head: 'Workflow',
    cell: ({ id, name, enabled, unavailable }) => (
      <div className={classes.named}>
        <span className={classes.name}>
          <Link to="/workflows/$id" params={{ id }} className="plain">
            {name}
          </Link>{' '}
          {!enabled && <State of="disabled" />}
          {unavailable.length > 0 && (
            <State of="unknown">{`Cannot run: ${unavailable.join(', ')} is not available`}</State>
          )}
        </span>
        <span className="faint mono">{id}</span>
      </div>
    ),
  },
  { head: 'Tasks', wide: true, cell: ({ tasks }) => <Sketch tasks={tasks} /> },
  { head: 'Category', wide: true, cell: ({ category }) => category.replaceAll('_', ' ') },
  {
    head: 'Executions, 30 d',
    wide: true,
    number: true,
    cell: ({ executions30d }) => executions30d.toLocaleString('en-US'),
  },
  {
    head: 'Median time',
    number: true,
    wide: true,
    cell: ({ medianSeconds }) => duration(medianSeconds === null ? null : medianSeconds * 1000),
  },
  { head: 'Median cost', number: true, wide: true, cell: ({ medianUsd }) => usd(medianUsd) },
  {
    head: 'Succeeded',
    number: true,
    wide: true,
    cell: ({ successRate }) => (successRate === null ? '–' : `${Math.round(successRate * 1000) / 10} %`),
  },
];

const run: Column<Row> = {
  head: '',
  number: true,
  cell: ({ id, name, enabled, unavailable }) =>
    enabled &&
    unavailable.length === 0 && (
      <Button
        renderRoot={(props) => <Link {...props} to="/workflows/$id/run" params={{ id }} />}
        aria-label={`Run ${name}`}
      >
        Run
      </Button>
    ),
};

export default function Workflows() {
  const search = here.useSearch();
  const may = useMay();
  const navigate = useNavigate();
  useLive('/v1/events', LIVE);
  const list = useInfiniteQuery({
    queryKey: ['workflows', search],
    queryFn: ({ pageParam }) => page(search, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const everything = useQuery({
    queryKey: ['workflows', 'categories'],
    queryFn: () => page({}),
    staleTime: 60_000,
  });
  const categories = [
    ...new Set([
      ...(everything.data?.items.map(({ category }) => category) ?? []),
      ...(search.category ? [search.category] : []),
    ]),
  ].sort();
  const filter = (change: {
    category?: string | undefined;
    q?: string | undefined;
    includeDisabled?: true | undefined;
  }) => void navigate({ to: '/workflows', search: (now) => compact({ ...now, ...change }), replace: true });
  const [q, setQ] = useState(search.q ?? '');
  const ask = useDebouncedCallback((text: string) => filter({ q: text || undefined }), 250);
  const isFiltered = Object.keys(search).length > 0;
  const define = (
    <Button
      variant="filled"
      leftSection={<IconPlus size={15} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/workflows/new" />}
    >
      New workflow
    </Button>
  );
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <SavedViews />
          {may.edit && define}
        </>
      }
    >
      <Card flush>
        <div className={classes.filters} role="search">
          <TextInput
            size="xs"
            className={classes.search}
            aria-label="Search workflows"
            placeholder="Name, id or description"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={q}
            onChange={({ currentTarget: { value } }) => {
              setQ(value);
              ask(value);
            }}
          />
          <Select
            size="xs"
            aria-label="Category"
            placeholder="Any category"
            data={categories.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
            value={search.category ?? null}
            clearable
            onChange={(category) => filter({ category: category ?? undefined })}
          />
          {may.edit && (
            <Switch
              size="xs"
              label="Include disabled"
              checked={search.includeDisabled === true}
              onChange={({ currentTarget: { checked } }) => filter({ includeDisabled: checked || undefined })}
            />
          )}
        </div>
        <DataTable
          label="Workflows"
          rows={list.data?.pages.flatMap(({ items }) => items)}
          columns={may.run ? [...COLUMNS, run] : COLUMNS}
          keyOf={({ id }) => id}
          error={list.error}
          retry={() => void list.refetch()}
          onOpen={({ id }) => void navigate({ to: '/workflows/$id', params: { id } })}
          more={
            list.hasNextPage
              ? { fetch: () => void list.fetchNextPage(), busy: list.isFetchingNextPage }
              : null
          }
          empty={
            isFiltered ? (
              <Empty
                action={
                  <Button
                    onClick={() => {
                      setQ('');
                      void navigate({ to: '/workflows', search: {}, replace: true });
                    }}
                  >
                    Clear the filters
                  </Button>
                }
              >
                No workflow matches these filters.
              </Empty>
            ) : may.edit ? (
              <Empty action={define}>
                No workflow yet. A workflow defines tasks, their order and their parameters.
              </Empty>
            ) : (
              <Empty>No workflow yet. An administrator defines them.</Empty>
            )
          }
        />
      </Card>
    </Page>
  );
}
