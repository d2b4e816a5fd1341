/** Counts over time as a step chart, because a count does not change gradually. */
import { scaleLinear, scaleUtc } from '@visx/scale';
import { AreaClosed, LinePath } from '@visx/shape';
import { useState } from 'react';
import { clock } from '../quantities';
import { Chart, Key } from './Chart';
import { Axis, Grid } from './Grid';
import { indexAt, sayPoints, stepPath, type Step } from './series';
import classes from './Chart.module.css';

export interface StepSeries {
  name: string;
  color: string;
  /** Filled below, so that it differs from a line by more than its hue. */
  area?: boolean;
  points: readonly number[];
  /** The current count. The last point is the maximum in its step. */
  now: number;
}

const TOP = 10;
/** For the amounts beside the lines. */
const RIGHT = 28;
const BOTTOM = 22;
const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const x = ({ at }: Step) => at;

export function StepChart({
  from,
  stepSeconds,
  series,
  label,
}: {
  from: string;
  stepSeconds: number;
  series: readonly StepSeries[];
  label: string;
}) {
  const [under, setUnder] = useState<number | null>(null);
  const fromMs = Date.parse(from);
  const count = Math.max(1, ...series.map(({ points }) => points.length));
  const toMs = fromMs + count * stepSeconds * 1_000;
  const most = Math.max(1, ...series.flatMap(({ points }) => points));
  const timeOf = (index: number) =>
    clock(new Date(fromMs + index * stepSeconds * 1_000)).replace(/:\d\d UTC$/, ' UTC');

  function draw(full: number, height: number) {
    const width = full - RIGHT;
    const time = scaleUtc({ domain: [fromMs, toMs], range: [0, width] });
    const y = scaleLinear({ domain: [0, most], range: [height - BOTTOM, TOP], nice: 2 });
    const ticks = y.ticks(2).filter(Number.isInteger);
    return (
      <g
        onPointerMove={({ clientX, currentTarget }) => {
          const { left } = (currentTarget.ownerSVGElement as SVGSVGElement).getBoundingClientRect();
          setUnder(indexAt(fromMs, stepSeconds, count, time.invert(clientX - left).getTime()));
        }}
        onPointerLeave={() => setUnder(null)}
      >
        <rect width={width} height={height} fill="transparent" />
        <Grid y={y} width={width} ticks={ticks} show={String} />
        {series.map(({ name, color, area, points }) => {
          const data = stepPath(fromMs, stepSeconds, points);
          const place = { data, x: (step: Step) => time(x(step)), y: (step: Step) => y(step.value) };
          return (
            <g key={name}>
              {area && <AreaClosed {...place} yScale={y} fill={color} fillOpacity={0.13} />}
              <LinePath {...place} stroke={color} strokeWidth={1.6} />
            </g>
          );
        })}
        {under !== null && (
          <line
            className={classes.cursor}
            x1={time(fromMs + under * stepSeconds * 1_000)}
            x2={time(fromMs + under * stepSeconds * 1_000)}
            y1={TOP}
            y2={height - BOTTOM}
          />
        )}
        <Axis
          labels={time.ticks(width < 420 ? 3 : 5).map((at) => ({ x: time(at), text: HOUR.format(at) }))}
          top={height - BOTTOM}
        />
      </g>
    );
  }

  return (
    <Chart
      sentence={`${label}. ${series.map(({ name, points }) => sayPoints(name, points)).join(' ')}`}
      head={['Time', ...series.map(({ name }) => name)]}
      rows={Array.from({ length: count }, (_, n) => [
        timeOf(n),
        ...series.map(({ points }) => String(points[n] ?? 0)),
      ]).reverse()}
      draw={draw}
      legend={
        <>
          {series.map(({ name, color, points, now }) => (
            <Key
              key={name}
              color={color}
              name={name}
              value={String(under === null ? now : (points[under] ?? 0))}
            />
          ))}
          <span className="faint">{under === null ? 'now' : `at most, ${timeOf(under)}`}</span>
        </>
      }
    />
  );
}
