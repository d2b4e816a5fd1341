/** A predicted structure in three views with one cursor: in space, along the chain, and pair by pair. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { problemOf } from '../../api/client';
import { Card } from '../page/Card';
import { ErrorNotice } from '../page/ErrorNotice';
import { bandOf, wordOf, type Cursor, type NamedFile, type Prediction } from './confidence';
import { Files } from './Files';
import { errorAt, inSquare, readPae, type Square } from './pae';
import { Pae } from './Pae';
import { residuesOf } from './pdb';
import { ConfidenceStrip } from './ConfidenceStrip';
import classes from './Structure.module.css';
import { Viewer } from './Viewer';
import { TextSummary } from './TextSummary';

async function fetched(href: string): Promise<Response> {
  const response = await fetch(href, { credentials: 'same-origin' });
  if (!response.ok) throw await problemOf(response);
  return response;
}

export function Structure({
  predictions,
  rank,
  onRank,
  paeHref,
  files,
  summary,
  isSynthetic,
}: {
  predictions: readonly [Prediction, ...Prediction[]];
  rank: number;
  onRank: (rank: number) => void;
  /** The address of the aligned errors of a rank, one byte for each pair. */
  paeHref: ((rank: number) => string) | null;
  files: readonly NamedFile[];
  summary: string | null;
  /** Leaves out the meaning of the scores. */
  isSynthetic: boolean;
}) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [square, setSquare] = useState<Square | null>(null);
  const shown = predictions.find((prediction) => prediction.rank === rank) ?? predictions[0];
  const href = shown.pdb.href;
  const pdb = useQuery({
    queryKey: ['file', href],
    queryFn: async () => (await fetched(href)).text(),
    staleTime: Infinity,
  });
  const paePath = paeHref?.(shown.rank) ?? null;
  const pae = useQuery({
    queryKey: ['file', paePath],
    queryFn: async () => readPae(await (await fetched(paePath ?? '')).arrayBuffer()),
    staleTime: Infinity,
    enabled: paePath !== null,
    retry: false,
  });
  const residues = useMemo(() => residuesOf(pdb.data ?? ''), [pdb.data]);
  const plddt = useMemo(
    () => shown.plddt ?? residues.map((residue) => residue.plddt),
    [shown.plddt, residues],
  );
  const selected = useMemo(
    () => (square === null ? NOTHING : residues.flatMap((_, at) => (inSquare(square, at) ? [at] : []))),
    [square, residues],
  );
  const letter = (at: number) => `${residues[at]?.letter ?? ''}${residues[at]?.number ?? at + 1}`;
  const value = cursor && plddt[cursor.i];
  const readout =
    cursor === null
      ? 'Point at a residue in any of the three views.'
      : cursor.i === cursor.j
        ? `${letter(cursor.i)}: pLDDT ${value?.toFixed(1) ?? '–'}, ${value === null || value === undefined ? '' : wordOf(bandOf(value), isSynthetic).toLowerCase()}`
        : `${letter(cursor.j)} | ${letter(cursor.i)}: ${pae.data ? `${errorAt(pae.data, cursor.j, cursor.i).toFixed(1)} Å` : '–'}`;
  const title = /^TITLE\s+(.+?)\s*$/m.exec(pdb.data ?? '')?.[1];
  return (
    <>
      <div className={classes.pair}>
        <Card
          title={isSynthetic ? 'Synthetic structure' : 'Structure'}
          aside={[shown.model, shown.meanPlddt !== null && `mean pLDDT ${shown.meanPlddt.toFixed(1)}`]
            .filter(Boolean)
            .join(', ')}
          actions={<Files pdb={shown.pdb} rank={shown.rank} files={files} />}
        >
          {pdb.error ? (
            <ErrorNotice error={pdb.error} retry={() => void pdb.refetch()} />
          ) : pdb.data === undefined ? (
            <Skeleton height={424} />
          ) : (
            <Viewer
              pdb={pdb.data}
              residues={residues}
              plddt={plddt}
              cursor={cursor}
              onCursor={setCursor}
              selected={selected}
              ranks={predictions}
              rank={shown.rank}
              onRank={onRank}
              name={`${isSynthetic ? 'synthetic_' : ''}${shown.pdb.name}`}
            />
          )}
          {title && <p className={classes.caption}>{title.charAt(0) + title.slice(1).toLowerCase()}</p>}
        </Card>
        {paeHref && (
          <Card
            title={isSynthetic ? 'Synthetic aligned error' : 'Predicted aligned error'}
            aside={shown.ptm !== null && `pTM ${shown.ptm.toFixed(2)}`}
          >
            {pae.error ? (
              <ErrorNotice error={pae.error} retry={() => void pae.refetch()} />
            ) : pae.data === undefined ? (
              <Skeleton height={424} />
            ) : (
              <Pae
                pae={pae.data}
                residues={residues}
                cursor={cursor}
                onCursor={setCursor}
                square={square}
                onSquare={setSquare}
              />
            )}
          </Card>
        )}
      </div>
      <Card
        title={isSynthetic ? 'Synthetic pLDDT by residue' : 'pLDDT by residue'}
        actions={
          <span className={classes.readout} aria-live="off">
            {readout}
          </span>
        }
      >
        {plddt.length === 0 ? (
          <Skeleton height={96} />
        ) : (
          <ConfidenceStrip
            plddt={plddt}
            residues={residues}
            cursor={cursor}
            onCursor={setCursor}
            selected={selected}
            isSynthetic={isSynthetic}
          />
        )}
      </Card>
      <TextSummary
        plddt={plddt}
        ptm={shown.ptm}
        summary={summary}
        isSynthetic={isSynthetic}
        pae={pae.data}
        square={square}
        onClear={() => setSquare(null)}
      />
    </>
  );
}

const NOTHING: readonly number[] = [];
