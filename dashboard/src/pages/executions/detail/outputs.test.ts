import { expect, test } from 'vitest';
import { columnsOf, hasPae, kindOf, membersOf, predictionsOf, summaryOf } from './outputs';

const file = (name: string, mediaType: string) => ({
  $file: { name, mediaType, size: 1, href: `/v1/${name}` },
});

test('structures are found by their files, and come by rank', () => {
  const structure = (rank: number) => ({
    rank,
    model: `m${rank}`,
    plddt: [90],
    meanPlddt: 90,
    ptm: 0.8,
    pdb: file('a.pdb', 'chemical/x-pdb'),
    pae: file('pae.bin', 'x'),
  });
  const output = { structures: [structure(2), structure(1)], confidence: { summary: 'Sure.' } };
  expect(predictionsOf(output).map(({ rank, model }) => [rank, model])).toEqual([
    [1, 'm1'],
    [2, 'm2'],
  ]);
  expect(hasPae(output)).toBe(true);
  expect(summaryOf(output)).toBe('Sure.');
  expect(predictionsOf({ structure: file('b.pdb', 'text/plain') })).toMatchObject([
    { rank: 1, model: 'b.pdb', plddt: null, ptm: null },
  ]);
  for (const other of [null, [], 'x', { a: [1] }]) expect(predictionsOf(other)).toEqual([]);
  expect(hasPae({ a: 1 })).toBe(false);
});

test('columns are in a readable order, and the synthetic mark is no member', () => {
  const rows = [
    { end: 1.2, text: 'a', start: 0 },
    { speaker: 'x', text: 'b' },
  ];
  expect(columnsOf('segments', rows).map(({ head }) => head)).toEqual([
    'start, s',
    'end, s',
    'text',
    'speaker',
  ]);
  expect(columnsOf('domains', [{ end: 9, start: 1 }])).toEqual([
    { key: 'start', head: 'start' },
    { key: 'end', head: 'end' },
  ]);
  expect(membersOf({ text: 'a', synthetic: true })).toEqual([['text', 'a']]);
  expect(membersOf({ synthetic: 'fibre' })).toEqual([['synthetic', 'fibre']]);
});

test('a kind follows from the value; a foreign address is never an image', () => {
  expect(kindOf(file('a.png', 'image/png'))).toBe('image');
  expect(kindOf(file('a.svg', 'image/svg+xml'))).toBe('file');
  expect(kindOf({ $file: { name: 'a.png', mediaType: 'image/png', href: 'https://elsewhere/a.png' } })).toBe(
    'json',
  );
  expect(kindOf([{ a: 1, b: 'x' }, { a: null }])).toBe('table');
  expect(kindOf([{ a: { b: 1 } }])).toBe('json');
  expect([kindOf('x'), kindOf(null), kindOf(7), kindOf([])]).toEqual(['text', 'nothing', 'json', 'json']);
});
