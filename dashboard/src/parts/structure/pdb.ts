/** Reads residues from a PDB file, and finds the rotation that shows most of the structure. */

export interface Residue {
  chain: string;
  number: number;
  letter: string;
  plddt: number;
  at: readonly [number, number, number];
}

const LETTERS: Record<string, string> = {
  ALA: 'A',
  ARG: 'R',
  ASN: 'N',
  ASP: 'D',
  CYS: 'C',
  GLN: 'Q',
  GLU: 'E',
  GLY: 'G',
  HIS: 'H',
  ILE: 'I',
  LEU: 'L',
  LYS: 'K',
  MET: 'M',
  PHE: 'F',
  PRO: 'P',
  SER: 'S',
  THR: 'T',
  TRP: 'W',
  TYR: 'Y',
  VAL: 'V',
};

/** One residue for each alpha carbon of the first model. */
export function residuesOf(pdb: string): Residue[] {
  const residues: Residue[] = [];
  for (const line of pdb.split('\n')) {
    if (line.startsWith('ENDMDL')) break;
    if (!line.startsWith('ATOM') || line.slice(12, 16).trim() !== 'CA' || !' A1'.includes(line.charAt(16)))
      continue;
    const number = (from: number, to: number) => Number(line.slice(from, to));
    residues.push({
      chain: line.charAt(21),
      number: number(22, 26),
      letter: LETTERS[line.slice(17, 20)] ?? 'X',
      plddt: number(60, 66),
      at: [number(30, 38), number(38, 46), number(46, 54)],
    });
  }
  return residues;
}

type Vector = readonly [number, number, number];
export type Quaternion = readonly [x: number, y: number, z: number, w: number];

/** The rotation that puts the longest extent of the points along x and the next along y, so that they are seen face-on. */
export function faceOn(points: readonly Vector[]): Quaternion {
  if (points.length < 3) return [0, 0, 0, 1];
  const centre = [0, 1, 2].map(
    (axis) => points.reduce((sum, point) => sum + (point[axis] as number), 0) / points.length,
  );
  const spread = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) =>
      points.reduce(
        (sum, point) =>
          sum +
          ((point[row] as number) - (centre[row] as number)) *
            ((point[column] as number) - (centre[column] as number)),
        0,
      ),
    ),
  );
  const [first, second] = axesOf(spread);
  const third = cross(first, second);
  return quaternionOf([first, second, third]);
}

/** The two directions of largest spread (Jacobi's method; three sweeps would do, ten cost nothing). */
function axesOf(matrix: number[][]): [Vector, Vector] {
  const a = matrix.map((row) => [...row]);
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const get = (m: number[][], row: number, column: number) => (m[row] as number[])[column] as number;
  const set = (m: number[][], row: number, column: number, value: number) =>
    ((m[row] as number[])[column] = value);
  for (let sweep = 0; sweep < 10; sweep += 1) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const off = get(a, p, q);
      if (Math.abs(off) < 1e-9) continue;
      const angle = 0.5 * Math.atan2(2 * off, get(a, q, q) - get(a, p, p));
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let k = 0; k < 3; k += 1) {
        const [kp, kq] = [get(a, k, p), get(a, k, q)];
        set(a, k, p, c * kp - s * kq);
        set(a, k, q, s * kp + c * kq);
      }
      for (let k = 0; k < 3; k += 1) {
        const [pk, qk] = [get(a, p, k), get(a, q, k)];
        set(a, p, k, c * pk - s * qk);
        set(a, q, k, s * pk + c * qk);
        const [vp, vq] = [get(v, k, p), get(v, k, q)];
        set(v, k, p, c * vp - s * vq);
        set(v, k, q, s * vp + c * vq);
      }
    }
  }
  const axes = [0, 1, 2]
    .sort((one, other) => get(a, other, other) - get(a, one, one))
    .map((column): Vector => [get(v, 0, column), get(v, 1, column), get(v, 2, column)]);
  return [axes[0] as Vector, axes[1] as Vector];
}

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The quaternion of a rotation matrix, given by its rows. */
function quaternionOf([[a, b, c], [d, e, f], [g, h, i]]: readonly [Vector, Vector, Vector]): Quaternion {
  const trace = a + e + i;
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    return [(h - f) / s, (c - g) / s, (d - b) / s, s / 4];
  }
  if (a > e && a > i) {
    const s = 2 * Math.sqrt(1 + a - e - i);
    return [s / 4, (b + d) / s, (c + g) / s, (h - f) / s];
  }
  if (e > i) {
    const s = 2 * Math.sqrt(1 + e - a - i);
    return [(b + d) / s, s / 4, (f + h) / s, (c - g) / s];
  }
  const s = 2 * Math.sqrt(1 + i - a - e);
  return [(c + g) / s, (f + h) / s, s / 4, (d - b) / s];
}
