import { expect, it } from 'vitest';
import { withAddress, moved, type Position } from './useWhere';

const start: Position = { where: { task: 'a' }, address: { task: 'a' }, asked: [] };

it('is ahead of the address, which brings nothing back', () => {
  const twice = moved(moved(start, { task: 'b' }), { task: 'c' });
  expect(twice.where).toEqual({ task: 'c' });
  const late = withAddress(twice, { task: 'b' });
  expect(late.where).toEqual({ task: 'c' });
  expect(withAddress(late, { task: 'c' })).toEqual({
    where: { task: 'c' },
    address: { task: 'c' },
    asked: [],
  });
  // The address may skip one of them.
  expect(withAddress(twice, { task: 'c' })).toEqual({
    where: { task: 'c' },
    address: { task: 'c' },
    asked: [],
  });
});

it('follows an address from outside', () => {
  expect(withAddress(moved(start, { task: 'b' }), { page: 'details' })).toEqual({
    where: { page: 'details' },
    address: { page: 'details' },
    asked: [],
  });
});
