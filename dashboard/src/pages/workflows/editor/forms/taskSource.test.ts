import { expect, test } from 'vitest';
import { TASK_TYPES, taskSource } from './taskSource';

const fieldsOf = (type: string) =>
  taskSource(type, [], { models: [], workflows: [] }).parameters.map(({ name }) => name);

test('a task that waits has only fields that it obeys', () => {
  const ofAttempts = ['timeout', 'inputMapping', 'outputMapping', 'config.retry.maxAttempts'];
  const obeyed: Record<string, string[]> = {
    wait: [],
    approval: ['inputMapping'],
    workflow: ['inputMapping'],
  };
  for (const type of TASK_TYPES) {
    const found = fieldsOf(type);
    expect(
      ofAttempts.filter((field) => found.includes(field)),
      type,
    ).toEqual(obeyed[type] ?? ofAttempts);
    expect(found.includes('config.wait.signal'), type).toBe(type === 'wait');
    expect(found.includes('config.approval.text'), type).toBe(type === 'approval');
    expect(found.includes('config.workflowId'), type).toBe(type === 'workflow');
  }
});
