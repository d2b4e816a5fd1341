/** A small drawing of a workflow's graph. */
import { layout, BOX, type Link } from '../../parts/dag/layout';
import { plural } from '../../parts/quantities';
import classes from './workflows.module.css';

/** More boxes than this are a grey patch. */
const MOST = 60;
const HEIGHT = 34;
const WIDTH = 132;

export function Sketch({ tasks }: { tasks: readonly Link[] }) {
  const words = plural(tasks.length, 'task');
  if (tasks.length === 0 || tasks.length > MOST) return <span className="quiet">{words}</span>;
  const { boxes, edges, width, height } = layout(tasks);
  const scale = Math.min(WIDTH / width, HEIGHT / height, 0.25);
  return (
    <svg
      className={classes.sketch}
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <path
        className={classes.sketchEdge}
        d={edges.map(({ path }) => path).join('')}
        vectorEffect="non-scaling-stroke"
      />
      {[...boxes].map(([id, { x, y }]) => (
        <rect
          key={id}
          className={classes.sketchBox}
          x={x}
          y={y}
          width={BOX.width}
          height={BOX.height}
          rx={14}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
