/** The thermal state of a model, its reason, and the cost of its settings. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { HeatStrip, StripScale } from '../../../parts/charts/HeatStrip';
import { DataTable } from '../../../parts/table/DataTable';
import { textOf } from '../../../parts/difference/difference';
import { Notice } from '../../../parts/difference/Notice';
import { Empty } from '../../../parts/page/Empty';
import { Facts } from '../../../parts/page/Page';
import { ago, duration, plural, usd, utc } from '../../../parts/quantities';
import { Heat } from '../../../parts/state/State';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useMay } from '../../../shell/session';
import { useFormState } from '../form/useForm';
import classes from '../form/Form.module.css';
import { FreeSlots } from './FreeSlots';
import { PinDialog, type Desired } from '../../../parts/dialog/PinDialog';
import { keepingCosts, warmUpBasis } from '../prices/price';
import { touched, useAct } from '../../../parts/dialog/useAct';
import { heatQuery, modelThermalQuery } from '../queries';
import type { ModelThermal } from '../shape';
import type { ModelDetail } from '../shape';

export function HeatCards({ model }: { model: ModelDetail }) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    modelThermalQuery(model.id),
  );
  const now = data?.pages[0];
  if (!model.managed)
    return (
      <Card title="Now">
        <External />
        {now && <KeptSlots model={model} slots={now.slots} />}
      </Card>
    );
  return (
    <>
      <Card title="Now">
        {error ? (
          <ErrorNotice error={error} retry={() => void refetch()} />
        ) : now ? (
          <Now model={model} now={now} />
        ) : null}
      </Card>
      <DayStrip modelId={model.id} name={model.displayName} />
      <Card title="What its heat did" flush>
        <DataTable
          label="Changes of heat"
          rows={data?.pages.flatMap(({ history }) => history.items)}
          keyOf={({ at }) => at}
          error={error}
          retry={() => void refetch()}
          empty={<Empty>It has not been warmed up yet. Each change and its reason will appear here.</Empty>}
          columns={[
            {
              head: 'When',
              cell: ({ at }) => (
                <time dateTime={at} title={utc(at)}>
                  {ago(at)}
                </time>
              ),
            },
            { head: 'From', cell: ({ from }) => <Heat of={from} /> },
            { head: 'To', cell: ({ to }) => <Heat of={to} /> },
            { head: 'Why', cell: ({ reason }) => reason },
            { head: 'Instances', number: true, cell: ({ instances }) => instances },
            {
              head: 'Cost',
              number: true,
              wide: true,
              cell: ({ usdPerHour }) => `${usd(usdPerHour)}/h`,
            },
          ]}
          more={hasNextPage ? { fetch: () => void fetchNextPage(), busy: isFetchingNextPage } : null}
        />
      </Card>
    </>
  );
}

function Now({ model, now }: { model: ModelDetail; now: ModelThermal }) {
  const may = useMay();
  const [pinning, setPinning] = useState<Desired | null>(null);
  const release = useAct(
    () =>
      take(
        api.POST('/v1/models/{modelId}/thermal', {
          params: { path: { modelId: model.id } },
          body: { desired: 'auto' },
        }),
      ),
    {
      done: `${model.displayName} follows demand again`,
      keys: touched(model.id),
      loud: true,
    },
  );
  const { pin, brakes, warmup, nextNeed, slots } = now;
  return (
    <div className={classes.dialog}>
      <Facts
        facts={[
          [
            'State',
            <Heat key="heat" of={now.state}>
              {now.since && `, since ${ago(now.since)}`}
            </Heat>,
          ],
          ['Instances', `${now.serving} serving, ${now.wanted} wanted`],
          ['Bills now', `${usd(now.usdPerHour)}/h for ${plural(now.billed, 'instance')}`],
          ['Slots', `${slots.taken} of ${slots.all} taken`],
          ['Waiting', plural(now.waiting, 'task')],
          [
            'Warm-up',
            `${duration(warmup.seconds * 1000)}, ${warmup.measured >= 3 ? `learned from ${warmup.measured}` : warmUpBasis(warmup.seconds, model.thermal.warmupTimeSeconds)}`,
          ],
        ]}
      />
      {now.why && <p className="quiet">{now.why}</p>}
      {nextNeed && (
        <p className="quiet">
          Needed next by {nextNeed.taskId} {ago(nextNeed.at)}, give or take{' '}
          {duration(nextNeed.uncertaintySeconds * 1000)}.
        </p>
      )}
      {now.failure && (
        <Notice failed title="It failed to warm">
          {now.failure}
          {now.retryAt && ` Tried again ${ago(now.retryAt)}.`}
        </Notice>
      )}
      <KeptSlots model={model} slots={slots} />
      {(brakes.scaleIn || brakes.scaleOut) && (
        <Notice title="A brake is on">
          {brakes.scaleOut && 'No instance is added until it is released. '}
          {brakes.scaleIn && 'No instance is taken away until it is released. '}
          <Link to="/thermal" className="plain">
            Thermal
          </Link>
        </Notice>
      )}
      <p>
        {pin.desired === 'auto'
          ? 'It is warmed up and turned off by demand.'
          : `Kept ${pin.desired}${pin.until ? ` until ${utc(pin.until)}` : ' until somebody releases it'}: ${pin.reason ?? 'no reason given'}.`}
      </p>
      {may.operate && (
        <div className={classes.tags}>
          <Button onClick={() => setPinning('on')}>Warm, keep on…</Button>
          <Button onClick={() => setPinning('off')}>Cool, keep off…</Button>
          {pin.desired !== 'auto' && (
            <Button onClick={() => release.mutate(undefined)} loading={release.isPending}>
              Leave to what is needed
            </Button>
          )}
        </div>
      )}
      {pinning && <PinDialog models={[model]} desired={pinning} close={() => setPinning(null)} />}
    </div>
  );
}

/** Slots held for requests that the endpoint may still work on, for every kind of provider. */
function KeptSlots({ model, slots }: { model: ModelDetail; slots: ModelThermal['slots'] }) {
  const may = useMay();
  const [freeing, setFreeing] = useState(false);
  if (!slots.doubtUntil) return null;
  return (
    <Notice title={`${plural(slots.doubted, 'slot')} held for abandoned requests`}>
      The endpoint may still work on them. The first is released automatically{' '}
      <time dateTime={slots.doubtUntil}>{ago(slots.doubtUntil)}</time>.
      {may.operate && (
        <>
          {' '}
          <Button size="compact-sm" onClick={() => setFreeing(true)}>
            Free them…
          </Button>
        </>
      )}
      {freeing && <FreeSlots model={model} slots={slots.doubted} close={() => setFreeing(false)} />}
    </Notice>
  );
}

