/** Guesses helix, strand or coil for each residue from windowed Chou-Fasman propensities. */
import { residueOf } from './residues.js';

export type Shape = 'helix' | 'strand' | 'coil';

const WINDOW = 3;
const SHORTEST: Readonly<Record<Shape, number>> = { helix: 5, strand: 3, coil: 1 };
/** Longer elements are broken by a turn, so that a chain can fold back on itself. */
const LONGEST: Readonly<Record<Shape, number>> = { helix: 24, strand: 9, coil: Infinity };
const TURN = 4;

/** A stretch of one shape: residues `from` to `to`, the last not included. */
export interface Stretch {
  shape: Shape;
  from: number;
  to: number;
}

export function assignShapes(sequence: string): Shape[] {
  const residues = sequence.split('').map(residueOf);
  const shapes = residues.map((_, i): Shape => {
    const near = residues.slice(Math.max(0, i - WINDOW), i + WINDOW + 1);
    const helix = near.reduce((sum, residue) => sum + residue.helix, 0) / near.length;
    const strand = near.reduce((sum, residue) => sum + residue.strand, 0) / near.length;
    if (helix >= 1.03 && helix >= strand) return 'helix';
    return strand >= 1.05 ? 'strand' : 'coil';
  });
  for (const { shape, from, to } of stretchesOf(shapes)) {
    if (to - from < SHORTEST[shape]) shapes.fill('coil', from, to);
    for (let turn = from + LONGEST[shape]; turn + TURN < to; turn += LONGEST[shape] + TURN) {
      shapes.fill('coil', turn, turn + TURN);
    }
  }
  return shapes;
}

export function stretchesOf(shapes: readonly Shape[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [i, shape] of shapes.entries()) {
    const last = stretches.at(-1);
    if (last?.shape === shape) last.to = i + 1;
    else stretches.push({ shape, from: i, to: i + 1 });
  }
  return stretches;
}
