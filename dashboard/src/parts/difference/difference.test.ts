import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../../../src/core/json/merge-patch';
import { at, conflicts, differences, merged, patchOf, put, say } from './difference';

const base = {
  name: 'a',
  price: { rate: '1', unit: 'x' },
  tags: ['one'],
  note: null,
  tasks: [{ id: 'a' }, { id: 'b' }],
};

describe('a difference', () => {
  it('has its path, and the old and new value', () => {
    const after = {
      ...base,
      name: 'b',
      price: { rate: '2' },
      tags: ['one', 'two'],
      tasks: [{ id: 'a' }, { id: 'c' }, { id: 'd' }],
    };
    expect(differences(base, after)).toEqual([
      { path: 'name', before: 'a', after: 'b' },
      { path: 'price.rate', before: '1', after: '2' },
      { path: 'price.unit', before: 'x', after: undefined },
      { path: 'tags', before: ['one'], after: ['one', 'two'] },
      { path: 'tasks[1].id', before: 'b', after: 'c' },
      { path: 'tasks[2]', before: undefined, after: { id: 'd' } },
    ]);
  });

  it('is none between null and absent, or between orders of members', () => {
    expect(differences({ a: 1, b: { c: 1, d: 2 }, n: null }, { b: { d: 2, c: 1 }, a: 1 })).toEqual([]);
  });
});

describe('a patch', () => {
  it('has only the changed members, and null for removed ones', () => {
    expect(patchOf(base, { ...base, price: { rate: '1', per: '3' }, tags: [] })).toEqual({
      price: { unit: null, per: '3' },
      tags: [],
    });
    expect(patchOf(base, base)).toEqual({});
    expect(patchOf({ a: 1 }, { a: { b: 2 } })).toEqual({ a: { b: 2 } });
    expect(patchOf({ a: { b: 2 } }, { a: null })).toEqual({ a: null });
  });

  it('turns one value into the other when the server merges it', () => {
    const values = [
      base,
      {},
      { name: 'z', price: { rate: '9', more: { deep: [1] } } },
      { price: 'flat', tags: [] },
      { tasks: [{ id: 'q' }], note: 'x' },
    ];
    for (const before of values)
      for (const after of values)
        expect(differences(mergePatch(before as never, patchOf(before, after) as never), after)).toEqual([]);
  });
});

describe('two edits of one value', () => {
  const mine = { ...base, name: 'mine', price: { rate: '2', unit: 'x' } };
  const theirs = { ...base, name: 'theirs', price: { rate: '1', unit: 'y' }, note: 'said' };

  it('conflict only where both changed the same member to different values', () => {
    expect(conflicts(base, mine, theirs)).toEqual([
      { path: 'name', base: 'a', mine: 'mine', theirs: 'theirs' },
    ]);
    expect(conflicts(base, mine, base)).toEqual([]);
    expect(conflicts(base, mine, mine)).toEqual([]);
  });

  it('are merged, and the conflicts are decided by path', () => {
    const both = { ...base, price: { rate: '2', unit: 'y' }, note: 'said' };
    expect(merged<object>(base, mine, theirs)).toEqual({ ...both, name: 'mine' });
    expect(merged<object>(base, mine, theirs, { name: 'theirs' })).toEqual({ ...both, name: 'theirs' });
  });

  it('conflict where one removes what the other changes', () => {
    const removed = { ...base, price: undefined };
    expect(conflicts(base, mine, { ...removed, name: 'a' })).toEqual([
      { path: 'price', base: base.price, mine: mine.price, theirs: undefined },
    ]);
    expect(merged<object>(base, mine, { ...removed, name: 'a' }, { price: 'theirs' })).not.toHaveProperty(
      'price',
    );
  });

  it('keep what either of them adds to a missing member', () => {
    expect(merged<object>({}, { env: { A: '1' } }, { env: { B: '2' } })).toEqual({ env: { A: '1', B: '2' } });
  });
});

describe('a path', () => {
  it('finds a member, or nothing', () => {
    expect(at(base, 'price.rate')).toBe('1');
    expect(at(base, 'price.rate.deeper')).toBeUndefined();
  });

  it('sets a member in its old place, creates missing parents, and removes', () => {
    expect(put({ a: { b: 1 }, z: 1 }, 'a.c', 2)).toEqual({ a: { b: 1, c: 2 }, z: 1 });
    expect(Object.keys(put({ a: 1, z: 1 }, 'a', 2))).toEqual(['a', 'z']);
    expect(put({}, 'a.b', 1)).toEqual({ a: { b: 1 } });
    expect(put({ a: { b: 1 } }, 'a.b', undefined)).toEqual({ a: {} });
  });
});

it('writes values as text', () => {
  expect([null, undefined, '', [], false, true, 0, ['a', 'b'], 'text'].map(say)).toEqual([
    null,
    null,
    null,
    null,
    'no',
    'yes',
    '0',
    'a, b',
    'text',
  ]);
  expect(say({ a: 1 })).toBe('{\n "a": 1\n}');
  expect(say([{ a: 1 }])).toContain('"a": 1');
});
