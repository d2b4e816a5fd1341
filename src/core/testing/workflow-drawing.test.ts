import { expect, test } from 'vitest';
import { follow, row } from './workflow-drawing.js';

test('a move that the state machine does not allow is an error', () => {
  const done = [row('a', { status: 'succeeded' })];
  expect(() => follow(done, [{ kind: 'cancel', taskId: 'a', mapIndex: null }])).toThrow(
    'cancel of a is not possible',
  );
  expect(() => follow(done, [{ kind: 'wake', taskId: 'ghost' }])).toThrow('wake of ghost is not possible');
});
