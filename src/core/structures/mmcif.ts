/** Writes a structure as mmCIF, with its confidence in ModelCIF's categories. */
import { residuesOf, type Atom, type Pdb } from './pdb.js';

const SITE: [item: string, of: (atom: Atom, entity: number) => string][] = [
  ['group_PDB', ({ group }) => group],
  ['id', ({ serial }) => serial],
  ['type_symbol', ({ element }) => element],
  ['label_atom_id', ({ name }) => name],
  ['label_alt_id', ({ alternative }) => alternative],
  ['label_comp_id', ({ residue }) => residue],
  ['label_asym_id', ({ chain }) => chain || 'A'],
  ['label_entity_id', (_, entity) => String(entity)],
  ['label_seq_id', ({ group, number }) => (group === 'ATOM' ? number : '')],
  ['pdbx_PDB_ins_code', ({ insertion }) => insertion || '?'],
  ['Cartn_x', ({ x }) => x],
  ['Cartn_y', ({ y }) => y],
  ['Cartn_z', ({ z }) => z],
  ['occupancy', ({ occupancy }) => occupancy || '1.00'],
  ['B_iso_or_equiv', ({ bFactor }) => bFactor],
  ['pdbx_formal_charge', ({ charge }) => charge || '?'],
  ['auth_seq_id', ({ number }) => number],
  ['auth_comp_id', ({ residue }) => residue],
  ['auth_asym_id', ({ chain }) => chain || 'A'],
  ['auth_atom_id', ({ name }) => name],
  ['pdbx_PDB_model_num', ({ model }) => String(model)],
];

/** Each chain is its own entity, because the molecules are not known. */
export function printCif(name: string, pdb: Pdb, plddt: readonly number[] | null): string {
  const { title, remarks, atoms } = pdb;
  const chains = [...new Set(atoms.map(({ chain }) => chain))];
  const entities = new Map(chains.map((chain, place) => [chain, place + 1]));
  const residues = residuesOf(pdb);
  return [
    `data_${name.replace(/[^\w.-]/g, '_')}`,
    ...remarks.map((remark) => `# ${remark}`),
    `_entry.id ${quoted(name)}`,
    `_struct.entry_id ${quoted(name)}`,
    `_struct.title ${quoted(title)}`,
    ...loop(
      'entity',
      ['id', 'type'],
      chains.map((chain) => [String(entities.get(chain)), 'polymer']),
    ),
    ...loop(
      'struct_asym',
      ['id', 'entity_id'],
      chains.map((chain) => [chain || 'A', String(entities.get(chain))]),
    ),
    ...loop(
      'atom_site',
      SITE.map(([item]) => item),
      atoms.map((atom) => SITE.map(([, of]) => of(atom, entities.get(atom.chain) as number))),
    ),
    ...loop('ma_qa_metric', ['id', 'name', 'type', 'mode'], [['1', 'pLDDT', 'pLDDT', 'local']]),
    ...loop(
      'ma_qa_metric_local',
      [
        'ordinal_id',
        'model_id',
        'label_asym_id',
        'label_seq_id',
        'label_comp_id',
        'metric_id',
        'metric_value',
      ],
      residues.map((residue, place) => [
        String(place + 1),
        '1',
        residue.chain || 'A',
        residue.number,
        residue.name,
        '1',
        (plddt?.[place] ?? residue.plddt).toFixed(2),
      ]),
    ),
    '#',
    '',
  ].join('\n');
}

const loop = (category: string, items: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  '#',
  'loop_',
  ...items.map((item) => `_${category}.${item}`),
  ...rows.map((row) => row.map(quoted).join(' ')),
];

/** Quoted so that CIF reads it as one value. */
function quoted(value: string): string {
  if (value === '') return '.';
  if (/^[^\s"'#$_;[\]][^\s"']*$/.test(value) && !/^(data|loop|save|stop|global)_/i.test(value)) return value;
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `"${value.replaceAll('"', "'")}"` : `'${value}'`;
}
