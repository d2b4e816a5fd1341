/** The lines of a graph: one path for each kind, so that a thousand cost no more than ten. */
import { memo } from 'react';
import type { DagTask } from './Dag';
import classes from './Dag.module.css';
import type { Layout } from './layout';

const KINDS = ['plain', 'running', 'selected', 'back'] as const;
/** So many lines are drawn faintly, or they would be all there is to see. */
const CROWD = 300;

export const Edges = memo(function Edges({
  graph,
  tasks,
  selected,
}: {
  graph: Layout;
  tasks: readonly DagTask[];
  selected: string | null;
}) {
  const running = new Set(tasks.filter(({ status }) => status === 'running').map(({ id }) => id));
  const paths: Record<(typeof KINDS)[number], string[]> = { plain: [], running: [], selected: [], back: [] };
  for (const { from, to, path, back } of graph.edges) {
    const kind = back
      ? 'back'
      : running.has(to)
        ? 'running'
        : from === selected || to === selected
          ? 'selected'
          : 'plain';
    paths[kind].push(path);
  }
  return (
    <svg
      className={classes.edges}
      width={Math.max(1, graph.width)}
      height={Math.max(1, graph.height)}
      aria-hidden
      data-crowd={graph.edges.length > CROWD || undefined}
    >
      {KINDS.map(
        (kind) =>
          paths[kind].length > 0 && (
            <path key={kind} className={classes.edge} data-kind={kind} d={paths[kind].join('')} />
          ),
      )}
    </svg>
  );
});
