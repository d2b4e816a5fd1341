import { describe, expect, test } from 'vitest';
import { handlerFault, MAX_DEPTH, treeFault } from './workflow-tree.js';

/** `a: b c, b: d`: each workflow and those that it runs. */
function relationsOf(text: string) {
  const children = new Map(
    text.split(', ').map((line): [string, string[]] => {
      const [id = '', rest = ''] = line.split(': ');
      return [id, rest.split(' ').filter((name) => name !== '')];
    }),
  );
  return {
    children: (id: string) => children.get(id) ?? [],
    parents: (id: string) => [...children].flatMap(([parent, own]) => (own.includes(id) ? [parent] : [])),
  };
}
const chain = (length: number) =>
  Array.from({ length }, (_, nth) => `w${nth}: ${nth + 1 < length ? `w${nth + 1}` : ''}`).join(', ');

describe('a workflow may run others', () => {
  test.each([
    ['a', 'a: '],
    ['a', 'a: b c, b: d, c: d'],
    ['b', 'a: b, b: c c'],
    ['w3', chain(MAX_DEPTH)],
    // A cycle elsewhere is not its fault.
    ['a', 'a: b, b: c, c: b'],
  ])('%s of %s', (id, text) => {
    expect(treeFault(id, relationsOf(text))).toBeNull();
  });

  test.each([
    ['a', 'a: a', 'a -> a'],
    ['a', 'a: b, b: a', 'a -> b -> a'],
    ['a', 'a: x b, x: y, b: y c, c: a', 'a -> b -> c -> a'],
  ])('but not itself: %s of %s', (id, text, cycle) => {
    expect(treeFault(id, relationsOf(text))).toBe(`the workflow would run itself: ${cycle}`);
  });

  test.each(['w0', 'w4', `w${MAX_DEPTH}`])('and not too deep, wherever it is changed: %s', (id) => {
    expect(treeFault(id, relationsOf(chain(MAX_DEPTH + 1)))).toMatch(
      /^w0 -> .* -> w10 are 11 workflows within one another; 10 are allowed$/,
    );
  });

  test('a diamond of many levels is read once', () => {
    const levels = Array.from({ length: 9 }, (_, nth) => nth);
    const text = levels.flatMap((nth) => ['l', 'r'].map((side) => `${side}${nth}: l${nth + 1} r${nth + 1}`));
    expect(treeFault('l0', relationsOf(text.join(', ')))).toBeNull();
  });
});

describe('the failures of a workflow may be handled', () => {
  test.each([
    ['by another', 'a: h'],
    ['by one that handles others, too', 'a: h, b: h'],
    ['within a tree', 'a: b h, b: h, h: c'],
    ['by a chain longer than a tree may be', chain(MAX_DEPTH + 5).replaceAll('w0', 'a')],
  ])('%s: %s', (_, text) => {
    expect(handlerFault('a', relationsOf(text).children)).toBeNull();
  });

  test.each([
    ['by itself', 'a: a', 'a -> a'],
    ['by one whose failures it handles', 'a: h, h: a', 'a -> h -> a'],
    ['by one that runs it', 'a: h, h: b, b: a', 'a -> h -> b -> a'],
  ])('but not %s: %s', (_, text, cycle) => {
    expect(handlerFault('a', relationsOf(text).children)).toBe(
      `a failure of the workflow would start it again: ${cycle}`,
    );
  });
});
