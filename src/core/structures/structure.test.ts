import { describe, expect, test } from 'vitest';
import { printCif } from './mmcif.js';
import { paeBytes, paeInJson, paeJson, sideOf } from './pae.js';
import { plddtCsv, readPdb, residuesOf } from './pdb.js';
import { structuresIn, type StoredFile } from './structure.js';
import type { Json } from '../json/json.js';

const file = (name: string, mediaType = 'application/octet-stream'): StoredFile => ({
  name,
  mediaType,
  size: 4,
  sha256: 'a',
  key: `files/${name}`,
});
const stored = (name: string, mediaType?: string) => ({ $file: { ...file(name, mediaType) } });

const PDB = [
  'TITLE     A TITLE,',
  'TITLE    2 LONG',
  'REMARK   1',
  'REMARK   1 SYNTHETIC.',
  'MODEL        1',
  'ATOM      1  N   MET A   1      11.104   6.134  -6.504  1.00 90.50           N  ',
  'ATOM      2  CA  MET A   1      11.639   6.071  -5.147  1.00 91.50           C1+',
  "ATOM      3  C1'   G B   2A      1.000   2.000   3.000       50.00",
  'HETATM    4 ZN    ZN A 101       1.000   2.000   3.000  0.50  1.00          ZN',
  'ENDMDL',
  'MODEL        2',
  'ATOM      5  CA  MET A   1      11.639   6.071  -5.147  1.00 10.00           C',
  'MODEL     what',
  'END',
].join('\r\n');

describe('structures in an output', () => {
  test.each<[string, Json]>([
    ['nothing', null],
    ['a number', 3],
    ['text that is no structure', { pdb: 'not ATOM' }],
    ['a file of something else', { pdb: stored('a.txt', 'text/plain') }],
    ['a file that was not kept', { pdb: { $file: { name: 'a.pdb' } } }],
    ['numbers', { list: [1, 2], deep: [[3]] }],
    ['too deep', Array.from({ length: 9 }).reduce<Json>((inner) => ({ inner }), { pdb: stored('a.pdb') })],
  ])('none in %s', (_, output) => {
    expect(structuresIn(output)).toEqual([]);
  });

  test('files and text, ranked, with their confidence if known', () => {
    const found = structuresIn({
      confidence: { mean: 3 },
      structures: [
        { rank: 2, model: 'b', any: stored('b.ent'), plddt: [1, 2], pae: stored('pae.bin') },
        {
          rank: 1,
          pdb: stored('x', 'chemical/x-pdb'),
          pLDDT: ['high'],
          predicted_aligned_error: [
            [0, 1],
            [2, 3],
          ],
        },
        { note: 'no structure' },
        { rank: 0.5, structure: PDB, pae: [[1, 2]] },
      ],
    });
    expect(found).toEqual([
      {
        rank: 1,
        model: null,
        pdb: { file: file('x', 'chemical/x-pdb') },
        plddt: null,
        pae: {
          value: [
            [0, 1],
            [2, 3],
          ],
        },
      },
      { rank: 2, model: 'b', pdb: { file: file('b.ent') }, plddt: [1, 2], pae: { file: file('pae.bin') } },
      { rank: 4, model: null, pdb: { value: PDB }, plddt: null, pae: null },
    ]);
    expect(structuresIn({ deep: { er: { pdb: stored('a.pdb') } } })).toMatchObject([{ rank: 1 }]);
    expect(structuresIn({ pdb: PDB })).toMatchObject([{ pdb: { value: PDB } }]);
  });
});

