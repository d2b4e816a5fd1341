/** One row for each model: its last 24 hours, its state and reason, and its next need. */
import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { HeatStrip, StripScale } from '../../../parts/charts/HeatStrip';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { ago, clock, duration, usd, utc } from '../../../parts/quantities';
import { Warmth } from '../../../parts/state/State';
import { useMay } from '../../../shell/session';
import { PinDialog } from '../../../parts/dialog/PinDialog';
import { Spans } from './Spans';
import classes from '../Operations.module.css';

type Model = Got<'/v1/thermal'>['models'][number];
type Detail = Got<'/v1/models/{modelId}/thermal'>;

const DAY_MS = 86_400_000;

export function HeatTable({ models }: { models: readonly Model[] | undefined }) {
  const may = useMay();
  const [pinned, setPinned] = useState<Model | null>(null);
  const [isTable, setTable] = useState(false);
  const strips = useQuery({
    queryKey: ['thermal', 'strips'],
    queryFn: async () => {
      const to = new Date();
      const from = new Date(to.getTime() - DAY_MS);
      const period = { from: from.toISOString(), to: to.toISOString() };
      return { ...period, ...(await take(api.GET('/v1/metrics/thermal', { params: { query: period } }))) };
    },
  });
  // Only for models that are on or wanted: an idle cold model has no next need.
  const lively = (models ?? []).filter(
    ({ state, wanted, managed }) => managed && (state !== 'OFF' || wanted > 0),
  );
  const details = useQueries({
    queries: lively.map(({ modelId }) => ({
      queryKey: ['thermal', 'model', modelId],
      queryFn: () =>
        take(api.GET('/v1/models/{modelId}/thermal', { params: { path: { modelId }, query: { limit: 1 } } })),
    })),
  });
  const detailOf = new Map(details.flatMap(({ data }) => (data ? [[data.modelId, data] as const] : [])));
  const stripOf = new Map(strips.data?.items.map((strip) => [strip.modelId, strip]));
  const rows = models && [...models].sort(mostExpensiveFirst);
  const last = rows?.at(-1)?.modelId;
  return (
    <Card
      title="Models"
      aside="the last 24 hours, UTC"
      flush
      actions={
        strips.data && (
          <Button onClick={() => setTable(!isTable)}>{isTable ? 'View as strips' : 'View as table'}</Button>
        )
      }
    >
      {isTable && strips.data ? (
        <Spans strips={strips.data.items} />
      ) : (
        <DataTable
          label="Heat by model"
          rows={rows}
          keyOf={({ modelId }) => modelId}
          columns={
            [
              {
                head: 'Model',
                cell: ({ modelId, why }) => (
                  <>
                    <Link
                      to="/models/$id"
                      params={{ id: modelId }}
                      search={{ tab: 'thermal' }}
                      className="plain"
                    >
                      <b style={{ fontWeight: 550 }}>{stripOf.get(modelId)?.displayName ?? modelId}</b>
                    </Link>
                    <span className={classes.why} style={{ display: 'block', fontSize: 12.5 }}>
                      {why}
                    </span>
                  </>
                ),
              },
              {
                head: 'Heat',
                cell: (model) => <HeatCell model={model} />,
              },
              {
                head: '24 hours',
                cell: ({ modelId }) => (
                  <div className={classes.strip}>
                    {strips.data && (
                      <>
                        <HeatStrip
                          label={`${modelId}, the last 24 hours`}
                          spans={stripOf.get(modelId)?.spans ?? []}
                          from={strips.data.from}
                          to={strips.data.to}
                        />
                        {modelId === last && <StripScale from={strips.data.from} to={strips.data.to} />}
                      </>
                    )}
                  </div>
                ),
                wide: true,
              },
              {
                head: 'Now / wanted',
                cell: ({ serving, wanted, managed }) => (managed ? `${serving} / ${wanted}` : '–'),
                number: true,
              },
              {
                head: 'Warm-up',
                cell: ({ modelId }) => <Warmup detail={detailOf.get(modelId)} />,
                number: true,
                wide: true,
              },
              {
                head: 'Next need',
                cell: ({ modelId }) => <Need detail={detailOf.get(modelId)} />,
                wide: true,
              },
              {
                head: 'Per hour now',
                cell: ({ usdPerHour, managed }) => (managed ? usd(usdPerHour) : '–'),
                number: true,
              },
              ...(may.operate
                ? [
                    {
                      head: 'Pin',
                      cell: (model: Model) =>
                        model.managed && (
                          <>
                            <Button
                              onClick={() => setPinned(model)}
                              aria-label={`${PINS[model.pin.desired]}: pin ${model.modelId}`}
                            >
                              {PINS[model.pin.desired]}
                            </Button>
                            <PinNote pin={model.pin} />
                          </>
                        ),
                    },
                  ]
                : []),
            ] satisfies Column<Model>[]
          }
          empty={
            <Empty
              action={
                may.edit && (
                  <Link to="/models/new" className="plain">
                    Register the first model
                  </Link>
                )
              }
            >
              There is no model yet.
            </Empty>
          }
        />
      )}
      {pinned && (
        <PinDialog
          models={[
            { id: pinned.modelId, displayName: stripOf.get(pinned.modelId)?.displayName ?? pinned.modelId },
          ]}
          desired={pinned.pin.desired}
          reason={pinned.pin.reason ?? ''}
          usdPerHour={pinned.usdPerHour}
          close={() => setPinned(null)}
        />
      )}
    </Card>
  );
}

const PINS: Record<Model['pin']['desired'], string> = { auto: 'Auto', on: 'Pinned on', off: 'Pinned off' };

const mostExpensiveFirst = (a: Model, b: Model): number =>
  Number(b.usdPerHour) - Number(a.usdPerHour) || a.modelId.localeCompare(b.modelId);

const HeatCell = ({ model: { state, since, idleSince, failure, retryAt, managed } }: { model: Model }) => {
  const from = managed ? (idleSince ?? since) : null;
  return (
    <>
      <Warmth of={state} managed={managed} />
      {from && (
        <span className={classes.sub} title={utc(from)}>
          {`${idleSince ? 'idle since' : 'since'} ${clock(from).slice(0, 5)}, ${ago(from)}`}
        </span>
      )}
      {failure && (
        <span className={classes.failure}>{`${failure}${retryAt ? ` Next try ${ago(retryAt)}.` : ''}`}</span>
      )}
    </>
  );
};

const PinNote = ({ pin: { desired, until, reason } }: { pin: Model['pin'] }) =>
  desired !== 'auto' && (
    <span className={classes.sub} title={reason ?? undefined}>
      {until ? `until ${clock(until).slice(0, 5)}` : 'until changed'}
    </span>
  );

const Warmup = ({ detail }: { detail: Detail | undefined }) =>
  detail ? (
    <>
      {duration(detail.warmup.seconds * 1_000)}
      <span className={classes.sub}>
        {detail.warmup.measured >= 3 ? `learned from ${detail.warmup.measured}` : 'as published'}
      </span>
    </>
  ) : (
    '–'
  );

const Need = ({ detail }: { detail: Detail | undefined }) =>
  detail?.nextNeed ? (
    <>
      <Link
        to="/executions/$id"
        params={{ id: detail.nextNeed.executionId }}
        search={{ task: detail.nextNeed.taskId }}
        className="plain"
      >
        {ago(detail.nextNeed.at)}
      </Link>
      <span
        className={classes.sub}
      >{`± ${duration(detail.nextNeed.uncertaintySeconds * 1_000)}, ${detail.nextNeed.taskId}`}</span>
    </>
  ) : (
    '–'
  );
