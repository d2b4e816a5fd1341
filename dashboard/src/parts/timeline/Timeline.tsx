/** When each task ran: solid is measured, hollow is expected, thin is waiting. Thermal states of the models are above it. */
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Got } from '../../api/client';
import { duration, plural } from '../quantities';
import { draw, ticks, tickText, type Bar } from './scale';
import classes from './Timeline.module.css';

/** The number of rows shown at once, from the chosen one on. The others are shown on request. */
const MANY = 60;

export type HeatSpan = Got<'/v1/metrics/thermal'>['items'][number]['spans'][number];

export function Timeline({
  bars,
  heat,
  origin,
  now,
  selected,
  onSelect,
}: {
  bars: readonly Bar[];
  heat: readonly { modelId: string; spans: readonly HeatSpan[] }[];
  origin: number;
  now: number;
  selected: string | null;
  onSelect: (key: string) => void;
}) {
  const { drawn, spanMs } = useMemo(() => draw(bars, origin, now), [bars, origin, now]);
  const full = spanMs * 1.02;
  const [count, setCount] = useState(MANY);
  const chosen = Math.max(
    0,
    bars.findIndex(({ key }) => key === selected),
  );
  const first = chosen < count ? 0 : Math.max(0, chosen - 5);
  const place = ([from, to]: readonly [number, number]) => ({
    left: `${(from / full) * 100}%`,
    width: `${(Math.max(0, to - from) / full) * 100}%`,
  });
  return (
    <div className={classes.timeline} role="group" aria-label="Timeline">
      {heat.map(({ modelId, spans }) => (
        <HeatStrip key={modelId} modelId={modelId} spans={spans} origin={origin} full={full} />
      ))}
      <ol className={classes.rows}>
        {bars
          .slice(first, first + count)
          .map(({ key, name, status, endedAt, tookMs = null, expectedMs }, n) => {
            const { wait, work, ghost } = drawn[first + n] as (typeof drawn)[number];
            const took = work ? (tookMs ?? work[1] - work[0]) : null;
            const expected = ghost ? ghost[1] - ghost[0] : null;
            const waited = wait && !work && endedAt !== null ? wait[1] - wait[0] : null;
            const words =
              took !== null
                ? duration(took)
                : waited !== null
                  ? `${status.replaceAll('_', ' ')}, waited ${duration(waited)}`
                  : expected === null
                    ? status.replaceAll('_', ' ')
                    : `about ${duration(expected)}`;
            const more =
              ghost && endedAt !== null && expectedMs !== null
                ? `about ${duration(expectedMs)} was expected`
                : null;
            const end = Math.max(wait?.[1] ?? 0, work?.[1] ?? 0, ghost?.[1] ?? 0) / full;
            return (
              <li key={key}>
                <button
                  type="button"
                  className={classes.row}
                  aria-pressed={key === selected}
                  title={more ?? undefined}
                  onClick={() => onSelect(key)}
                >
                  <span className={classes.name}>{name}</span>
                  <span className={classes.track}>
                    {wait && <span className={classes.wait} style={place(wait)} />}
                    {ghost && <span className={classes.ghost} style={place(ghost)} />}
                    {work && <span className={classes.bar} data-status={status} style={place(work)} />}
                    <span className={classes.words} style={{ left: `${end * 100}%` }}>
                      {words}
                    </span>
                  </span>
                  <span className="visually-hidden">
                    {status.replaceAll('_', ' ')}
                    {more && `, ${more}`}
                    {wait && `, waited ${duration(Math.max(0, wait[1] - wait[0]))}`}
                  </span>
                </button>
              </li>
            );
          })}
      </ol>
      {bars.length > count && (
        <p className={classes.more}>
          Tasks {first + 1} to {Math.min(bars.length, first + count)} of {bars.length}{' '}
          <Button variant="subtle" onClick={() => setCount(count * 2)}>
            Show {plural(Math.min(count, bars.length - count), 'more', 'more')}
          </Button>
        </p>
      )}
      <div className={classes.axis} aria-hidden>
        <span />
        <span className={classes.track}>
          {ticks(full).map((at) => (
            <span key={at} className={classes.tick} style={{ left: `${(at / full) * 100}%` }}>
              {tickText(at)}
            </span>
          ))}
        </span>
      </div>
    </div>
  );
}

function HeatStrip({
  modelId,
  spans,
  origin,
  full,
}: {
  modelId: string;
  spans: readonly HeatSpan[];
  origin: number;
  full: number;
}) {
  const shown = spans.flatMap(({ heat, from, to }) => {
    const start = Math.max(0, Date.parse(from) - origin);
    const end = Math.min(full, (to === null ? Infinity : Date.parse(to)) - origin);
    return end > start ? [{ heat, start, end }] : [];
  });
  const words = (heat: string) => heat.charAt(0) + heat.slice(1).toLowerCase();
  return (
    <div
      className={classes.heat}
      role="img"
      aria-label={`${modelId}: ${shown.map(({ heat, start, end }) => `${words(heat)} ${duration(end - start)}`).join(', ')}`}
    >
      <span className={classes.name}>{modelId}</span>
      <span className={classes.track}>
        {shown.map(({ heat, start, end }) => (
          <span
            key={start}
            className={classes.span}
            title={`${words(heat)} ${duration(end - start)}`}
            style={{
              left: `${(start / full) * 100}%`,
              width: `${((end - start) / full) * 100}%`,
              background: `var(--strip-${heat}, var(--strip-OFF))`,
              color: `var(--heat-${heat}, var(--heat-OFF))`,
            }}
          >
            <span>{words(heat)}</span>
            {end < full && <span> {duration(end - start)}</span>}
          </span>
        ))}
      </span>
    </div>
  );
}
