import { expect, test } from 'vitest';
import { reusable } from './rerun.js';
import { graphOf, rowsOf } from '../../testing/workflow-drawing.js';

//  a -> b -> d,  a -> c -> d,  m*
const graph = graphOf('a -> b -> d, a -> c -> d, m');

test.each([
  ['all that succeeded', 'a:succeeded b:succeeded c:failed d:cancelled m:succeeded', null, ['a', 'b', 'm']],
  [
    'nothing from the chosen one on',
    'a:succeeded b:succeeded c:succeeded d:succeeded m:succeeded',
    'b',
    ['a', 'c', 'm'],
  ],
  ['nothing', 'a:failed b:cancelled c:cancelled d:cancelled m:failed', null, []],
  [
    'what a failure led to is done anew',
    'a:succeeded b:failed c:succeeded d:succeeded m:skipped',
    null,
    ['a', 'c'],
  ],
  [
    'what was skipped is decided again',
    'a:succeeded b:skipped c:succeeded d:succeeded m:skipped',
    null,
    ['a', 'c', 'd'],
  ],
])('%s', (_, rows, from, kept) => {
  expect([...reusable(graph, rowsOf(rows), from)].toSorted()).toEqual(kept);
});
