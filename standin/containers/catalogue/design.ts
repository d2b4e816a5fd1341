/** Designs: sequences for a backbone, backbones of a length, poses of a ligand. All are generated from a seed. */
import { round } from '../alphafold/confidence.js';
import { seededChance } from '../alphafold/random.js';
import { BadRequest } from '../alphafold/request.js';
import { LETTERS } from '../alphafold/residues.js';
import { predictStructures, type Structure } from '../alphafold/structures.js';
import type { Fields } from '../container.js';
import { fileOf, textIn, wholeIn, type Program } from './program.js';

const LONGEST_PDB = 200_000;

/** Residues of a PDB file, by its alpha carbons. */
function residuesIn(parameters: Fields): number {
  const pdb = textIn(parameters, 'pdb', LONGEST_PDB);
  const residues = pdb.split('\n').filter((line) => /^ATOM.{8} CA /.test(line)).length;
  if (residues === 0) throw new BadRequest('parameters.pdb holds no alpha carbon.');
  return residues;
}

const sequencesOf = (parameters: Fields): number => wholeIn(parameters, 'sequences', 4, 1, 64);

export const inverseFold: Program = {
  seconds: (parameters) => 0.5 + (residuesIn(parameters) * sequencesOf(parameters)) / 2_000,
  answer(parameters) {
    const residues = residuesIn(parameters);
    const sequences = Array.from({ length: sequencesOf(parameters) }, (_, place) => {
      const chance = seededChance('mpnn', textIn(parameters, 'pdb', LONGEST_PDB), String(place));
      const sequence = Array.from({ length: residues }, () => chance.pick(LETTERS)).join('');
      return {
        sequence,
        score: round(chance.between(0.7, 1.4), 3),
        recovery: round(chance.between(0.3, 0.55), 3),
      };
    }).sort((a, b) => a.score - b.score);
    const fasta = sequences.map(
      ({ sequence, score }, at) => `>synthetic_${at + 1} score=${score}\n${sequence}\n`,
    );
    return { sequences, fasta: fileOf('sequences.fasta', 'text/x-fasta', fasta.join('')) };
  },
};

const lengthIn = (parameters: Fields): number => wholeIn(parameters, 'length', 100, 20, 500);
const designsOf = (parameters: Fields): number => wholeIn(parameters, 'designs', 1, 1, 8);

export const generateBackbone: Program = {
  seconds: (parameters) => designsOf(parameters) * (2 + lengthIn(parameters) / 10),
  async answer(parameters) {
    const designs = [];
    for (let at = 1; at <= designsOf(parameters); at += 1) {
      const chance = seededChance(
        'rfdiffusion',
        String(at),
        String(wholeIn(parameters, 'seed', 0, 0, 4_294_967_295)),
      );
      const sequence = Array.from({ length: lengthIn(parameters) }, () => chance.pick('AEKLVG')).join('');
      const structures: Structure[] = [];
      for await (const structure of predictStructures(sequence, 1)) structures.push(structure);
      const [{ pdb }] = structures as [Structure];
      designs.push({ design: at, pdb: { $file: { ...pdb.$file, name: `design_${at}.pdb` } } });
    }
    return { designs, length: lengthIn(parameters) };
  },
};

const posesOf = (parameters: Fields): number => wholeIn(parameters, 'poses', 5, 1, 40);
const LONGEST_SMILES = 500;

export const dock: Program = {
  seconds: (parameters) => 5 + posesOf(parameters) * 0.5 + residuesIn(parameters) / 100,
  answer(parameters) {
    const smiles = textIn(parameters, 'smiles', LONGEST_SMILES);
    const atoms = smiles.match(/Cl|Br|[BCNOPSFI]|[bcnops]/g);
    if (!atoms) throw new BadRequest('parameters.smiles holds no atom.');
    const poses = Array.from({ length: posesOf(parameters) }, (_, place) => {
      const chance = seededChance('diffdock', smiles, String(place));
      return { confidence: round(chance.between(-3, 1), 2), chance };
    })
      .sort((a, b) => b.confidence - a.confidence)
      .map(({ confidence, chance }, at) => ({
        rank: at + 1,
        confidence,
        sdf: fileOf(`pose_${at + 1}.sdf`, 'chemical/x-mdl-sdfile', printMol(atoms, chance)),
      }));
    return { poses };
  },
};

/** Atoms at synthetic positions, as a V2000 connection table (Dalby et al., J. Chem. Inf. Comput. Sci. 32, 244, 1992). */
function printMol(atoms: readonly string[], chance: ReturnType<typeof seededChance>): string {
  const place = () => chance.spread(5).toFixed(4).padStart(10);
  const named = (atom: string) => (atom.charAt(0).toUpperCase() + atom.slice(1)).padEnd(3);
  return [
    'SYNTHETIC pose',
    '  Radiant stand-in',
    'Atoms at random places: no prediction.',
    `${String(atoms.length).padStart(3)}  0  0  0  0  0  0  0  0  0999 V2000`,
    ...atoms.map(
      (atom) => `${place()}${place()}${place()} ${named(atom)} 0  0  0  0  0  0  0  0  0  0  0  0`,
    ),
    'M  END',
    '$$$$',
    '',
  ].join('\n');
}
