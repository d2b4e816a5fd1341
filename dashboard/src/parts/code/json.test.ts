import { expect, it } from 'vitest';
import { read, write } from './json';

it('reads what it wrote, takes nothing for no value, and says what it cannot read', () => {
  const value = { list: [1, 'two', null] };
  expect(read(write(value))).toEqual({ value, fault: null });
  expect(write(undefined)).toBe('');
  expect(read(' \n')).toEqual({ value: undefined, fault: null });
  expect(read('null')).toEqual({ value: null, fault: null });
  expect(read('{"a":').fault).toMatch(/^This is not JSON: /);
});