function DayStrip({ modelId, name }: { modelId: string; name: string }) {
  const { data, error, refetch } = useQuery(heatQuery());
  const spans = data?.items.find((item) => item.modelId === modelId)?.spans ?? [];
  return (
    <Card title="Last 24 hours">
      {error ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : (
        data && (
          <>
            <HeatStrip
              spans={spans}
              from={data.from}
              to={data.to}
              label={`Heat of ${name} in the last 24 hours`}
            />
            <StripScale from={data.from} to={data.to} />
            <details>
              <summary className="quiet">View as table</summary>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">Heat</th>
                    <th scope="col">From</th>
                    <th scope="col">To</th>
                  </tr>
                </thead>
                <tbody>
                  {spans.map(({ heat, from, to }) => (
                    <tr key={from}>
                      <td>
                        <Heat of={heat} />
                      </td>
                      <td>{utc(from)}</td>
                      <td>{utc(to)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          </>
        )
      )}
    </Card>
  );
}

/** Shown in place of the cost of keeping it on. */
const External = () => (
  <p className={classes.note}>
    Another party keeps it running: it has no instances here, costs nothing without requests, and is never
    turned off. If it has a wake and a stop URL, these settings decide when it is on.
  </p>
);

/** Computed from the draft, so that the user sees the cost of a setting before saving it. */
export function KeepingCosts() {
  const { fields } = useFormState();
  const thermal = fields.thermal ?? {};
  const warmupSeconds = Number(thermal.warmupTimeSeconds ?? 0);
  const costs = keepingCosts(thermal, fields.pricing?.hourlyRate, warmupSeconds);
  if (!costs) return <p className={classes.note}>The cost is computed when all settings are numbers.</p>;
  const lines: [string, string, string][] = [
    [
      `Kept on without requests: ${plural(costs.keptInstances, 'instance')}`,
      usd(costs.keptPerDay),
      'per day',
    ],
    [
      `Idle for ${textOf(thermal.scaleToZeroAfterMinutes)} min before it is turned off`,
      usd(costs.idlePerUse),
      'each time',
    ],
    [`Warming up for ${duration(warmupSeconds * 1000)}, as published`, usd(costs.perWarmUp), 'each time'],
    [
      `All ${plural(Number(thermal.maxInstances), 'instance')} on, the highest cost`,
      usd(costs.mostPerDay),
      'per day',
    ],
  ];
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">What these settings cost</th>
          <th scope="col" className={classes.number}>
            USD
          </th>
          <th scope="col" className={classes.number}>
            When
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([what, cost, when]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td className={classes.number}>{cost}</td>
            <td className={classes.number}>{when}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
