import { expect, test } from 'vitest';
import { TASK_TYPES, taskSource } from './taskSource';

const fieldsOf = (type: string) =>
  taskSource(type, [], { models: [], workflows: [] }).parameters.map(({ name }) => name);

test('a wait has only fields that it obeys', () => {
  const ofAttempts = ['timeout', 'inputMapping', 'outputMapping'];
  for (const type of TASK_TYPES) {
    const found = fieldsOf(type);
    expect(
      ofAttempts.filter((field) => found.includes(field)),
      type,
    ).toEqual(type === 'wait' ? [] : ofAttempts);
    expect(found.includes('config.wait.signal'), type).toBe(type === 'wait');
  }
});
