/** The twenty amino acids: names, and their propensity for helices and strands. */

export interface Residue {
  name: string;
  /** Chou-Fasman P(alpha) and P(beta): P. Y. Chou, G. D. Fasman, Adv. Enzymol. 47 (1978) 45-148. */
  helix: number;
  strand: number;
}

const residues: Readonly<Record<string, Residue>> = {
  A: { name: 'ALA', helix: 1.42, strand: 0.83 },
  R: { name: 'ARG', helix: 0.98, strand: 0.93 },
  N: { name: 'ASN', helix: 0.67, strand: 0.89 },
  D: { name: 'ASP', helix: 1.01, strand: 0.54 },
  C: { name: 'CYS', helix: 0.7, strand: 1.19 },
  Q: { name: 'GLN', helix: 1.11, strand: 1.1 },
  E: { name: 'GLU', helix: 1.51, strand: 0.37 },
  G: { name: 'GLY', helix: 0.57, strand: 0.75 },
  H: { name: 'HIS', helix: 1.0, strand: 0.87 },
  I: { name: 'ILE', helix: 1.08, strand: 1.6 },
  L: { name: 'LEU', helix: 1.21, strand: 1.3 },
  K: { name: 'LYS', helix: 1.16, strand: 0.74 },
  M: { name: 'MET', helix: 1.45, strand: 1.05 },
  F: { name: 'PHE', helix: 1.13, strand: 1.38 },
  P: { name: 'PRO', helix: 0.57, strand: 0.55 },
  S: { name: 'SER', helix: 0.77, strand: 0.75 },
  T: { name: 'THR', helix: 0.83, strand: 1.19 },
  W: { name: 'TRP', helix: 1.08, strand: 1.37 },
  Y: { name: 'TYR', helix: 0.69, strand: 1.47 },
  V: { name: 'VAL', helix: 1.06, strand: 1.7 },
};

export const LETTERS = Object.keys(residues).join('');

export function residueOf(letter: string): Residue {
  const residue = residues[letter];
  if (!residue) throw new Error(`"${letter}" is not one of the twenty amino acids.`);
  return residue;
}
