import { expect, it } from 'vitest';
import { readNumber } from './numbers';

it.each([
  ['', undefined],
  ['-', undefined],
  ['1.', 1],
  ['1.0', 1],
  ['1.05', 1.05],
  ['-3', -3],
  [7, 7],
  ['9007199254740991', 9007199254740991],
])('reads %j as %j', (text, value) => {
  expect(readNumber(text)).toEqual({ value, error: null });
});

it.each(['9007199254740993', '12345678901234567891', '1e999'])('does not round %s', (text) => {
  expect(readNumber(text)).toEqual({
    value: undefined,
    error: expect.stringContaining('must lie between') as string,
  });
});
