/** Prints a backbone as a PDB file (format 3.3) that states clearly that it is no prediction. */
import { STRIDE } from './backbone.js';
import { residueOf } from './residues.js';

export interface Drawing {
  sequence: string;
  /** Twelve coordinates a residue, as `buildBackbone` makes them, in ångströms. */
  atoms: Float64Array;
  /** Goes into the B-factor column. */
  plddt: readonly number[];
  title: string;
}

const ATOMS = ['N', 'CA', 'C', 'O'] as const;
/** Eight columns hold -999.999 to 9999.999. */
const LOWEST = -999;

export function printPdb({ sequence, atoms, plddt, title }: Drawing): string {
  const letters = sequence.split('');
  const moved = centre(atoms);
  const lines = [
    `TITLE     ${title}`.slice(0, 80),
    'REMARK   1 SYNTHETIC. MADE BY THE RADIANT STAND-IN FROM A SEEDED RANDOM WALK.',
    'REMARK   1 THIS IS NO PREDICTION AND NO MEASUREMENT. DO NOT RELY ON IT.',
    'REMARK   1 THE B-FACTOR COLUMN HOLDS A MADE-UP PLDDT.',
    ...printSequence(letters),
  ];
  let serial = 0;
  for (const [i, letter] of letters.entries()) {
    for (const [a, atom] of ATOMS.entries()) {
      serial += 1;
      const at = i * STRIDE + a * 3;
      const place = [0, 1, 2].map((axis) => (moved[at + axis] as number).toFixed(3).padStart(8)).join('');
      lines.push(
        `ATOM  ${pad(serial, 5)}  ${atom.padEnd(3)} ${residueOf(letter).name} A${pad(i + 1, 4)}    ` +
          `${place}  1.00${(plddt[i] ?? 0).toFixed(2).padStart(6)}          ${atom.slice(0, 1).padStart(2)}  `,
      );
    }
  }
  const last = residueOf(letters.at(-1) as string).name;
  lines.push(`TER   ${pad(serial + 1, 5)}      ${last} A${pad(letters.length, 4)} `, 'END');
  return `${lines.map((line) => line.padEnd(80)).join('\n')}\n`;
}

function printSequence(letters: readonly string[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < letters.length; from += 13) {
    const names = letters.slice(from, from + 13).map((letter) => residueOf(letter).name);
    lines.push(`SEQRES ${pad(lines.length + 1, 3)} A ${pad(letters.length, 4)}  ${names.join(' ')}`);
  }
  return lines;
}

/** Centres the chain on the origin, or moves it into the positive octant if it is too long for the columns. */
function centre(atoms: Float64Array): Float64Array {
  const shift = [0, 1, 2].map((axis) => {
    let sum = 0;
    let least = Infinity;
    for (let at = axis; at < atoms.length; at += 3) {
      sum += atoms[at] as number;
      least = Math.min(least, atoms[at] as number);
    }
    const middle = (sum * 3) / atoms.length;
    return least - middle < LOWEST ? least : middle;
  });
  return atoms.map((value, at) => value - (shift[at % 3] as number));
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}
