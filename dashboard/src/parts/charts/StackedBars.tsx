/** Amounts by day as stacked bars. */
import { scaleBand, scaleLinear } from '@visx/scale';
import { BarStack } from '@visx/shape';
import { useState } from 'react';
import { Chart, Key } from './Chart';
import { Axis, Grid } from './Grid';
import classes from './Chart.module.css';

export interface Bar {
  label: string;
  values: readonly number[];
}

const TOP = 10;
/** For the amounts beside the lines. */
const RIGHT = 52;
const BOTTOM = 22;
const WIDEST = 48;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

export function StackedBars({
  bars,
  parts,
  show,
  label,
}: {
  bars: readonly Bar[];
  parts: readonly { name: string; color: string }[];
  show: (value: number) => string;
  label: string;
}) {
  const [under, setUnder] = useState<number | null>(null);
  const totals = bars.map(({ values }) => sum(values));
  const most = Math.max(0.01, ...totals);
  const all = parts.map((_, part) => sum(bars.map(({ values }) => values[part] ?? 0)));
  const shown = under === null ? all : (bars[under]?.values ?? []);

  function draw(full: number, height: number) {
    const width = full - RIGHT;
    const x = scaleBand({
      domain: bars.map((_, n) => n),
      range: [0, width],
      paddingInner: 0.28,
      paddingOuter: 0.1,
    });
    const y = scaleLinear({ domain: [0, most], range: [height - BOTTOM, TOP], nice: 2 });
    const every = Math.max(1, Math.ceil(bars.length / Math.max(2, Math.floor(width / 64))));
    return (
      <g onPointerLeave={() => setUnder(null)}>
        <Grid y={y} width={width} ticks={y.ticks(2)} show={show} />
        <BarStack
          data={bars.map((bar, n) => ({ bar, n }))}
          keys={parts.map((_, part) => part)}
          value={({ bar }, part) => bar.values[part] ?? 0}
          x={({ n }) => n}
          xScale={x}
          yScale={y}
          color={(part) => parts[part]?.color ?? ''}
        >
          {(stacks) =>
            stacks.flatMap((stack) =>
              stack.bars
                .filter(({ height }) => height > 0)
                .map((bar) => (
                  <rect
                    key={`${stack.key}-${bar.index}`}
                    className={classes.bar}
                    data-dim={(under !== null && under !== bar.index) || undefined}
                    x={bar.x + Math.max(0, bar.width - WIDEST) / 2}
                    y={bar.y}
                    width={Math.min(bar.width, WIDEST)}
                    height={Math.max(0.5, bar.height - 1)}
                    fill={bar.color}
                  />
                )),
            )
          }
        </BarStack>
        {bars.map(({ label }, n) => (
          <rect
            key={label}
            x={x(n)}
            y={0}
            width={x.step()}
            height={height}
            fill="transparent"
            onPointerEnter={() => setUnder(n)}
          />
        ))}
        <Axis
          labels={bars.flatMap(({ label }, n) =>
            (bars.length - 1 - n) % every === 0 ? [{ x: (x(n) ?? 0) + x.bandwidth() / 2, text: label }] : [],
          )}
          top={height - BOTTOM}
        />
      </g>
    );
  }

  return (
    <Chart
      sentence={`${label}. ${parts.map(({ name }, part) => `${name}: ${show(all[part] ?? 0)}`).join(', ')}; total ${show(sum(all))}.`}
      head={['Day', ...parts.map(({ name }) => name), 'Total']}
      rows={bars
        .map(({ label, values }, n) => [
          label,
          ...parts.map((_, part) => show(values[part] ?? 0)),
          show(totals[n] ?? 0),
        ])
        .reverse()}
      draw={draw}
      legend={
        <>
          {parts.map(({ name, color }, part) => (
            <Key key={name} color={color} name={name} value={show(shown[part] ?? 0)} />
          ))}
          <span className="faint">{under === null ? `total ${show(sum(all))}` : bars[under]?.label}</span>
        </>
      }
    />
  );
}
