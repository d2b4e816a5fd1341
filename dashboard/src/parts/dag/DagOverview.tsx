/** A large graph, zoomed out. All boxes of one state are one path, so a thousand cost as little as ten. A click finds the box below it. */
import { memo } from 'react';
import { toneOf } from '../state/State';
import type { DagTask } from './layout';
import classes from './Dag.module.css';
import { BOX, type Layout } from './layout';

export const DagOverview = memo(function Far({
  graph,
  tasks,
  onSelect,
}: {
  graph: Layout;
  tasks: readonly DagTask[];
  onSelect: (id: string) => void;
}) {
  const paths = new Map<string, string[]>();
  for (const { id, status } of tasks) {
    const box = graph.boxes.get(id);
    if (!box) continue;
    const tone = status === undefined ? 'queued' : toneOf(status);
    const path = `M${box.x} ${box.y}h${BOX.width}v${BOX.height}h${-BOX.width}z`;
    const same = paths.get(tone);
    if (same) same.push(path);
    else paths.set(tone, [path]);
  }
  const find = (event: React.MouseEvent<SVGSVGElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * graph.width;
    const y = ((event.clientY - top) / height) * graph.height;
    const hit = [...graph.boxes].find(
      ([, box]) => x >= box.x && x <= box.x + BOX.width && y >= box.y && y <= box.y + BOX.height,
    );
    if (hit) onSelect(hit[0]);
  };
  return (
    <svg className={classes.far} width={graph.width} height={graph.height} aria-hidden onClick={find}>
      {[...paths].map(([tone, path]) => (
        <path key={tone} d={path.join('')} style={{ fill: `var(--${tone}-bg)`, stroke: `var(--${tone})` }} />
      ))}
    </svg>
  );
});
