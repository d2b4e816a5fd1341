import { describe, expect, test } from 'vitest';
import { graphOf } from '../../testing/workflow-drawing.js';
import { TASK_MOVES, type TaskStatus } from '../../status.js';
import { givenOutputFaults, whyNotSkipped } from './skip.js';

describe('a task that a person ends', () => {
  const row = { taskId: 'a', mapIndex: null, status: 'ready' as TaskStatus, isSent: false, hasItems: false };

  test.each(Object.keys(TASK_MOVES) as TaskStatus[])('%s: only one that has not begun or waits', (status) => {
    const refused = {
      running: 'task_running',
      succeeded: 'task_ended',
      failed: 'task_ended',
      skipped: 'task_ended',
      cancelled: 'task_ended',
    } as Partial<Record<TaskStatus, string>>;
    expect(whyNotSkipped({ ...row, status })?.code).toBe(refused[status]);
  });

  test('a request that was handed to another worker runs, also while its task is queued', () => {
    expect(whyNotSkipped({ ...row, status: 'queued', isSent: true })?.code).toBe('task_running');
  });

  test('a map that has begun is skipped item by item', () => {
    expect(whyNotSkipped({ ...row, status: 'waiting', hasItems: true })?.code).toBe('map_expanded');
    expect(whyNotSkipped({ ...row, status: 'succeeded', mapIndex: 3 })?.message).toContain('a[3]');
  });
});

describe('an output that a person gives', () => {
  const graph = graphOf('a, m, s', {
    m: { config: { map: { over: 'params.list' } } },
    s: { type: 'wait', config: { wait: { signal: 'go', schema: { type: 'object' } } } },
  });
  test.each([
    ['a', 5, false, []],
    ['a', { $file: 'x' }, false, ['body.output']],
    ['m', 5, false, ['body.output']],
    ['m', [5], false, []],
    ['m', 5, true, []],
    ['s', 5, false, ['body.output']],
    ['s', {}, false, []],
  ])('of %s: %j', (taskId, output, isItem, paths) => {
    const faults = givenOutputFaults(graph.task(taskId), output, 'body.output', isItem);
    expect(faults.map(({ path }) => path)).toEqual(paths);
  });
});
