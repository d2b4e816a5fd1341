/** The lines of a graph: one path for each kind, so a thousand cost no more than ten. */
import { memo, useMemo } from 'react';
import type { DagTask } from './layout';
import classes from './Dag.module.css';
import type { Layout } from './layout';

const KINDS = ['plain', 'running', 'back'] as const;
/** From this number of lines on, they are faint, or they would hide the rest. */
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
  const running = tasks.flatMap(({ id, status }) => (status === 'running' ? [id] : [])).join('\n');
  const paths = useMemo(() => {
    const ids = new Set(running.split('\n'));
    const found: Record<(typeof KINDS)[number], string[]> = { plain: [], running: [], back: [] };
    for (const { to, path, back } of graph.edges)
      found[back ? 'back' : ids.has(to) ? 'running' : 'plain'].push(path);
    return KINDS.flatMap((kind) => (found[kind].length > 0 ? [[kind, found[kind].join('')] as const] : []));
  }, [graph, running]);
  // Drawn over the others, so that those need no new render.
  const chosen = graph.edges.filter(({ from, to, back }) => !back && (from === selected || to === selected));
  return (
    <svg
      className={classes.edges}
      width={Math.max(1, graph.width)}
      height={Math.max(1, graph.height)}
      aria-hidden
      data-crowd={graph.edges.length > CROWD || undefined}
    >
      {paths.map(([kind, path]) => (
        <path key={kind} className={classes.edge} data-kind={kind} d={path} />
      ))}
      {chosen.length > 0 && (
        <path className={classes.edge} data-kind="selected" d={chosen.map(({ path }) => path).join('')} />
      )}
    </svg>
  );
});
