import { expect, test } from 'vitest';
import { drawStates } from './status-diagram.js';
import { isTerminal, MACHINES } from '../status.js';

test('docs/states.md matches the code', async () => {
  await expect(drawStates()).toMatchFileSnapshot('../../../docs/states.md');
});

test('every transition leads to a state of its machine, and a state without transitions is terminal', () => {
  for (const [machine, states] of Object.entries(MACHINES)) {
    const names = Object.keys(states);
    for (const [state, moves] of Object.entries(states)) {
      expect(names).toEqual(expect.arrayContaining([...moves]));
      expect(isTerminal(machine as keyof typeof MACHINES, state)).toBe(moves.length === 0);
    }
  }
  expect(isTerminal('task', 'banana')).toBe(false);
});
