import { expect, it } from 'vitest';
import { csvOf } from './csv';

it('quotes what would break a line, and leaves nothing that a spreadsheet would run', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x,y', 'say "no"'],
        ['two\nlines', null],
        ['=1+1', -5],
        ['@x', true],
      ],
    ),
  ).toBe('a,b\r\n"x,y","say ""no"""\r\n"two\nlines",\r\n\'=1+1,-5\r\n\'@x,true\r\n');
});
