/** The thermal state of a model over time. The fill shows the state; the line below gives the contrast. */
import { scaleUtc } from '@visx/scale';
import { clock, duration } from '../quantities';
import { lastedBy, type Span } from './series';
import classes from './Chart.module.css';

const WIDTH = 240;
const HEIGHT = 22;
const say = (heat: string) => heat.charAt(0) + heat.slice(1).toLowerCase();

export function HeatStrip({
  spans,
  from,
  to,
  label,
}: {
  spans: readonly Span[];
  from: string | Date;
  to: string | Date;
  label: string;
}) {
  const [fromMs, toMs] = [new Date(from).getTime(), new Date(to).getTime()];
  const x = scaleUtc({ domain: [fromMs, toMs], range: [0, WIDTH], clamp: true });
  const lasted = lastedBy(spans, fromMs, toMs).map(([heat, ms]) => `${say(heat)} ${duration(ms)}`);
  return (
    <svg
      className={classes.strip}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${lasted.join(', ') || 'nothing is known'}.`}
    >
      {spans.map(({ heat, from, to }) => {
        const [left, right] = [x(Date.parse(from)), x(Date.parse(to))];
        if (right <= left) return null;
        return (
          <g key={from}>
            <title>{`${say(heat)}, ${clock(from)} to ${clock(to)}`}</title>
            <rect
              x={left}
              width={right - left}
              height={HEIGHT}
              style={{ fill: `var(--strip-${heat}, var(--strip-OFF))` }}
            />
            {heat !== 'OFF' && (
              <rect
                x={left}
                y={HEIGHT - 4}
                width={right - left}
                height={4}
                style={{ fill: `var(--heat-${heat}, var(--heat-OFF))` }}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** The hours below a column of strips. */
export const StripScale = ({ from, to }: { from: string | Date; to: string | Date }) => {
  const [fromMs, toMs] = [new Date(from).getTime(), new Date(to).getTime()];
  return (
    <span className={classes.scale} aria-hidden>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <span key={part}>{clock(new Date(fromMs + part * (toMs - fromMs))).slice(0, 5)}</span>
      ))}
    </span>
  );
};
