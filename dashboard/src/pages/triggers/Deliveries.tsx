/** The deliveries of a trigger: what each started, or why it was refused. */
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { useLive } from '../../api/live';
import { usePages } from '../../api/pages';
import { Card } from '../../parts/page/Card';
import { Empty } from '../../parts/page/Empty';
import { ago, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { DataTable, type Column } from '../../parts/table/DataTable';

type Delivery = Got<'/v1/triggers/{id}/deliveries'>['items'][number];

export function Deliveries({ id }: { id: string }) {
  useLive('/v1/events', [['triggers', id]], 'execution');
  const { rows, error, retry, more } = usePages(['triggers', id, 'deliveries'], (page) =>
    take(api.GET('/v1/triggers/{id}/deliveries', { params: { path: { id }, query: page } })),
  );
  return (
    <Card title="Deliveries" flush>
      <DataTable
        label="Deliveries"
        rows={rows}
        keyOf={(delivery) => delivery.id}
        error={error}
        retry={retry}
        more={more}
        columns={COLUMNS}
        empty={<Empty>Nothing has been delivered yet. Wrong signatures are counted, and not listed.</Empty>}
      />
    </Card>
  );
}

const STATES = { started: 'succeeded', ignored: 'skipped', refused: 'failed' } as const;
const WORDS = { started: 'Started', ignored: 'Ignored', refused: 'Refused' } as const;

const COLUMNS: readonly Column<Delivery>[] = [
  {
    head: 'Received',
    cell: ({ receivedAt, attempts }) => (
      <>
        <time dateTime={receivedAt} title={utc(receivedAt)}>
          {ago(receivedAt)}
        </time>
        {attempts > 1 && <span className="faint"> {attempts} times</span>}
      </>
    ),
  },
  {
    head: 'Id',
    wide: true,
    cell: ({ deliveryId }) => (
      <code className="faint" title={deliveryId}>
        {deliveryId.slice(0, 20)}
      </code>
    ),
  },
  {
    head: 'What became of it',
    cell: ({ outcome }) => <State of={STATES[outcome]}>{WORDS[outcome]}</State>,
  },
  {
    head: 'Execution',
    cell: ({ executionId }) =>
      executionId ? (
        <Link to="/executions/$id" params={{ id: executionId }} className="plain mono">
          {executionId.slice(0, 8)}
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
        <div style={{ overflowWrap: 'anywhere', maxWidth: '60ch' }}>
          {message} {code && <code className="faint">{code}</code>}
        </div>
      ),
  },
];
