/** Earlier versions, compared with the present one. Each can be restored. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Difference } from '../../../parts/difference/Difference';
import { Empty } from '../../../parts/page/Empty';
import { ago, utc } from '../../../parts/quantities';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useMay } from '../../../shell/session';
import { changesOf } from './changes';
import { versionQuery } from '../queries';
import { RestoreVersion } from './RestoreVersion';
import { definitionOf, type Workflow } from '../shapes';
import classes from '../workflows.module.css';

const here = getRouteApi('/workflows/$id');

export function VersionsTab({ workflow }: { workflow: Workflow }) {
  const { id } = workflow;
  const { version: chosen } = here.useSearch();
  const may = useMay();
  const list = useInfiniteQuery({
    queryKey: ['workflow', id, 'versions'],
    queryFn: ({ pageParam: cursor }) =>
      take(
        api.GET('/v1/workflows/{workflowId}/versions', {
          params: { path: { workflowId: id }, query: cursor === undefined ? {} : { cursor } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const other = useQuery({ ...versionQuery(id, chosen ?? ''), enabled: chosen !== undefined });
  const changes = other.data && changesOf(definitionOf(other.data), definitionOf(workflow));
  return (
    <div className={classes.stack}>
      <Card flush>
        <DataTable
          label="Versions"
          rows={list.data?.pages.flatMap(({ items }) => items)}
          keyOf={({ version }) => version}
          error={list.error}
          retry={() => void list.refetch()}
          more={
            list.hasNextPage
              ? { fetch: () => void list.fetchNextPage(), busy: list.isFetchingNextPage }
              : null
          }
          empty={<Empty>No version is published yet. Save the workflow to publish one.</Empty>}
          columns={[
            {
              head: 'Version',
              cell: ({ version }) => (
                <>
                  <span className={classes.name}>{version}</span>{' '}
                  {version === workflow.version && <span className="faint">current</span>}
                </>
              ),
            },
            {
              head: 'Published',
              cell: ({ at }) => (
                <time dateTime={at} title={utc(at)}>
                  {ago(at)}
                </time>
              ),
            },
            { head: 'By', wide: true, cell: ({ by }) => by ?? 'Radiant' },
            {
              head: 'Fingerprint',
              wide: true,
              cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}</code>,
            },
            {
              head: '',
              number: true,
              cell: ({ version }) =>
                version !== workflow.version && (
                  <Button
                    variant={version === chosen ? 'light' : 'default'}
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/workflows/$id"
                        params={{ id }}
                        search={{ tab: 'versions', version }}
                        replace
                        resetScroll={false}
                      />
                    )}
                  >
                    {may.edit ? 'Compare or restore' : 'Compare'}
                  </Button>
                ),
            },
          ]}
        />
      </Card>
      {chosen !== undefined && (
        <Card
          title={`From ${chosen} to ${workflow.version}`}
          actions={
            may.edit && (
              <>
                <Button
                  renderRoot={(props) => (
                    <Link {...props} to="/workflows/$id/edit" params={{ id }} search={{ from: chosen }} />
                  )}
                >
                  Edit from {chosen}
                </Button>
                {other.data && changes && changes.length > 0 && (
                  <RestoreVersion present={workflow} earlier={other.data} />
                )}
              </>
            )
          }
        >
          {other.error && <ErrorNotice error={other.error} retry={() => void other.refetch()} />}
          {changes?.length === 0 && <Empty>These versions are equal.</Empty>}
          {changes && <Difference changes={changes} />}
        </Card>
      )}
    </div>
  );
}
