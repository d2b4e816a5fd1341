import { expect, test } from 'vitest';
import { sequenceIn, strayLetters } from './fasta.js';

test.each([
  ['MKV', 'MKV'],
  ['  MK\nVL \r\n', 'MKVL'],
  ['>sp|P1 a protein\r\nMKV\r\nLAA\r\n', 'MKVLAA'],
  ['>one\nMKV\n>two\nLAA', null],
  ['MKV\n>two\nLAA', null],
  ['', ''],
])('%j', (text, expected) => {
  expect(sequenceIn(text)).toBe(expected);
});

test('wrong letters are named with their positions, and the sequence is not quoted', () => {
  expect(strayLetters('MKV', 'KMV')).toBeNull();
  expect(strayLetters('MkV')).toBe('has letters outside the alphabet: "k" at 2');
  expect(strayLetters('1M2V3😀5')).toBe(
    'has letters outside the alphabet: "1" at 1, "2" at 3, "3" at 5 and 2 more',
  );
});
