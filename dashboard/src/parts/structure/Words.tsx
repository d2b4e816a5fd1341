/** What the pictures say, in words: for reading aloud, and for whoever has to decide. */
import { Button } from '@mantine/core';
import { Card } from '../Card';
import { mean, meaning, sharesOf } from './confidence';
import { meanError, type Pae, type Square } from './pae';
import classes from './Structure.module.css';

export function Words({
  plddt,
  ptm,
  summary,
  pae,
  square,
  onClear,
}: {
  plddt: readonly number[];
  ptm: number | null;
  summary: string | null;
  pae: Pae | undefined;
  square: Square | null;
  onClear: () => void;
}) {
  if (plddt.length === 0) return null;
  const range = ([from, to]: readonly [number, number]) =>
    from === to ? `${from + 1}` : `${from + 1}–${to + 1}`;
  return (
    <Card title="How sure it is" actions={square && <Button onClick={onClear}>Clear the selection</Button>}>
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
              {band.name}
            </dt>
            <dd>{Math.round(share * 100)} %</dd>
          </div>
        ))}
      </dl>
      {summary && <p className={classes.say}>{summary}</p>}
      {meaning(plddt, ptm).map((sentence) => (
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
