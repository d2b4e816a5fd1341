/** The chosen task: its error first, then its input, its output, and every attempt. */
import { CloseButton, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../../../api/client';
import { Card } from '../../../../parts/page/Card';
import { duration, plural, usd } from '../../../../parts/quantities';
import { State, StateIcon } from '../../../../parts/state/State';
import { Attempt } from './Attempt';
import { SyntheticBanner } from '../../../../parts/state/Synthetic';
import { ErrorNotice } from '../../../../parts/page/ErrorNotice';
import classes from '../../Execution.module.css';
import { SkipTask } from './SkipTask';
import { canSkip, costsOf, itemsOf, keyOf, makersOf, splitKey, type Execution } from '../view';
import { Value } from '../../../../parts/code/Value';

export function Inspector({
  execution,
  selected,
  onSelect,
  onClose,
}: {
  execution: Execution;
  selected: string;
  onSelect: (task: string) => void;
  onClose: () => void;
}) {
  const { taskId, mapIndex } = splitKey(selected);
  const items = itemsOf(execution.tasks, taskId);
  const makers = mapIndex === null ? makersOf(execution.tasks, taskId) : [];
  const {
    data: task,
    error,
    refetch,
  } = useQuery({
    queryKey: ['execution', execution.id, 'task', taskId, mapIndex],
    queryFn: () =>
      take(
        api.GET('/v1/executions/{id}/tasks/{taskId}', {
          params: { path: { id: execution.id, taskId }, query: mapIndex === null ? {} : { mapIndex } },
        }),
      ),
  });
  const name = task?.name ?? taskId;
  return (
    <Card
      title={mapIndex === null ? name : `${name}, item ${mapIndex}`}
      actions={<CloseButton aria-label="Close the task" size="sm" onClick={onClose} />}
      label={name}
    >
      {error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {!task && !error && <Skeleton height={160} />}
      {task?.error && (
        <section className={classes.section} role="alert">
          <State of="failed">
            <span className="mono">{task.error.code}</span>
          </State>
          <p className={classes.text}>{task.error.message}</p>
        </section>
      )}
      {task && (
        <section className={classes.section}>
          <State of={task.status} />{' '}
          <span className="quiet">
            {[
              makers.map(({ modelId }) => modelId).join(', ') || (task.modelId ?? task.type),
              task.durationMs !== null && duration(task.durationMs),
              usd(items.length > 0 && mapIndex === null ? costsOf(items).get(taskId) : task.costUsd),
              task.queuedMs !== null && `waited ${duration(task.queuedMs)}`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
          {task.inputGiven && <p className={classes.text}>Its input was given to this rerun.</p>}
          {task.endedBy && (
            <p className={classes.text}>
              {task.status === 'skipped' ? 'Skipped' : 'Its output was given'} by {task.endedBy}
              {task.endedReason && `: ${task.endedReason}`}
            </p>
          )}
          {canSkip(task, items) && <SkipTask execution={execution} task={task} />}
          {task.childExecutionId && (
            <p className={classes.text}>
              <Link to="/executions/$id" params={{ id: task.childExecutionId }} className="plain">
                Open its execution <span className="mono">{task.childExecutionId.slice(0, 8)}</span>
              </Link>
            </p>
          )}
        </section>
      )}
      {task?.approvalId && (
        <section className={classes.section}>
          <Link to="/approvals/$id" params={{ id: task.approvalId }} className="plain">
            {task.status === 'waiting' ? 'What it asks, and the decision' : 'How it was decided'}
          </Link>
        </section>
      )}
      {task && makers.some(({ modelId }) => modelId !== task.modelId) && (
        <section className={classes.section}>
          <h3>Answered by</h3>
          <ul className={classes.attempts}>
            {makers.map(({ modelId, items: count, usd: cost }) => (
              <li key={modelId}>
                {modelId}{' '}
                <span className="quiet">
                  {plural(count, 'item')}, {usd(cost)}
                  {modelId !== task?.modelId && ', as the fallback'}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {items.length > 0 && (
        <section className={classes.section}>
          <h3>{plural(items.length, 'item')}</h3>
          <ol className={classes.items}>
            {items.map((item) => (
              <li key={keyOf(item)}>
                <button
                  type="button"
                  aria-pressed={keyOf(item) === selected}
                  onClick={() => onSelect(keyOf(item))}
                  aria-label={`Item ${item.mapIndex}, ${item.status}`}
                >
                  <StateIcon of={item.status} size={13} />
                  {item.mapIndex}
                </button>
              </li>
            ))}
          </ol>
        </section>
      )}
      {task?.synthetic && <SyntheticBanner />}
      {task && (
        <div className={classes.three}>
          <Part title="Input" value={task.input} />
          <Part title="Output" value={task.output} />
          {task.attempts.length > 0 && (
            <section className={classes.section}>
              <h3>{plural(task.attempts.length, 'attempt')}</h3>
              <ol className={classes.attempts}>
                {task.attempts.map((attempt) => (
                  <Attempt key={attempt.attempt} of={attempt} />
                ))}
              </ol>
            </section>
          )}
        </div>
      )}
    </Card>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {value === null || value === undefined ? (
        <span className="faint">None</span>
      ) : (
        <div className={classes.well} tabIndex={0} role="region" aria-label={title}>
          <Value of={value} />
        </div>
      )}
    </section>
  );
}
