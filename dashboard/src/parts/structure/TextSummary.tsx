/** The pictures in words, for screen readers and for decisions. */
import { Button } from '@mantine/core';
import { Card } from '../page/Card';
import { mean, meaning, sharesOf, wordOf } from './confidence';
import { meanError, type Pae, type Square } from './pae';
import classes from './Structure.module.css';

export function TextSummary({
  plddt,
  ptm,
  summary,
  isSynthetic,
  pae,
  square,
  onClear,
}: {
  plddt: readonly number[];
  ptm: number | null;
  summary: string | null;
  isSynthetic: boolean;
  pae: Pae | undefined;
  square: Square | null;
  onClear: () => void;
}) {
  if (plddt.length === 0) return null;
  const range = ([from, to]: readonly [number, number]) =>
    from === to ? `${from + 1}` : `${from + 1}–${to + 1}`;
  return (
    <Card
      title={isSynthetic ? 'Synthetic scores' : 'How sure it is'}
      actions={square && <Button onClick={onClear}>Clear the selection</Button>}
    >
      <dl className={classes.shares}>
        <div>
          <dt>Mean pLDDT</dt>
          <dd>{mean(plddt).toFixed(1)}</dd>
        </div>
        {ptm !== null && (
          <div>
            <dt>pTM</dt>
            <dd>{ptm.toFixed(2)}</dd>
          </div>
        )}
        {sharesOf(plddt).map(({ band, share }) => (
          <div key={band.key}>
            <dt>
              <span className={classes.swatch} style={{ background: band.colour }} />
              {wordOf(band, isSynthetic)}
            </dt>
            <dd>{Math.round(share * 100)} %</dd>
          </div>
        ))}
      </dl>
      {isSynthetic && (
        <p className={classes.say}>
          These numbers come from a random walk: they say nothing about the protein.
        </p>
      )}
      {summary && !isSynthetic && <p className={classes.say}>{summary}</p>}
      {(isSynthetic ? [] : meaning(plddt, ptm)).map((sentence) => (
        <p key={sentence} className={classes.say}>
          {sentence}
        </p>
      ))}
      {square && (
        <p className={classes.say} role="status">
          Selected: residues {range(square.x)} against {range(square.y)}, mean pLDDT{' '}
          {mean(plddt.slice(square.x[0], square.x[1] + 1)).toFixed(1)} and{' '}
          {mean(plddt.slice(square.y[0], square.y[1] + 1)).toFixed(1)}
          {pae && <>, mean aligned error {meanError(pae, square).toFixed(1)} Å</>}.
        </p>
      )}
    </Card>
  );
}
