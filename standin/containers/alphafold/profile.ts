/** Compute times of AlphaFold 2 on ml.g5.12xlarge, as data. The catalogue's row must state the same. */
import { toMilliseconds } from '../../clock.js';

export const profile = {
  /** Seconds for one model of one structure. */
  inferenceTime100Residues: 4.9,
  inferenceTime500Residues: 29,
  /** The minimum, however short the sequence. */
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
