/** Reads a PDB file: its atoms, its title, and the confidence of each residue. */

export interface Atom {
  /** ATOM or HETATM. */
  group: string;
  serial: string;
  name: string;
  alternative: string;
  residue: string;
  chain: string;
  number: string;
  insertion: string;
  x: string;
  y: string;
  z: string;
  occupancy: string;
  bFactor: string;
  element: string;
  charge: string;
  model: number;
}

export interface Pdb {
  title: string;
  /** Remarks of the file, such as that it is synthetic. */
  remarks: string[];
  atoms: Atom[];
}

export interface Residue {
  chain: string;
  number: string;
  name: string;
  /** The B-factor of its CA atom, or of its first atom. */
  plddt: number;
}

export function readPdb(text: string): Pdb {
  const titles: string[] = [];
  const remarks: string[] = [];
  const atoms: Atom[] = [];
  let model = 1;
  for (const line of text.split(/\r?\n/)) {
    const record = line.slice(0, 6).trimEnd();
    if (record === 'TITLE') titles.push(line.slice(10, 80).trim());
    else if (record === 'REMARK') remarks.push(line.slice(10, 80).trim());
    else if (record === 'MODEL') model = Number(line.slice(6).trim()) || model;
    else if (record === 'ATOM' || record === 'HETATM') atoms.push(atomIn(line, record, model));
  }
  return { title: titles.join(' '), remarks: remarks.filter((remark) => remark !== ''), atoms };
}

function atomIn(line: string, group: string, model: number): Atom {
  const at = (from: number, to: number) => line.slice(from, to).trim();
  const name = at(12, 16);
  return {
    group,
    serial: at(6, 11),
    name,
    alternative: at(16, 17),
    residue: at(17, 20),
    chain: at(21, 22),
    number: at(22, 26),
    insertion: at(26, 27),
    x: at(30, 38),
    y: at(38, 46),
    z: at(46, 54),
    occupancy: at(54, 60),
    bFactor: at(60, 66),
    element: at(76, 78) || name.replace(/[^A-Za-z]/g, '').slice(0, 1),
    charge: at(78, 80),
    model,
  };
}

/** Residues of the first model, in the order of the file. */
export function residuesOf({ atoms }: Pdb): Residue[] {
  const residues = new Map<string, Residue>();
  const first = Math.min(...new Set(atoms.map(({ model }) => model)));
  for (const { group, chain, number, insertion, residue, name, bFactor, model } of atoms) {
    if (group !== 'ATOM' || model !== first) continue;
    const place = `${chain} ${number}${insertion}`;
    if (name === 'CA' || !residues.has(place))
      residues.set(place, { chain, number: number + insertion, name: residue, plddt: Number(bFactor) });
  }
  return [...residues.values()];
}

/** @param plddt if it is known from another source than the file */
export function plddtCsv(pdb: Pdb, plddt: readonly number[] | null): string {
  const lines = residuesOf(pdb).map(
    ({ chain, number, name, plddt: inFile }, place) =>
      `${chain},${number},${name},${plddt?.[place] ?? inFile}`,
  );
  return `${['chain,residue,name,plddt', ...lines].join('\n')}\n`;
}
