/** Seeded random numbers: the same words always give the same numbers. */
import { createHash } from 'node:crypto';

export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Roughly normal around 0 with the given spread. */
  spread(width: number): number;
  pick<T>(choices: ArrayLike<T>): T;
}

/** Mulberry32 (Tommy Ettinger, public domain), seeded from SHA-256 of the words. */
export function seededChance(...words: string[]): Chance {
  let state = createHash('sha256').update(words.join('\u0000')).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    spread: (width) => (next() + next() + next() - 1.5) * 2 * width,
    pick<T>(choices: ArrayLike<T>): T {
      return choices[Math.floor(next() * choices.length)] as T;
    },
  };
}
