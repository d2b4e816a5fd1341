import { expect, test } from 'vitest';
import type { Bar } from '../../../parts/timeline/scale';
import {
  CLOSED,
  barsOf,
  canSkip,
  costsOf,
  costWords,
  graphOf,
  keyOf,
  makersOf,
  newsBetween,
  originOf,
  openOn,
  sharesOf,
  sizeOf,
  splitKey,
  type Defined,
  type Task,
} from './view';

const task = (taskId: string, more: Partial<Task> = {}): Task => ({
  taskId,
  name: `Task ${taskId}`,
  type: 'task',
  modelId: null,
  mapIndex: null,
  status: 'succeeded',
  signal: null,
  approvalId: null,
  attempt: 1,
  queuedMs: null,
  durationMs: null,
  costUsd: '0.00',
  startedAt: null,
  completedAt: null,
  error: null,
  endedBy: null,
  endedReason: null,
  inputGiven: false,
  childExecutionId: null,
  synthetic: false,
  ...more,
});
const defined: Defined[] = [
  { taskId: 'a', dependsOn: [] },
  { taskId: 'b', dependsOn: ['a'] },
].map((one) => ({ ...one, name: one.taskId, type: 'task', modelId: null }));

test('an item of a map has a key of its own', () => {
  for (const each of [
    { taskId: 'a', mapIndex: null },
    { taskId: 'a:b', mapIndex: 3 },
  ])
    expect(splitKey(keyOf(each))).toEqual(each);
});

test('a task can be skipped until it runs; a map only before it has items', () => {
  expect(canSkip(task('a', { status: 'waiting' }), [])).toBe(true);
  expect(canSkip(task('a', { status: 'running' }), [])).toBe(false);
  const item = task('a', { status: 'waiting', mapIndex: 0 });
  expect(canSkip(task('a', { status: 'waiting' }), [item])).toBe(false);
  expect(canSkip(item, [item])).toBe(true);
});

test('the graph has one box for a map, with the number of its items', () => {
  const tasks = [task('a'), task('b'), task('b', { mapIndex: 0 }), task('b', { mapIndex: 1 })];
  expect(graphOf(tasks, defined).map(({ id, count, dependsOn }) => [id, count, dependsOn])).toEqual([
    ['a', undefined, []],
    ['b', 2, ['a']],
  ]);
});

test('shares are parts of the whole; of a wait, parts of the task', () => {
  const tasks = [
    task('a', { costUsd: '1.00', durationMs: 1_000 }),
    task('b', { costUsd: '2.00', durationMs: 3_000, queuedMs: 1_000, modelId: 'm' }),
    task('b', { mapIndex: 0, costUsd: '1.00' }),
  ];
  expect(costsOf(tasks).get('b')).toBe(3);
  expect(sharesOf(tasks, 'status')).toBeUndefined();
  expect([...(sharesOf(tasks, 'cost') ?? [])]).toEqual([
    ['a', 0.25],
    ['b', 0.75],
  ]);
  expect([...(sharesOf(tasks, 'duration') ?? [])]).toEqual([
    ['a', 0.25],
    ['b', 0.75],
  ]);
  expect([...(sharesOf(tasks, 'thermal') ?? [])]).toEqual([
    ['a', 0],
    ['b', 0.25],
  ]);
  expect([...(sharesOf([task('a')], 'cost') ?? [])]).toEqual([['a', 0]]);
});

test('a bar begins where the wait began', () => {
  const [bar] = barsOf(
    [task('a', { startedAt: '2026-01-01T00:00:10Z', completedAt: '2026-01-01T00:00:12Z', queuedMs: 4_000 })],
    defined,
    new Map([['a', 9_000]]),
  );
  expect(bar).toMatchObject({
    queuedAt: Date.parse('2026-01-01T00:00:06Z'),
    startedAt: Date.parse('2026-01-01T00:00:10Z'),
    expectedMs: 9_000,
  });
});

test('a failed execution opens its failed task, unless the address names another', () => {
  const failed = { status: 'failed' as const, tasks: [task('a'), task('b', { status: 'failed' })] };
  expect(openOn(failed, undefined)).toBe('b');
  expect(openOn(failed, 'a')).toBe('a');
  expect(openOn(failed, 'gone')).toBe('b');
  expect(openOn(failed, CLOSED)).toBeNull();
  expect(openOn({ ...failed, status: 'succeeded' }, undefined)).toBeNull();
});

