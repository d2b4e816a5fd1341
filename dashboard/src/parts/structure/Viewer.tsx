/** The structure in 3D. Without WebGL it says so, and the rest of the page works. */
import { Alert, Button, NativeSelect, SegmentedControl, Switch, useComputedColorScheme } from '@mantine/core';
import { useRef, useState } from 'react';
import type { Residue } from './pdb';
import type { Cursor, Prediction } from './confidence';
import classes from './Structure.module.css';
import { useStage, type Colouring } from './useStage';

const COLOURINGS: { value: Colouring; label: string }[] = [
  { value: 'plddt', label: 'pLDDT' },
  { value: 'chain', label: 'Chain' },
  { value: 'rainbow', label: 'Rainbow' },
];

export function Viewer({
  pdb,
  residues,
  plddt,
  cursor,
  onCursor,
  selected,
  ranks,
  rank,
  onRank,
  name,
}: {
  pdb: string;
  residues: readonly Residue[];
  plddt: readonly number[];
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
  selected: readonly number[];
  ranks: readonly Prediction[];
  rank: number;
  onRank: (rank: number) => void;
  name: string;
}) {
  const isDark = useComputedColorScheme('light') === 'dark';
  const [contrast, setContrast] = useState<boolean | null>(null);
  const [colouring, setColouring] = useState<Colouring>('plddt');
  const place = useRef<HTMLDivElement>(null);
  const isBlack = contrast ?? isDark;
  const stage = useStage({ place, pdb, residues, plddt, colouring, isBlack, cursor, onCursor, selected });
  const save = () => {
    const link = document.createElement('a');
    link.href = stage.picture();
    link.download = name.replace(/\.pdb$/, '.png');
    link.click();
  };
  return (
    <>
      {stage.failure ? (
        <Alert variant="outline" color="gray" title="No picture in space">
          {stage.failure}
        </Alert>
      ) : (
        <div
          className={classes.stage}
          data-black={isBlack || undefined}
          ref={place}
          role="img"
          onDoubleClick={stage.reset}
          aria-label={`The structure in space, ${residues.length} residues. Drag turns it, the wheel zooms, a double click resets it.`}
        />
      )}
      <div className={classes.controls}>
        {ranks.length > 1 && (
          <NativeSelect
            size="xs"
            className={classes.rank}
            aria-label="Which prediction"
            value={String(rank)}
            onChange={(event) => onRank(Number(event.currentTarget.value))}
            data={ranks.map(({ rank: value, model, meanPlddt }) => ({
              value: String(value),
              label: `Rank ${value}, ${model}${meanPlddt === null ? '' : `, ${meanPlddt.toFixed(1)}`}`,
            }))}
          />
        )}
        {!stage.failure && (
          <>
            <SegmentedControl
              size="xs"
              aria-label="Colour by"
              value={colouring}
              onChange={(value) =>
                setColouring(COLOURINGS.find((one) => one.value === value)?.value ?? 'plddt')
              }
              data={COLOURINGS}
            />
            <Switch
              size="xs"
              label="High contrast"
              checked={isBlack}
              onChange={(event) => setContrast(event.currentTarget.checked)}
            />
            <Button onClick={stage.reset}>Face on</Button>
            <Button onClick={save}>PNG</Button>
          </>
        )}
      </div>
    </>
  );
}
