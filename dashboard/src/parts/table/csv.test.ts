import { expect, it } from 'vitest';
import { csvOf } from './csv';

it.each([
  ['a,b', '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  [null, ''],
  [undefined, ''],
  [3, '3'],
  [-5, '-5'],
  ['-5', '-5'],
  ['-1.50', '-1.50'],
  ['-1.5.0', "'-1.5.0"],
  ['-', "'-"],
  ['-cmd', "'-cmd"],
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['+1', "'+1"],
  ['\tx', "'\tx"],
  ['=a,b', `"'=a,b"`],
  [true, 'true'],
  [{ a: 1 }, '"{""a"":1}"'],
])('%j stands as %s', (value, text) => expect(csvOf([[value, 'x']])).toBe(`${text},x\r\n`));

it('ends each row, the heads too', () => {
  expect(csvOf([['a'], [1]])).toBe('a\r\n1\r\n');
});
