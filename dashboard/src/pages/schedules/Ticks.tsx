/** The history of a schedule: what each tick started, or why it started nothing. */
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { usePages } from '../../api/pages';
import { Card } from '../../parts/page/Card';
import { Empty } from '../../parts/page/Empty';
import { plural, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { inZone, type Schedule, type Timing } from './words';
import classes from './Schedules.module.css';

type Tick = Got<'/v1/schedules/{id}/ticks'>['items'][number];

export function Ticks({ schedule }: { schedule: Schedule }) {
  const { id } = schedule;
  const { rows, error, retry, more } = usePages(['schedules', id, 'ticks'], (page) =>
    take(api.GET('/v1/schedules/{id}/ticks', { params: { path: { id }, query: page } })),
  );
  return (
    <Card title="Ticks" flush>
      <DataTable
        label="Ticks"
        rows={rows}
        keyOf={(tick) => tick.id}
        error={error}
        retry={retry}
        more={more}
        columns={columnsFor(schedule)}
        empty={<Empty>It has not ticked yet.</Empty>}
      />
    </Card>
  );
}

const columnsFor = (timing: Timing): readonly Column<Tick>[] => [
  {
    head: 'Tick',
    cell: ({ at, lastAt, times, manual }) => (
      <>
        <time dateTime={at} title={utc(at)}>
          {inZone(at, timing)}
        </time>
        {lastAt !== null && times > 1 && ` to ${inZone(lastAt, timing)}`}
        {manual && <span className="faint"> by hand</span>}
      </>
    ),
  },
  {
    head: 'What became of it',
    cell: ({ state, times }) => (
      <State of={state}>{times > 1 ? `${plural(times, 'tick')} missed` : undefined}</State>
    ),
  },
  {
    head: 'Execution',
    cell: ({ execution }) =>
      execution ? (
        <Link to="/executions/$id" params={{ id: execution.id }} className="plain">
          <State of={execution.status} plain /> <span className="mono">{execution.id.slice(0, 8)}</span>
        </Link>
      ) : (
        <span className="faint">none</span>
      ),
  },
  {
    head: 'Why',
    cell: ({ code, message }) =>
      message === null ? (
        ''
      ) : (
        <div className={classes.message}>
          {message} {code && <code className="faint">{code}</code>}
        </div>
      ),
  },
];
