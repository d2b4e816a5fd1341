/** Generates synthetic confidence values like AlphaFold's: pLDDT for each residue, pTM, and the aligned error of each pair. */
import { seededChance, type Chance } from './random.js';
import { residueOf } from './residues.js';
import type { Shape } from './shapes.js';

const EXPECTED: Readonly<Record<Shape, number>> = { helix: 93, strand: 91, coil: 76 };
const TAIL = 8;

/** pLDDT (0..100, two decimals) for each residue; high in helices and strands, low in coils and at both ends. */
export function makePlddt(sequence: string, shapes: readonly Shape[], model: string): number[] {
  const chance = seededChance('plddt', sequence, model);
  const offset = chance.between(-6, 1);
  const raw = shapes.map((shape, i) => {
    const end = Math.min(i, shapes.length - 1 - i);
    const fraying = end < TAIL ? (TAIL - end) * 3.5 : 0;
    const { helix, strand } = residueOf(sequence[i] as string);
    const disorder = shape === 'coil' ? 18 * Math.max(0, 1 - Math.max(helix, strand)) : 0;
    return EXPECTED[shape] + offset - fraying - disorder + chance.spread(3);
  });
  return raw.map((_, i) => {
    const near = raw.slice(Math.max(0, i - 1), i + 2);
    return round(Math.min(98.9, Math.max(20, mean(near))), 2);
  });
}

/** Predicted TM-score: synthetic, and growing with the mean pLDDT. */
export function makePtm(meanPlddt: number): number {
  return round(Math.min(0.96, Math.max(0.1, (meanPlddt - 30) / 68)), 2);
}

/** The file of aligned errors: n x n bytes by rows, in eighths of an ångström, capped at 255. */
export function makePae(plddt: readonly number[], chance: Chance): Buffer {
  const n = plddt.length;
  const doubt = Float64Array.from(plddt, (value) => 0.15 + (0.85 * (100 - value)) / 100);
  const reach = Float64Array.from(plddt, (_, distance) => 240 * (1 - Math.exp(-distance / 80)));
  const grain = Uint8Array.from({ length: 4096 }, () => chance.between(2, 9));
  const errors = Buffer.alloc(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      const distance = Math.abs(i - j);
      const doubts = 0.6 * (doubt[j] as number) + 0.4 * (doubt[i] as number);
      const noise = distance === 0 ? 2 : (grain[(i * 31 + j * 17) & 4095] as number);
      errors[i * n + j] = Math.min(255, (reach[distance] as number) * doubts * 1.6 + noise);
    }
  }
  return errors;
}

/** The largest error of such a file, in ångströms. */
export function largestError(errors: Buffer): number {
  let largest = 0;
  // By index: iterating over seven million bytes would take ten times as long.
  for (let at = 0; at < errors.length; at += 1) largest = Math.max(largest, errors[at] as number);
  return largest / 8;
}

export interface Bands {
  veryHigh: number;
  confident: number;
  low: number;
  veryLow: number;
}

/** Fractions of residues in AlphaFold's bands; a value on a threshold (90, 70, 50) belongs to the upper band. */
export function bandsOf(plddt: readonly number[]): Bands {
  const share = (from: number, to: number): number =>
    plddt.filter((value) => value >= from && value < to).length / Math.max(1, plddt.length);
  return {
    veryHigh: share(90, Infinity),
    confident: share(70, 90),
    low: share(50, 70),
    veryLow: share(-Infinity, 50),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
