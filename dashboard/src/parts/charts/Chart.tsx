/** The frame of every chart: a text summary for screen readers, the values as a table, and a legend with numbers. */
import { useElementSize } from '@mantine/hooks';
import { useId, useState } from 'react';
import classes from './Chart.module.css';

export interface ChartProps {
  /** The text summary of the chart. */
  sentence: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  legend?: React.ReactNode;
  height?: number;
  draw: (width: number, height: number) => React.ReactNode;
}

export function Chart({ sentence, head, rows, legend, height = 176, draw }: ChartProps) {
  const { ref, width } = useElementSize();
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <figure style={{ margin: 0 }}>
      <div ref={ref} className={classes.plot} id={id} style={{ minHeight: height }}>
        {isTable ? (
          <Values head={head} rows={rows} label={sentence} />
        ) : (
          <svg width={width} height={height} role="img" aria-label={sentence}>
            {width > 0 && draw(width, height)}
          </svg>
        )}
      </div>
      <figcaption className={classes.foot}>
        {legend}
        <button
          type="button"
          className={classes.toggle}
          aria-controls={id}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'View as chart' : 'View as table'}
        </button>
      </figcaption>
    </figure>
  );
}

const Values = ({
  head,
  rows,
  label,
}: {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  label: string;
}) => (
  <div className={classes.table} tabIndex={0} role="region" aria-label={label}>
    <table>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...values]) => (
          <tr key={first}>
            <th scope="row">{first}</th>
            {values.map((value, n) => (
              <td key={head[n + 1]}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

export const Key = ({ color, name, value }: { color: string; name: string; value?: string | undefined }) => (
  <span className={classes.key}>
    <span className={classes.swatch} style={{ background: color }} />
    {name} {value !== undefined && <b>{value}</b>}
  </span>
);
