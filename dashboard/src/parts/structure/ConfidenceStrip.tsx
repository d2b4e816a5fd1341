/** pLDDT along the chain: its value as height, its band as colour, the letters where they fit. */
import { useElementSize } from '@mantine/hooks';
import { memo, useMemo } from 'react';
import { BANDS, bandOf, segmentsOf, stripPaths, wordOf } from './confidence';
import type { Residue } from './pdb';
import type { Cursor } from './confidence';
import classes from './Structure.module.css';

const FEW = 120;
const LETTER_WIDTH = 8;

export function ConfidenceStrip({
  plddt,
  residues,
  cursor,
  onCursor,
  selected,
  isSynthetic,
}: {
  plddt: readonly number[];
  residues: readonly Residue[];
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
  selected: readonly number[];
  isSynthetic: boolean;
}) {
  const n = plddt.length;
  const { ref, width } = useElementSize();
  const set = (at: number) =>
    onCursor({ i: Math.max(0, Math.min(n - 1, at)), j: Math.max(0, Math.min(n - 1, at)) });
  const at = cursor?.i ?? 0;
  const part = (value: number) => `${(value / n) * 100}%`;
  const runs = useMemo(() => runsOf(selected), [selected]);
  const segments = useMemo(() => segmentsOf(plddt), [plddt]);
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 } as Record<string, number>;
  return (
    <>
      <ul className={classes.bands}>
        {BANDS.map(({ key, name, range, colour }) => (
          <li key={key}>
            <span className={classes.swatch} style={{ background: colour }} />
            {!isSynthetic && name} <span className="faint">{range}</span>
          </li>
        ))}
      </ul>
      <div className={classes.strip}>
        <div className={classes.grid} aria-hidden>
          {[90, 70, 50].map((value) => (
            <span key={value} style={{ bottom: `${value}%` }}>
              {value}
            </span>
          ))}
        </div>
        <div
          className={classes.plot}
          ref={ref}
          role="slider"
          tabIndex={0}
          aria-label="Residue"
          aria-valuemin={1}
          aria-valuemax={n}
          aria-valuenow={at + 1}
          aria-valuetext={`${residues[at]?.letter ?? ''} ${at + 1}, pLDDT ${plddt[at]?.toFixed(1)}, ${wordOf(bandOf(plddt[at] ?? 0), isSynthetic).toLowerCase()}`}
          onPointerMove={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            set(Math.floor(((event.clientX - left) / width) * n));
          }}
          onPointerLeave={() => onCursor(null)}
          onKeyDown={(event) => {
            if (!(event.key in step)) return;
            event.preventDefault();
            set(at + (step[event.key] as number));
          }}
        >
          {runs.map(([from, to]) => (
            <span
              key={from}
              className={classes.run}
              style={{ left: part(from), width: part(to - from + 1) }}
            />
          ))}
          <Bars plddt={plddt} />
          {cursor &&
            [...new Set([cursor.i, cursor.j])].map((index) => (
              <span key={index} className={classes.at} style={{ left: part(index), width: part(1) }} />
            ))}
        </div>
        {n <= FEW && width / n >= LETTER_WIDTH && (
          <div className={classes.letters} aria-hidden>
            {plddt.map((_, index) => (
              <span key={index}>{residues[index]?.letter}</span>
            ))}
          </div>
        )}
      </div>
      <details className={classes.table}>
        <summary>View as table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Residues</th>
              <th scope="col">{isSynthetic ? 'Band' : 'Confidence'}</th>
              <th scope="col">Mean pLDDT</th>
            </tr>
          </thead>
          <tbody>
            {segments.slice(0, 200).map(({ from, to, band, mean }) => (
              <tr key={from}>
                <td>{from === to ? from : `${from}–${to}`}</td>
                <td>{wordOf(band, isSynthetic)}</td>
                <td>{mean.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {segments.length > 200 && (
          <p className="faint">
            And {segments.length - 200} more stretches. The CSV file lists each residue.
          </p>
        )}
      </details>
    </>
  );
}

/** Four paths for a chain of any length. */
const Bars = memo(function Bars({ plddt }: { plddt: readonly number[] }) {
  return (
    <svg viewBox={`0 0 ${plddt.length} 100`} preserveAspectRatio="none" className={classes.bars} aria-hidden>
      {[90, 70, 50].map((value) => (
        <line
          key={value}
          x1={0}
          x2={plddt.length}
          y1={100 - value}
          y2={100 - value}
          className={classes.rule}
        />
      ))}
      {stripPaths(plddt).map(({ band, path }) => path && <path key={band.key} d={path} fill={band.colour} />)}
    </svg>
  );
});

function runsOf(selected: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const at of selected) {
    const last = runs.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}
