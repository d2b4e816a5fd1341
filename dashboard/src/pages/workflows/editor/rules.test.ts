import { expect, it } from 'vitest';
import { choicesOf, hintOf, patternError, ruleOf } from './rules';

it.each([
  ['tasks', 'taskId', ['a', '_a1', 'A_b'], ['', '1a', 'a-b', 'a b', 'a'.repeat(101)]],
  ['parameters', 'name', ['numModels'], ['num models', '9']],
  ['', 'workflowId', ['protein_folding', 'a.b-c', '7x'], ['', '_x', 'a b']],
  ['', 'version', ['1.0.0', 'draft'], ['', '+1']],
] as const)('%s %s: a refusal uses the words of the hint', (root, field, good, bad) => {
  for (const text of good) expect(patternError(root, field, text), text).toBeNull();
  for (const text of bad)
    expect(hintOf(root, field).toLowerCase(), text).toBe(
      `${patternError(root, field, text)?.replace('must be ', '').toLowerCase()}.`,
    );
});

it('choices and bounds are there for what has them', () => {
  expect(choicesOf('tasks', 'type', (value) => value.toUpperCase())).toContainEqual({
    value: 'wait',
    label: 'WAIT',
  });
  expect(ruleOf('', 'timeout')).toMatchObject({ minimum: 1, maximum: expect.any(Number) as number });
  expect(ruleOf('tasks', 'nothing')).toEqual({});
});