describe('a PDB file', () => {
  const pdb = readPdb(PDB);

  test('is read by its columns', () => {
    expect(pdb).toMatchObject({ title: 'A TITLE, LONG', remarks: ['SYNTHETIC.'] });
    expect(pdb.atoms).toHaveLength(5);
    expect(pdb.atoms[1]).toEqual({
      group: 'ATOM',
      serial: '2',
      name: 'CA',
      alternative: '',
      residue: 'MET',
      chain: 'A',
      number: '1',
      insertion: '',
      x: '11.639',
      y: '6.071',
      z: '-5.147',
      occupancy: '1.00',
      bFactor: '91.50',
      element: 'C',
      charge: '1+',
      model: 1,
    });
    expect(pdb.atoms.map(({ element, model }) => [element, model])).toEqual([
      ['N', 1],
      ['C', 1],
      ['C', 1],
      ['ZN', 1],
      ['C', 2],
    ]);
  });

  test('has residues of its first model, with the confidence of their CA', () => {
    expect(residuesOf(pdb)).toEqual([
      { chain: 'A', number: '1', name: 'MET', plddt: 91.5 },
      { chain: 'B', number: '2A', name: 'G', plddt: 50 },
    ]);
    expect(plddtCsv(pdb, null)).toBe('chain,residue,name,plddt\nA,1,MET,91.5\nB,2A,G,50\n');
    expect(plddtCsv(pdb, [12.25])).toBe('chain,residue,name,plddt\nA,1,MET,12.25\nB,2A,G,50\n');
    const before = PDB.split('\r\n').slice(5, 7).toReversed().join('\n');
    expect(residuesOf(readPdb(before))).toMatchObject([{ plddt: 91.5 }]);
    expect(residuesOf(readPdb(''))).toEqual([]);
  });

  test('becomes mmCIF with the same content', () => {
    const text = printCif('rank 1', pdb, [88]);
    expect(text).toContain('data_rank_1\n# SYNTHETIC.\n_entry.id "rank 1"');
    expect(text).toContain('_struct.title "A TITLE, LONG"');
    expect(text).toContain('loop_\n_entity.id\n_entity.type\n1 polymer\n2 polymer\n');
    expect(text).toContain('ATOM 1 N N . MET A 1 1 ? 11.104 6.134 -6.504 1.00 90.50 ? 1 MET A N 1\n');
    expect(text).toContain('ATOM 2 C CA . MET A 1 1 ? 11.639 6.071 -5.147 1.00 91.50 1+ 1 MET A CA 1\n');
    expect(text).toContain(`ATOM 3 C "C1'" . G B 2 2 A 1.000 2.000 3.000 1.00 50.00 ? 2 G B "C1'" 1\n`);
    expect(text).toContain('HETATM 4 ZN ZN . ZN A 1 . ? 1.000 2.000 3.000 0.50 1.00 ? 101 ZN A ZN 1\n');
    expect(text).toContain('1 1 A 1 MET 1 88.00\n2 1 B 2A G 1 50.00\n#\n');
  });

  test('without a chain, and with both kinds of quotes, it is valid CIF', () => {
    const line = `ATOM      1  X"' MET     1      11.104   6.134  -6.504  1.00 90.50           N  `;
    const text = printCif('loop_', readPdb(`TITLE     SAYS "SO"\n${line}`), null);
    expect(text).toContain(`_entry.id "loop_"\n`);
    expect(text).toContain(`_struct.title 'SAYS "SO"'`);
    expect(text).toContain(`ATOM 1 N "X''" . MET A 1 1 ?`);
    expect(text).toContain('1 1 A 1 MET 1 90.50');
    expect(printCif('x', readPdb(''), null)).toContain('_struct.title .');
  });
});

describe('aligned errors', () => {
  test('a square of bytes has a side, anything else has none', () => {
    expect([0, 1, 2, 4, 7_290_000].map(sideOf)).toEqual([null, 1, null, 2, 2700]);
  });

  test.each<[string, Json]>([
    [
      'as AlphaFold DB has it',
      [
        {
          predicted_aligned_error: [
            [0, 1],
            [2, 3],
          ],
        },
      ],
    ],
    [
      'as ColabFold has it',
      {
        pae: [
          [0, 1],
          [2, 3],
        ],
      },
    ],
    [
      'bare',
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ])('are read %s', (_, value) => {
    expect(paeInJson(value)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test.each<[string, Json]>([
    ['nothing', null],
    ['an object without them', {}],
    ['an empty list', []],
    ['no square', [[1, 2]]],
    ['no numbers', [['a']]],
    ['no rows', [1]],
  ])('%s is refused', (_, value) => {
    expect(() => paeInJson(value)).toThrow(/square/);
  });

  test('become bytes in eighths, capped, and JSON again', () => {
    const bytes = paeBytes([
      [0.25, 40],
      [-1, 12.4],
    ]);
    expect([...bytes]).toEqual([2, 255, 0, 99]);
    expect(JSON.parse([...paeJson(bytes, 2)].join(''))).toEqual([
      {
        predicted_aligned_error: [
          [0.3, 31.9],
          [0, 12.4],
        ],
        max_predicted_aligned_error: 31.9,
      },
    ]);
  });
});
