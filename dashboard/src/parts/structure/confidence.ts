/** AlphaFold's confidence: its four bands, their meaning in words, and their paths. */
import type { components } from '../../api/contract';

export type NamedFile = Pick<components['schemas']['Artifact'], 'name' | 'href' | 'size'>;
export interface Prediction {
  rank: number;
  model: string;
  pdb: NamedFile;
  plddt: readonly number[] | null;
  meanPlddt: number | null;
  ptm: number | null;
}
/** Counted from 0: `j` is the scored residue of a pair. */
export interface Cursor {
  i: number;
  j: number;
}

/** The lowest value of each band. A value on a threshold belongs to the band above it. */
export const BANDS = [
  { key: 'very-high', name: 'Very high', from: 90, range: '≥ 90', colour: '#0053d6' },
  { key: 'confident', name: 'Confident', from: 70, range: '70–90', colour: '#65cbf3' },
  { key: 'low', name: 'Low', from: 50, range: '50–70', colour: '#ffdb13' },
  { key: 'very-low', name: 'Very low', from: -Infinity, range: '< 50', colour: '#ff7d45' },
] as const;
export type Band = (typeof BANDS)[number];

export const bandOf = (plddt: number): Band => BANDS.find(({ from }) => plddt >= from) ?? BANDS[3];
/** A synthetic value has a band too, but its band means nothing. */
export const wordOf = ({ name, range }: Band, isSynthetic: boolean): string => (isSynthetic ? range : name);
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
export const sharesOf = (plddt: readonly number[]): { band: Band; share: number }[] =>
  BANDS.map((band) => ({
    band,
    share: plddt.filter((value) => bandOf(value) === band).length / Math.max(1, plddt.length),
  }));

export interface Segment {
  from: number;
  to: number;
  band: Band;
  mean: number;
}

/** Neighbouring residues of one band as segments; residues count from 1. */
export function segmentsOf(plddt: readonly number[]): Segment[] {
  const segments: { from: number; to: number; band: Band; values: number[] }[] = [];
  for (const [at, value] of plddt.entries()) {
    const band = bandOf(value);
    const last = segments.at(-1);
    if (last?.band === band) {
      last.to = at + 1;
      last.values.push(value);
    } else segments.push({ from: at + 1, to: at + 1, band, values: [value] });
  }
  return segments.map(({ values, ...segment }) => ({ ...segment, mean: mean(values) }));
}

/** One path for each band, `n` wide and 100 high. */
export const stripPaths = (plddt: readonly number[]): { band: Band; path: string }[] =>
  BANDS.map((band) => ({
    band,
    path: plddt
      .map((value, at) =>
        bandOf(value) === band ? `M${at + 0.05} 100V${(100 - value).toFixed(1)}H${at + 0.95}V100Z` : '',
      )
      .join(''),
  }));

/** The meaning of the scores, for a reader who must decide what to do with the structure. */
export function meaning(plddt: readonly number[], ptm: number | null): string[] {
  const average = mean(plddt);
  const overall =
    average >= 90
      ? 'The whole is predicted with very high confidence; side chains can mostly be trusted too.'
      : average >= 70
        ? 'The backbone can mostly be trusted; look at the pLDDT before relying on a side chain.'
        : average >= 50
          ? 'Treat the fold with caution: read only the confident stretches.'
          : 'Hardly anything here can be trusted: the protein may be disordered, or have too few known relatives.';
  const runs = runsBelow(plddt, 50).filter(({ from, to }) => to - from >= 3);
  const disorder = runs.slice(0, 3).map(({ from, to }) => {
    const where =
      to === plddt.length
        ? `The last ${to - from + 1} residues`
        : from === 1
          ? `The first ${to} residues`
          : `Residues ${from} to ${to}`;
    return `${where} are below 50: probably disordered, do not read their position.`;
  });
  const fold =
    ptm === null
      ? []
      : [
          ptm >= 0.8
            ? `pTM ${ptm.toFixed(2)}: the overall fold is likely right.`
            : ptm >= 0.5
              ? `pTM ${ptm.toFixed(2)}: the overall fold is plausible; the relative position of domains is less certain.`
              : `pTM ${ptm.toFixed(2)}: the overall fold is a guess.`,
        ];
  return [overall, ...fold, ...disorder];
}

function runsBelow(plddt: readonly number[], limit: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [at, value] of plddt.entries()) {
    if (value >= limit) continue;
    const last = runs.at(-1);
    if (last?.to === at) last.to = at + 1;
    else runs.push({ from: at + 1, to: at + 1 });
  }
  return runs;
}
