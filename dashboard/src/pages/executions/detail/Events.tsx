/** The events of the execution and its tasks in order, as the event stream sends them. */
import { useEffect, useState } from 'react';
import type { components } from '../../../api/contract';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { clock, plural, utc } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import type { Execution } from './view';

type Move = components['schemas']['ExecutionEvent'];

export function Events({ execution }: { execution: Execution }) {
  const moves = useMoves(execution.id);
  const names = new Map(execution.tasks.map(({ taskId, name }) => [taskId, name]));
  return (
    <Card title="Events" aside={moves && plural(moves.length, 'move')} flush>
      <DataTable
        label="Events"
        rows={moves}
        keyOf={({ id }) => String(id)}
        empty={<Empty>Nothing has happened yet.</Empty>}
        columns={[
          {
            head: 'When',
            cell: ({ at }) => (
              <time dateTime={at} title={utc(at)}>
                {clock(at)}
              </time>
            ),
          },
          {
            head: 'What',
            cell: ({ taskId, mapIndex }) =>
              taskId === null
                ? 'Execution'
                : `${names.get(taskId) ?? taskId}${mapIndex === null ? '' : `, item ${mapIndex}`}`,
          },
          { head: 'From', wide: true, cell: ({ from }) => from?.replaceAll('_', ' ') ?? '–' },
          { head: 'To', cell: ({ to }) => <State of={to} plain /> },
          { head: 'By', wide: true, cell: ({ by }) => by ?? '–' },
          { head: 'Attempt', number: true, wide: true, cell: ({ attempt }) => attempt ?? '–' },
          { head: 'Error', cell: ({ errorCode }) => errorCode && <code>{errorCode}</code> },
        ]}
      />
    </Card>
  );
}

/** Collects events and renders them together, so that a thousand events are not a thousand renders. */
function useMoves(id: string): readonly Move[] | undefined {
  const [moves, setMoves] = useState<readonly Move[]>();
  useEffect(() => {
    const source = new EventSource(`/v1/executions/${id}/events`);
    const all = new Map<number, Move>();
    let frame = 0;
    const note = ({ data }: MessageEvent<string>) => {
      const move = JSON.parse(data) as Move;
      all.set(move.id, move);
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setMoves([...all.values()].sort((one, other) => one.id - other.id));
      });
    };
    source.addEventListener('task', note);
    source.addEventListener('execution', note);
    return () => {
      cancelAnimationFrame(frame);
      source.close();
    };
  }, [id]);
  return moves;
}
