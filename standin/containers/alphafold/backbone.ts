/** Builds a protein backbone atom by atom from torsion angles (NeRF: Parsons et al., J. Comput. Chem. 26 (2005) 1063). */

/** Torsions of one residue in degrees. */
export interface Torsions {
  phi: number;
  psi: number;
}

/** Ideal geometry in ångströms and degrees (Engh and Huber, rounded). */
const BOND = { nCa: 1.458, caC: 1.525, cN: 1.329, cO: 1.231 } as const;
const ANGLE = { nCaC: 111.0, caCN: 117.2, cNCa: 121.7, caCO: 120.1 } as const;

/** Twelve coordinates a residue: x, y, z of N, CA, C and O. */
export const STRIDE = 12;
const N = 0;
const CA = 3;
const C = 6;
const O = 9;

const RADIANS = Math.PI / 180;

/**
 * Writes residues `from` to `to` (not included) into `atoms`, continuing the chain that ends at `from - 1`.
 * The carbonyl O of each residue needs only its own psi.
 */
export function extendChain(
  atoms: Float64Array,
  torsions: readonly Torsions[],
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i += 1) {
    const here = i * STRIDE;
    const { phi, psi } = torsions[i] as Torsions;
    if (i === 0) {
      const bend = (180 - ANGLE.nCaC) * RADIANS;
      atoms.set([0, 0, 0, BOND.nCa, 0, 0], 0);
      atoms.set([BOND.nCa + BOND.caC * Math.cos(bend), BOND.caC * Math.sin(bend), 0], C);
    } else {
      const last = here - STRIDE;
      const lastPsi = (torsions[i - 1] as Torsions).psi;
      place(atoms, last + N, last + CA, last + C, here + N, BOND.cN, ANGLE.caCN, lastPsi);
      place(atoms, last + CA, last + C, here + N, here + CA, BOND.nCa, ANGLE.cNCa, 180);
      place(atoms, last + C, here + N, here + CA, here + C, BOND.caC, ANGLE.nCaC, phi);
    }
    place(atoms, here + N, here + CA, here + C, here + O, BOND.cO, ANGLE.caCO, psi + 180);
  }
}

export function buildBackbone(torsions: readonly Torsions[]): Float64Array {
  const atoms = new Float64Array(torsions.length * STRIDE);
  extendChain(atoms, torsions, 0, torsions.length);
  return atoms;
}

/** Puts atom `d` at `bond` from `c`, with the angle b-c-d and the torsion a-b-c-d (offsets into `atoms`). */
function place(
  atoms: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  bond: number,
  angle: number,
  torsion: number,
): void {
  const at = (offset: number): number => atoms[offset] as number;
  let bcx = at(c) - at(b);
  let bcy = at(c + 1) - at(b + 1);
  let bcz = at(c + 2) - at(b + 2);
  const bcLength = Math.hypot(bcx, bcy, bcz);
  bcx /= bcLength;
  bcy /= bcLength;
  bcz /= bcLength;
  const abx = at(b) - at(a);
  const aby = at(b + 1) - at(a + 1);
  const abz = at(b + 2) - at(a + 2);
  let nx = aby * bcz - abz * bcy;
  let ny = abz * bcx - abx * bcz;
  let nz = abx * bcy - aby * bcx;
  const nLength = Math.hypot(nx, ny, nz);
  nx /= nLength;
  ny /= nLength;
  nz /= nLength;
  const mx = ny * bcz - nz * bcy;
  const my = nz * bcx - nx * bcz;
  const mz = nx * bcy - ny * bcx;
  const along = -bond * Math.cos(angle * RADIANS);
  const across = bond * Math.sin(angle * RADIANS) * Math.cos(torsion * RADIANS);
  const aside = bond * Math.sin(angle * RADIANS) * Math.sin(torsion * RADIANS);
  atoms[d] = at(c) + along * bcx + across * mx + aside * nx;
  atoms[d + 1] = at(c + 1) + along * bcy + across * my + aside * ny;
  atoms[d + 2] = at(c + 2) + along * bcz + across * mz + aside * nz;
}
