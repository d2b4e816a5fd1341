/** One task of the graph: a button that states its status in words. */
import { memo } from 'react';
import { StateIcon } from '../state/State';
import type { DagTask } from './layout';
import classes from './Dag.module.css';
import type { Box } from './layout';

export const Node = memo(function Node({
  task,
  box,
  isSelected,
  isFound,
  isFar,
  share,
  note,
  onSelect,
}: {
  task: DagTask;
  box: Box;
  isSelected: boolean;
  isFound: boolean;
  isFar: boolean;
  share: number | undefined;
  note: React.ReactNode;
  onSelect: (id: string) => void;
}) {
  const { id, name, status, count } = task;
  const words = [
    isFar && name,
    count === undefined ? '' : `${count} items`,
    status?.replaceAll('_', ' '),
    task.type,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <li className={classes.item} style={{ left: box.x, top: box.y }}>
      <button
        type="button"
        className={classes.node}
        data-id={id}
        data-status={status}
        data-found={isFound || undefined}
        aria-pressed={isSelected}
        onClick={() => onSelect(id)}
        title={isFar ? name : undefined}
      >
        {share !== undefined && (
          <span className={classes.fill} style={{ width: `${Math.min(1, share) * 100}%` }} />
        )}
        {!isFar && (
          <span className={classes.text}>
            {status !== undefined && <StateIcon of={status} />}
            <span className={classes.name}>{name}</span>
            {count !== undefined && <span className={classes.count}>×{count}</span>}
            <span className={classes.note}>{note ?? task.modelId ?? task.type}</span>
          </span>
        )}
        <span className="visually-hidden">{words}</span>
      </button>
    </li>
  );
});
