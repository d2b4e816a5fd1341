/** The course of one number as a small line. */
import { scaleLinear } from '@visx/scale';
import { LinePath } from '@visx/shape';
import { sayPoints } from './series';

const WIDTH = 72;
const HEIGHT = 20;

export function Sparkline({
  points,
  label,
  show = String,
  color = 'var(--series-1)',
}: {
  points: readonly number[];
  label: string;
  show?: (value: number) => string;
  color?: string;
}) {
  if (points.length < 2) return null;
  const x = scaleLinear({ domain: [0, points.length - 1], range: [1, WIDTH - 1] });
  const y = scaleLinear({ domain: [0, Math.max(...points) || 1], range: [HEIGHT - 2, 2] });
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={sayPoints(label, points, show)}>
      <LinePath
        data={points.map((value, n) => ({ value, n }))}
        x={({ n }) => x(n)}
        y={({ value }) => y(value)}
        stroke={color}
        strokeWidth={1.5}
      />
    </svg>
  );
}
