import { expect, it } from 'vitest';
import { read, write } from './json';

it('reads what it wrote, reads empty text as no value, and reports what it cannot read', () => {
  const value = { list: [1, 'two', null] };
  expect(read(write(value))).toEqual({ value, error: null });
  expect(write(undefined)).toBe('');
  expect(read(' \n')).toEqual({ value: undefined, error: null });
  expect(read('null')).toEqual({ value: null, error: null });
  expect(read('{"a":').error).toMatch(/^This is not JSON: /);
});

it.each(['9007199254740993', '{"seed":[-12345678901234567891]}', '[1e999]'])(
  'refuses %s rather than send another number',
  (text) => {
    expect(read(text)).toEqual({ value: undefined, error: expect.stringMatching(/^-?[\de]+ would become/) });
  },
);

it.each([
  '9007199254740991',
  '1152921504606847000',
  '0.12345678901234567890',
  '["9007199254740993 \\" 1e999"]',
])('takes %s', (text) => {
  expect(read(text)).toEqual({ value: JSON.parse(text), error: null });
});
