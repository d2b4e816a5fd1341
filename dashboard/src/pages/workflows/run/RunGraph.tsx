/** The graph of the execution, with the expected cost and time of each task. */
import { useMemo, useState } from 'react';
import { Card } from '../../../parts/page/Card';
import { Dag } from '../../../parts/dag/Dag';
import { duration, plural, usd } from '../../../parts/quantities';
import type { Quote } from './quote';
import { drawn, type Workflow } from '../shapes';
import classes from '../workflows.module.css';

export function RunGraph({
  workflow,
  quote,
  isOne,
}: {
  workflow: Workflow;
  quote: Quote | undefined;
  /** The quote is for one of several sequences. */
  isOne: boolean;
}) {
  const [selected, setSelected] = useState<string | null>(null);
  const tasks = useMemo(() => drawn(workflow.tasks), [workflow.tasks]);
  const parts = new Map(quote?.parts.map((part) => [part.taskId, part]));
  const task = workflow.tasks.find(({ taskId }) => taskId === selected);
  const noteOf = (id: string): string | undefined => {
    const part = parts.get(id);
    if (!part) return undefined;
    return [
      part.totalUsd === null ? 'cost not known' : usd(part.totalUsd),
      part.seconds && `GPU ${duration(part.seconds.likely * 1000)}`,
    ]
      .filter(Boolean)
      .join(', ');
  };
  return (
    <Card
      title="What runs"
      aside={`${plural(workflow.tasks.length, 'task')}${isOne && quote ? ', as for the first sequence that can run' : ''}`}
    >
      <Dag
        tasks={tasks}
        selected={selected}
        onSelect={(id) => setSelected(id === selected ? null : id)}
        note={({ id }) => noteOf(id)}
      />
      {task && (
        <div className={classes.chosen}>
          <strong>{task.name}</strong>
          <span className="quiet">{task.description ?? 'Not described.'}</span>
          {parts.get(task.taskId)?.conditional && (
            <span className="faint">The execution decides whether it runs.</span>
          )}
        </div>
      )}
    </Card>
  );
}
