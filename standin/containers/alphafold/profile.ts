/** How long AlphaFold 2 computes on ml.g5.12xlarge, as data: the catalogue's row must say the same. */
import { toMilliseconds } from '../../clock.js';

export const profile = {
  /** Seconds for one model of one structure. */
  inferenceTime100Residues: 4.9,
  inferenceTime500Residues: 29,
  /** Never faster than this, however short the sequence. */
  minimumSeconds: 1,
  warmUpSeconds: 180,
  maxResidues: 2700,
} as const;

/** Virtual seconds of one pass over a sequence: linear through the two known lengths, and beyond them. */
export function passSeconds(residues: number): number {
  const perResidue = (profile.inferenceTime500Residues - profile.inferenceTime100Residues) / 400;
  const seconds = profile.inferenceTime100Residues + (residues - 100) * perResidue;
  return toMilliseconds(Math.max(profile.minimumSeconds, seconds));
}
