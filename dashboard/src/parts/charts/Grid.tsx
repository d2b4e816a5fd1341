/** Grid lines with labels at the ticks of the scale, and the axis below the plot. */
import { distinctTicks } from './series';
import classes from './Chart.module.css';

export function Grid({
  y,
  width,
  ticks,
  show,
}: {
  y: (value: number) => number;
  width: number;
  ticks: readonly number[];
  show: (value: number) => string;
}) {
  return distinctTicks(ticks, show).map((tick) => (
    <g key={tick}>
      <line className={classes.grid} x1={0} x2={width} y1={y(tick)} y2={y(tick)} />
      {tick > 0 && (
        <text className={classes.tick} x={width + 8} y={y(tick) + 4}>
          {show(tick)}
        </text>
      )}
    </g>
  ));
}

/** The labels below the plot. The first label stays inside. */
export const Axis = ({ labels, top }: { labels: readonly { x: number; text: string }[]; top: number }) =>
  labels.map(({ x, text }) => (
    <text key={x} className={classes.tick} x={x} y={top + 16} textAnchor={x < 20 ? 'start' : 'middle'}>
      {text}
    </text>
  ));
