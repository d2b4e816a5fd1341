/** Simulates a database search: an alignment of homologues, and templates. */
import { seededChance, type Chance } from './random.js';
import { LETTERS } from './residues.js';
import { mean, round } from './confidence.js';

export interface Alignment {
  /** The A3M file: the query first; gaps are "-", insertions lower-case. */
  a3m: string;
  /** Rows, the query included. */
  depth: number;
  /** Mean fraction of the query's columns that a homologue fills. */
  coverage: number;
}

export function makeAlignment(sequence: string): Alignment {
  const chance = seededChance('msa', sequence);
  const homologues = 48 + Math.floor(chance.next() * 80);
  const lines = ['>query SYNTHETIC alignment by the Radiant stand-in: no database was searched', sequence];
  const coverages: number[] = [];
  for (let k = 1; k <= homologues; k += 1) {
    const identity = chance.between(0.3, 0.95);
    const row = makeHomologue(sequence, identity, chance);
    const filled = row.split('').filter((letter) => LETTERS.includes(letter)).length;
    coverages.push(filled / sequence.length);
    lines.push(`>synthetic_${String(k).padStart(4, '0')} SYNTHETIC homologue`, row);
  }
  return { a3m: `${lines.join('\n')}\n`, depth: homologues + 1, coverage: round(mean(coverages), 3) };
}

function makeHomologue(sequence: string, identity: number, chance: Chance): string {
  const n = sequence.length;
  const from = chance.next() < 0.5 ? 0 : Math.floor(chance.between(0, n * 0.15));
  const to = chance.next() < 0.5 ? n : n - Math.floor(chance.between(0, n * 0.15));
  let gap = 0;
  return sequence
    .split('')
    .map((letter, i) => {
      if (gap === 0 && chance.next() < 0.008) gap = 1 + Math.floor(chance.next() * 6);
      if (i < from || i >= to || gap > 0) {
        gap = Math.max(0, gap - 1);
        return '-';
      }
      const inserted = chance.next() < 0.006 ? makeInsertion(chance) : '';
      return inserted + (chance.next() < identity ? letter : chance.pick(LETTERS));
    })
    .join('');
}

function makeInsertion(chance: Chance): string {
  const length = 1 + Math.floor(chance.next() * 4);
  return Array.from({ length }, () => chance.pick(LETTERS).toLowerCase()).join('');
}

export interface Template {
  /** Like a PDB chain, but with a leading 0, which no PDB entry has. */
  id: string;
  synthetic: true;
  identity: number;
  coverage: number;
  eValue: number;
}

/** Up to four templates, best first. */
export function makeTemplates(sequence: string): Template[] {
  const chance = seededChance('templates', sequence);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: 1 + Math.floor(chance.next() * 4) }, (): Template => {
    const identity = round(chance.between(0.2, 0.9), 3);
    return {
      id: `0${chance.pick(letters)}${chance.pick(letters)}${chance.pick(letters)}_${chance.pick('ABCD')}`,
      synthetic: true,
      identity,
      coverage: round(chance.between(0.5, 1), 3),
      eValue: Number((10 ** (-identity * 60 * chance.between(0.7, 1))).toExponential(2)),
    };
  }).sort((a, b) => a.eValue - b.eValue);
}
