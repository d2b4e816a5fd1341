/** Chooses torsion angles for a chain: regular in helices and strands, and in coils such that the chain folds compactly. */
import { STRIDE, extendChain, type Torsions } from './backbone.js';
import { seededChance, type Chance } from './random.js';
import { stretchesOf, type Shape } from './shapes.js';

const REGULAR: Readonly<Record<'helix' | 'strand', Torsions>> = {
  helix: { phi: -57, psi: -47 },
  strand: { phi: -120, psi: 130 },
};
/** Where coil residues are found in a Ramachandran plot; the left-handed helix is rare. */
const COIL: readonly Torsions[] = [
  { phi: -65, psi: -40 },
  { phi: -70, psi: 145 },
  { phi: -75, psi: 150 },
  { phi: -120, psi: 120 },
  { phi: -90, psi: 0 },
  { phi: 57, psi: 45 },
];
const TRIES = 10;
const LONGEST_LOOP = 6;
/** Alpha carbons nearer than this (in ångströms) would overlap. */
const CLASH = 4;
const CA = 3;

/** One fold for a sequence: a greedy walk that keeps, loop by loop, the candidate with the fewest clashes nearest to the core. */
export function foldChain(sequence: string, shapes: readonly Shape[]): Torsions[] {
  const chance = seededChance('fold', sequence);
  const torsions = shapes.map((shape, i) => torsionsFor(shape, sequence[i], chance));
  const atoms = new Float64Array(sequence.length * STRIDE);
  for (const [from, to] of blocksOf(shapes)) {
    const core = centreOf(atoms, from);
    let best = { score: Infinity, torsions: torsions.slice(from, to) };
    for (let attempt = 0; attempt < TRIES && best.score > 0; attempt += 1) {
      for (let i = from; i < to; i += 1) torsions[i] = torsionsFor(shapes[i] as Shape, sequence[i], chance);
      extendChain(atoms, torsions, from, to);
      const score = from === 0 ? 0 : crowding(atoms, core, from, to);
      if (score < best.score) best = { score, torsions: torsions.slice(from, to) };
    }
    torsions.splice(from, to - from, ...best.torsions);
    extendChain(atoms, torsions, from, to);
  }
  return torsions;
}

/** The same fold with small differences for each model. */
export function vary(torsions: readonly Torsions[], degrees: number, chance: Chance): Torsions[] {
  return torsions.map(({ phi, psi }) => ({
    phi: phi + chance.spread(degrees),
    psi: psi + chance.spread(degrees),
  }));
}

function torsionsFor(shape: Shape, letter: string | undefined, chance: Chance): Torsions {
  if (shape !== 'coil') return REGULAR[shape];
  const { phi, psi } = chance.pick(COIL);
  return { phi: letter === 'P' ? -65 : phi + chance.spread(12), psi: psi + chance.spread(12) };
}

/** Loops, each with the element after it: the walk decides on one of these pieces at a time. */
function blocksOf(shapes: readonly Shape[]): Array<[from: number, to: number]> {
  const blocks: Array<[number, number]> = [];
  let open = 0;
  for (const { shape, from, to } of stretchesOf(shapes)) {
    if (shape !== 'coil') {
      blocks.push([open, to]);
      open = to;
      continue;
    }
    while (to - open > LONGEST_LOOP) {
      blocks.push([open, open + LONGEST_LOOP]);
      open += LONGEST_LOOP;
    }
    open = Math.max(open, from);
  }
  if (open < shapes.length) blocks.push([open, shapes.length]);
  return blocks;
}

type Point = readonly [x: number, y: number, z: number];

/** The centre of the first alpha carbons. */
function centreOf(atoms: Float64Array, count: number): Point {
  let [x, y, z] = [0, 0, 0];
  for (let at = CA; at < count * STRIDE; at += STRIDE) {
    x += atoms[at] as number;
    y += atoms[at + 1] as number;
    z += atoms[at + 2] as number;
  }
  return [x / count, y / count, z / count];
}

/** Mean distance of the new alpha carbons to the core, with a high penalty for each overlap with an old one. */
function crowding(atoms: Float64Array, core: Point, from: number, to: number): number {
  let distance = 0;
  let clashes = 0;
  for (let i = from; i < to; i += 1) {
    const here = i * STRIDE + CA;
    const x = atoms[here] as number;
    const y = atoms[here + 1] as number;
    const z = atoms[here + 2] as number;
    distance += Math.hypot(x - core[0], y - core[1], z - core[2]);
    const end = Math.min(from, i - 2) * STRIDE;
    for (let at = CA; at < end; at += STRIDE) {
      const dx = (atoms[at] as number) - x;
      const dy = (atoms[at + 1] as number) - y;
      const dz = (atoms[at + 2] as number) - z;
      if (dx * dx + dy * dy + dz * dz < CLASH * CLASH) clashes += 1;
    }
  }
  return (distance + clashes * 60) / (to - from);
}
