/** The geometry of a printed structure, measured from its own columns. */
import { beforeAll, describe, expect, test } from 'vitest';
import { predictStructures, type Structure } from './structures.js';
import { LETTERS } from './residues.js';
import { seededChance } from './random.js';

type Point = readonly [number, number, number];
const SEQUENCE = randomSequence(150);

function randomSequence(length: number): string {
  const chance = seededChance('test', String(length));
  return Array.from({ length }, () => chance.pick(LETTERS)).join('');
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const distance = (a: Point, b: Point): number => Math.sqrt(dot(minus(a, b), minus(a, b)));
const degrees = (radians: number): number => (radians * 180) / Math.PI;
const angle = (a: Point, b: Point, c: Point): number =>
  degrees(Math.acos(dot(minus(a, b), minus(c, b)) / distance(a, b) / distance(c, b)));
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** Torsion about b-c: 180 is trans. */
function torsion(a: Point, b: Point, c: Point, d: Point): number {
  const [ab, bc, cd] = [minus(b, a), minus(c, b), minus(d, c)];
  const [m, n] = [cross(ab, bc), cross(bc, cd)];
  return degrees(Math.atan2(dot(cross(m, n), bc) / Math.sqrt(dot(bc, bc)), dot(m, n)));
}

let best: Structure;
let atoms: string[];
/** Four points a residue: N, CA, C, O. */
let residues: Array<[Point, Point, Point, Point]>;

beforeAll(async () => {
  for await (const structure of predictStructures(SEQUENCE, 1)) best = structure;
  atoms = best.pdb.$file.data.split('\n').filter((line) => line.startsWith('ATOM  '));
  const points = atoms.map((line): Point => [
    Number(line.slice(30, 38)),
    Number(line.slice(38, 46)),
    Number(line.slice(46, 54)),
  ]);
  residues = SEQUENCE.split('').map((_, i) => points.slice(i * 4, i * 4 + 4) as [Point, Point, Point, Point]);
});

describe('bonds and angles', () => {
  // Coordinates are printed to 0.001 ångström, which changes a bond by at most 0.002, an angle by at most 0.2 degrees.
  test('within a residue', () => {
    for (const [n, ca, c, o] of residues) {
      expect(distance(n, ca)).toBeCloseTo(1.458, 2);
      expect(distance(ca, c)).toBeCloseTo(1.525, 2);
      expect(distance(c, o)).toBeCloseTo(1.231, 2);
      expect(Math.abs(angle(n, ca, c) - 111)).toBeLessThan(0.5);
      expect(Math.abs(angle(ca, c, o) - 120.1)).toBeLessThan(0.5);
    }
  });

  test('between residues', () => {
    for (const [i, [n, ca]] of residues.entries()) {
      const before = residues[i - 1];
      if (!before) continue;
      const [, lastCa, lastC, lastO] = before;
      expect(distance(lastC, n)).toBeCloseTo(1.329, 2);
      expect(Math.abs(angle(lastCa, lastC, n) - 117.2)).toBeLessThan(0.5);
      expect(Math.abs(angle(lastC, n, ca) - 121.7)).toBeLessThan(0.5);
      expect(Math.abs(angle(lastO, lastC, n) - 122.7)).toBeLessThan(0.5);
      expect(Math.abs(torsion(lastCa, lastC, n, ca))).toBeGreaterThan(179.5);
    }
  });
});

test('a helix has the torsions of a helix, and turns to the right', async () => {
  const letters = 'EEAAALLKKE'.repeat(2);
  for await (const { pdb } of predictStructures(letters, 1)) {
    const points = pdb.$file.data
      .split('\n')
      .filter((line) => line.startsWith('ATOM  '))
      .map((line): Point => [
        Number(line.slice(30, 38)),
        Number(line.slice(38, 46)),
        Number(line.slice(46, 54)),
      ]);
    const at = (residue: number, atom: number): Point => points[residue * 4 + atom] as Point;
    expect(Math.abs(torsion(at(8, 2), at(9, 0), at(9, 1), at(9, 2)) + 57)).toBeLessThan(4);
    expect(Math.abs(torsion(at(9, 0), at(9, 1), at(9, 2), at(10, 0)) + 47)).toBeLessThan(4);
    // Alpha carbons five residues apart are about 8.6 ångströms away in a helix, and 17 in a strand.
    expect(distance(at(5, 1), at(10, 1))).toBeLessThan(9.5);
  }
});

test('alpha carbons do not overlap', () => {
  let overlaps = 0;
  for (const [i, [, a]] of residues.entries()) {
    for (const [, b] of residues.slice(i + 3)) if (distance(a, b) < 3) overlaps += 1;
  }
  expect(overlaps).toBeLessThanOrEqual(1);
});

test('the columns are those of the PDB format', () => {
  const lines = best.pdb.$file.data.split('\n').slice(0, -1);
  expect(lines.every((line) => line.length === 80)).toBe(true);
  expect(atoms).toHaveLength(SEQUENCE.length * 4);
  for (const [i, line] of atoms.entries()) {
    const atom = ['N', 'CA', 'C', 'O'][i % 4] ?? '';
    expect(line.slice(6, 11)).toBe(String(i + 1).padStart(5));
    expect(line.slice(12, 16)).toBe(` ${atom}`.padEnd(4));
    expect(line.slice(16, 22)).toMatch(/^ [A-Z]{3} A$/);
    expect(line.slice(22, 26)).toBe(String(Math.floor(i / 4) + 1).padStart(4));
    expect(line.slice(54, 60)).toBe('  1.00');
    expect(Number(line.slice(60, 66))).toBe(best.plddt[Math.floor(i / 4)]);
    expect(line.slice(76, 78)).toBe(atom.slice(0, 1).padStart(2));
  }
  const names = lines
    .filter((line) => line.startsWith('SEQRES'))
    .flatMap((line) => line.slice(19).trim().split(' '));
  expect(names).toEqual(atoms.filter((_, i) => i % 4 === 0).map((line) => line.slice(17, 20)));
  expect(lines.some((line) => line.startsWith('REMARK') && line.includes('SYNTHETIC'))).toBe(true);
  expect(lines.slice(-2).map((line) => line.trim().split(/\s+/)[0])).toEqual(['TER', 'END']);
});

test('a chain of 2,700 residues that never bends still fits the columns', async () => {
  for await (const { pdb } of predictStructures('V'.repeat(2700), 1)) {
    const lines = pdb.$file.data.split('\n').slice(0, -1);
    expect(lines.every((line) => line.length === 80)).toBe(true);
  }
});