test('the news are the tasks that ended since', () => {
  const before = {
    status: 'running' as const,
    tasks: [task('a', { status: 'running' }), task('b', { status: 'pending' })],
  };
  const after = { status: 'succeeded' as const, tasks: [task('a'), task('b', { status: 'running' })] };
  expect(newsBetween(before, after)).toEqual(['Task a succeeded', 'The execution succeeded']);
  expect(newsBetween(after, after)).toEqual([]);
});

test('the size is that of the longest input', () => {
  expect(sizeOf({ sequence: '>head\nMSEEAL\nKKAAE', n: 5 })).toEqual({
    name: 'Sequence',
    words: '11 residues',
  });
  expect(sizeOf({ inputImages: [1] })).toEqual({ name: 'Input images', words: '1 item' });
  expect(sizeOf({ n: 5 })).toBeNull();
});

test('cost is shown with the expected cost', () => {
  const cost = { estimatedUsd: '3.14', actualUsd: '2.63', budgetUsd: null, reservedUsd: '0.00' };
  expect(costWords({ cost, status: 'running' })).toEqual(['Cost so far', '$2.63', '$3.14']);
  expect(costWords({ cost: { ...cost, estimatedUsd: null }, status: 'succeeded' })).toEqual([
    'Cost',
    '$2.63',
    null,
  ]);
});

test('waiting is not work: a timer, a task cancelled in the queue, a map before its first item', () => {
  const at = (second: number) => new Date(second * 1_000).toISOString();
  const cases: [tasks: Task[], queued: number | null, began: number | null, ended: number | null][] = [
    [[task('a', { type: 'wait', startedAt: at(10), completedAt: at(20) })], 10, null, 20],
    [[task('a', { type: 'approval', status: 'waiting', startedAt: at(10) })], 10, null, null],
    [[task('a', { status: 'cancelled', queuedMs: 5_000, completedAt: at(20) })], 15, null, 20],
    [[task('a', { startedAt: at(10), completedAt: at(20) })], null, 10, 20],
    [
      [
        task('a', { startedAt: at(10), completedAt: at(30) }),
        task('a', { mapIndex: 0, startedAt: at(18), completedAt: at(30) }),
        task('a', { mapIndex: 1, startedAt: at(14), completedAt: at(20) }),
      ],
      10,
      14,
      30,
    ],
    [
      [
        task('a', { status: 'cancelled', startedAt: at(10), completedAt: at(30) }),
        task('a', { mapIndex: 0, status: 'cancelled', completedAt: at(30) }),
      ],
      10,
      null,
      30,
    ],
  ];
  for (const [tasks, queued, began, ended] of cases) {
    const [bar] = barsOf(tasks, defined, new Map());
    const seconds = [bar?.queuedAt, bar?.startedAt, bar?.endedAt].map((ms) =>
      ms == null ? null : ms / 1_000,
    );
    expect(seconds, JSON.stringify(tasks)).toEqual([queued, began, ended]);
  }
});

test('a map runs while one of its items does, and names each model that answered', () => {
  const tasks = [
    task('b', { status: 'waiting', modelId: 'large' }),
    task('b', { mapIndex: 0, status: 'running', modelId: 'small', costUsd: '0.50' }),
    task('b', { mapIndex: 1, modelId: 'large', costUsd: '2.00' }),
    task('b', { mapIndex: 2, modelId: 'large', costUsd: '1.00' }),
  ];
  expect(graphOf(tasks, defined)[0]).toMatchObject({ status: 'running', modelId: 'large, small' });
  expect(makersOf(tasks, 'b')).toEqual([
    { modelId: 'large', items: 2, usd: 3 },
    { modelId: 'small', items: 1, usd: 0.5 },
  ]);
  expect(makersOf([task('a', { modelId: 'm', costUsd: '1.00' })], 'a')).toEqual([
    { modelId: 'm', items: 1, usd: 1 },
  ]);
  expect(makersOf([task('a')], 'a')).toEqual([]);
});

test('the timeline begins with what came first, a timer included', () => {
  const bar = (queuedAt: number | null, startedAt: number | null) => ({ queuedAt, startedAt }) as Bar;
  expect(originOf([bar(1, 5), bar(null, 7)], 5)).toBe(5);
  expect(originOf([bar(2, null), bar(1, 5)], 5)).toBe(2);
  expect(originOf([], 5)).toBe(5);
});
