/** The licence board: status, obligations and last review of every licence. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../../api/live';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { ago, plural } from '../../../parts/quantities';
import { compact } from '../../../parts/address';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useMay } from '../../../shell/session';
import { csvOf, download } from '../../../parts/table/csv';
import { SelectFilter, SearchFilter } from '../list/Filters';
import classes from '../list/List.module.css';
import { licenceColumns, obligationsOf } from './licenceColumns';
import { ReviewDialog } from './ReviewDialog';
import { boardQuery, summaryQuery, wholeBoard } from '../queries';
import type { BoardLicence } from '../shape';

const route = getRouteApi('/licences');

const STANDINGS = [
  ['compliant', 'Compliant'],
  ['unreviewed', 'Unreviewed'],
  ['review_needed', 'Review needed'],
  ['non_compliant', 'Non-compliant'],
  ['expired', 'Expired'],
  ['expiring', 'Expiring in 30 days'],
] as const;

const exported = (rows: readonly BoardLicence[]): string =>
  csvOf([
    [
      'Model',
      'Model id',
      'Component',
      'Licence',
      'Compliance',
      'Obligations',
      'Attribution',
      'Address',
      'Expires',
      'Reviewed',
      'Reviewed by',
      'Note',
    ],
    ...rows.map((row) => [
      row.modelName,
      row.modelId,
      row.type,
      row.spdx,
      row.standing,
      obligationsOf(row).join('; '),
      row.attributionText,
      row.url,
      row.expiresAt,
      row.lastComplianceReview,
      row.reviewedBy,
      row.complianceNotes,
    ]),
  ]);

export default function Licences() {
  const may = useMay();
  const navigate = useNavigate({ from: '/licences' });
  const search = route.useSearch();
  const set = (part: { [K in keyof typeof search]?: string | undefined }) =>
    void navigate({ search: compact({ ...search, ...part }), replace: true });
  const board = useInfiniteQuery(boardQuery({ ...search }));
  useLive('/v1/events', [['licenses']]);
  const [reviewing, setReviewing] = useState<BoardLicence | null>(null);
  const csv = useMutation({
    mutationFn: () => wholeBoard({ ...search }),
    onSuccess: (rows) => download('licences.csv', exported(rows)),
  });
  const rows = board.data?.pages.flatMap(({ items }) => items);
  const reviewed = rows
    ?.flatMap(({ lastComplianceReview }) => lastComplianceReview ?? [])
    .sort()
    .at(-1);
  const isFiltered = Object.keys(search).length > 0;
  const isFine =
    rows !== undefined &&
    rows.length > 0 &&
    !isFiltered &&
    !board.hasNextPage &&
    rows.every(({ standing }) => standing === 'compliant');
  return (
    <Page
      title="Licences"
      actions={
        <>
          <Button component="a" href="/v1/licenses/notice" download="NOTICE.txt">
            NOTICE of the catalogue
          </Button>
          <Button onClick={() => csv.mutate()} loading={csv.isPending} disabled={!rows?.length}>
            Export CSV
          </Button>
        </>
      }
    >
      <Counts compliance={search.compliance} />
      {csv.error && <ErrorNotice error={csv.error} />}
      <Card
        title="By model and component"
        aside={rows && !board.hasNextPage ? plural(rows.length, 'licence') : undefined}
        flush
      >
        {isFine && (
          <p className={classes.fine} role="status">
            Every model is compliant{reviewed ? `; last reviewed ${ago(reviewed)}` : ''}.
          </p>
        )}
        <div className={classes.filters} role="search" aria-label="Filter the licences">
          <SearchFilter
            label="Search"
            placeholder="Model or component"
            value={search.q}
            set={(q) => set({ q })}
          />
          <SelectFilter
            label="Compliance"
            value={search.compliance}
            set={(compliance) => set({ compliance })}
            options={STANDINGS}
          />
          <SearchFilter
            label="SPDX id"
            placeholder="Apache-2.0"
            value={search.spdx}
            set={(spdx) => set({ spdx })}
          />
        </div>
        <DataTable
          label="Licences by model and component"
          rows={rows}
          keyOf={({ id }) => id}
          error={board.error}
          retry={() => void board.refetch()}
          empty={
            isFiltered ? (
              <Empty
                action={<Button onClick={() => void navigate({ search: {} })}>Clear the filters</Button>}
              >
                No licence matches these filters.
              </Empty>
            ) : (
              <Empty
                action={
                  may.edit ? (
                    <Link to="/models" search={{}} className="plain">
                      Choose a model to add its licences
                    </Link>
                  ) : undefined
                }
              >
                No licence is recorded yet. A model without one may not be used.
              </Empty>
            )
          }
          columns={[
            {
              head: 'Model',
              cell: ({ modelId, modelName }) => (
                <Link
                  to="/models/$id"
                  params={{ id: modelId }}
                  search={{ tab: 'licences' }}
                  className="plain"
                >
                  <b>{modelName}</b>
                </Link>
              ),
            },
            ...licenceColumns,
            ...(may.edit
              ? [
                  {
                    head: 'Actions',
                    cell: (row: BoardLicence) => (
                      <Button
                        onClick={() => setReviewing(row)}
                        aria-label={`Review ${row.spdx} of ${row.modelName}`}
                      >
                        Review
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
          more={
            board.hasNextPage
              ? { fetch: () => void board.fetchNextPage(), busy: board.isFetchingNextPage }
              : null
          }
        />
      </Card>
      {reviewing && (
        <ReviewDialog
          modelId={reviewing.modelId}
          modelName={reviewing.modelName}
          licence={reviewing}
          close={() => setReviewing(null)}
        />
      )}
    </Page>
  );
}

function Counts({ compliance }: { compliance: string | undefined }) {
  const { data, error, refetch } = useQuery(summaryQuery());
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const one = (count: number | undefined, label: string, standing: string) => (
    <Link
      to="/licences"
      search={compliance === standing ? {} : { compliance: standing }}
      className={classes.count}
      data-active={compliance === standing || undefined}
      aria-current={compliance === standing || undefined}
    >
      <b>{count ?? '–'}</b>
      <span>{label}</span>
    </Link>
  );
  return (
    <div className={classes.counts} role="group" aria-label="Models by compliance of their licences">
      <div className={classes.count}>
        <b>{data?.commercialOk ?? '–'}</b>
        <span>commercial use allowed{data && `, of ${plural(data.totalModels, 'model')}`}</span>
      </div>
      {one(data?.reviewNeeded, 'review needed', 'review_needed')}
      {one(data?.nonCompliant, 'non-compliant', 'non_compliant')}
      {one(data?.expired, 'expired', 'expired')}
      {one(data?.expiringIn30Days, 'expiring in 30 days', 'expiring')}
    </div>
  );
}
