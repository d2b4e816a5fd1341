import { describe, expect, test } from 'vitest';
import type { Part } from './quote.js';
import { graphOf, later, NOON } from '../testing/workflow-drawing.js';
import { timing, type Outlook } from './quote-timing.js';
import type { WorkflowTask } from '../workflows/workflow.js';

const part = (
  taskId: string,
  modelId: string | null,
  likely: number | null,
  change: Partial<Part> = {},
): Part => ({
  taskId,
  modelId,
  likelihood: 'runs',
  price: null,
  fixedPrice: null,
  estimate:
    likely === null
      ? null
      : {
          basis: 'history',
          runs: 9,
          sameSize: true,
          seconds: { low: 1, likely: 1, high: 1 },
          wallSeconds: { low: likely / 2, likely, high: likely * 2 },
          requests: { low: 1, likely: 1, high: 1 },
        },
  ...change,
});
const warm: Outlook = {
  displayName: 'M',
  heat: 'WARM',
  pinned: 'auto',
  pinnedUntil: null,
  growthPaused: null,
  warmingSince: null,
  warmupSeconds: 180,
  retryAt: null,
  slots: 2,
  slotsTaken: 0,
  ahead: 0,
};
const ask = (
  drawing: string,
  parts: Part[],
  outlook: Partial<Outlook> = {},
  details: Record<string, Partial<WorkflowTask>> = {},
) =>
  timing({
    graph: graphOf(drawing, details),
    params: {},
    reused: new Set(),
    parts,
    outlook: new Map([['m', { ...warm, ...outlook }]]),
    now: NOON,
  });
const ASSUMPTION = 'Tasks of the execution do not wait for one another, and none fails.';

test('the critical path of the graph, on a warm model without a queue', () => {
  const parts = [part('a', null, 10), part('b', 'm', 20), part('c', 'm', 40), part('d', 'm', 4)];
  expect(ask('a -> b -> d, a -> c -> d', parts)).toEqual({
    startsAt: { likely: later(10) },
    endsAt: { low: later(27), likely: later(54), high: later(108) },
    assumes: [ASSUMPTION],
    warnings: [],
  });
});

describe('thermal state', () => {
  test.each<[string, Partial<Outlook>, number, string]>([
    ['off: all of the warm-up', { heat: 'OFF' }, 180, 'M is warm after 180 s.'],
    ['cooling: the same', { heat: 'COOLING' }, 180, 'M is warm after 180 s.'],
    [
      'warming: what is left of it',
      { heat: 'WARMING', warmingSince: later(-100) },
      80,
      'M is warm after 80 s.',
    ],
    [
      'warming for longer than it should',
      { heat: 'WARMING', warmingSince: later(-999) },
      0,
      'M is warm after 0 s.',
    ],
    ['warming since nobody knows when', { heat: 'WARMING' }, 180, 'M is warm after 180 s.'],
    ['failed: its pause before that', { heat: 'FAILED', retryAt: later(60) }, 240, 'M is warm after 240 s.'],
    ['failed, and free to try', { heat: 'FAILED', retryAt: later(-60) }, 180, 'M is warm after 180 s.'],
  ])('%s', (_, outlook, seconds, words) => {
    const { startsAt, assumes } = ask('a', [part('a', 'm', 5)], outlook);
    expect([startsAt, assumes]).toEqual([{ likely: later(seconds) }, [words, ASSUMPTION]]);
  });

  test('the first task that needs the model, or the look-ahead, wakes it; then it stays warm', () => {
    const parts = [part('a', null, 100), part('b', 'm', 10), part('c', 'm', 10)];
    expect(ask('a -> b -> c', parts, { heat: 'OFF' })).toMatchObject({
      startsAt: { likely: later(280) },
      endsAt: { low: later(190), likely: later(300), high: later(420) },
    });
  });

  test.each<[string, Partial<Outlook>, string]>([
    ['pinned off', { pinned: 'off' }, 'M is pinned off: its tasks do not start until the pin is removed.'],
    [
      'off, and none may be warmed',
      { heat: 'OFF', growthPaused: { until: null } },
      'Scale-out is paused: M is not warmed until scale-out is resumed.',
    ],
  ])('%s: start and end are unknown', (_, outlook, words) => {
    expect(ask('a', [part('a', 'm', 5)], outlook)).toEqual({
      startsAt: null,
      endsAt: null,
      assumes: [ASSUMPTION],
      warnings: [words],
    });
  });

  test.each<[string, Partial<Outlook>, number, string]>([
    [
      'pinned off for a while',
      { pinned: 'off', pinnedUntil: later(600) },
      780,
      'M is pinned off: its tasks do not start until 2026-01-01T12:10:00.000Z.',
    ],
    [
      'off, and none may be warmed for a while',
      { heat: 'FAILED', growthPaused: { until: later(600) } },
      780,
      'Scale-out is paused: M is not warmed until 2026-01-01T12:10:00.000Z.',
    ],
    [
      'off, and the pause is over',
      { heat: 'OFF', growthPaused: { until: later(-1) } },
      180,
      'Scale-out is paused: M is not warmed until 2026-01-01T11:59:59.000Z.',
    ],
  ])('%s: it warms from then on', (_, outlook, seconds, words) => {
    expect(ask('a', [part('a', 'm', 5)], outlook)).toMatchObject({
      startsAt: { likely: later(seconds) },
      warnings: [words],
    });
  });

  test('a pause of scale-out does not hold a warm model', () => {
    const growthPaused = { until: null };
    expect(ask('a', [part('a', 'm', 5)], { growthPaused })).toMatchObject({
      startsAt: { likely: NOON },
      warnings: [],
    });
  });
});

test('a queue: as many rounds as it fills the slots', () => {
  const { startsAt, assumes } = ask('a', [part('a', 'm', 5)], { heat: 'HOT', slotsTaken: 2, ahead: 3 });
  expect([startsAt, assumes]).toEqual([
    { likely: later(10) },
    ['3 tasks are ahead of it at M, on 2 slots.', ASSUMPTION],
  ]);
});

test('a conditional task is left out at the low end; what is unknown is said', () => {
  expect(
    ask(
      'a -> b',
      [part('a', 'm', 10), part('b', 'm', 10, { likelihood: 'conditional' })],
      {},
      { b: { condition: 'tasks.a.output' } },
    ),
  ).toEqual({
    startsAt: { likely: NOON },
    endsAt: { low: later(5), likely: later(20), high: later(40) },
    assumes: ['Whether b runs depends on earlier results: the low end leaves it out.', ASSUMPTION],
    warnings: [],
  });
  expect(ask('a', [part('a', 'm', null)])).toEqual({
    startsAt: { likely: NOON },
    endsAt: null,
    assumes: ['The duration of a is unknown.', ASSUMPTION],
    warnings: [],
  });
  expect(ask('a', [part('a', 'other', 5)])).toMatchObject({ startsAt: null, endsAt: null });
  const signal = { w: { type: 'wait' as const, config: { wait: { signal: 'go' } } } };
  expect(ask('w -> a', [part('a', 'm', 10)], {}, signal).assumes).toEqual([
    'Signals that its tasks wait for are there in time.',
    ASSUMPTION,
  ]);
  expect(ask('w -> a', [part('a', 'm', 10)], {}, { w: { type: 'approval' } }).assumes).toEqual([
    'Approvals that its tasks wait for are given at once.',
    ASSUMPTION,
  ]);
});

test('items share the slots, waits last as configured, and an execution without tasks ends at once', () => {
  const items = part('a', 'm', 90);
  if (items.estimate) items.estimate.requests = { low: 9, likely: 9, high: 9 };
  expect(ask('a', [items]).endsAt?.likely).toEqual(later(45));
  const wait = { w: { type: 'wait', config: { wait: { seconds: 30 } } } } as const;
  expect(ask('w', [part('w', null, null)], {}, wait).endsAt).toEqual({
    low: later(30),
    likely: later(30),
    high: later(30),
  });
  expect(ask('', []).endsAt?.high).toEqual(NOON);
});

test('a task that runs a workflow takes as long as that, and waits for its models', () => {
  const graph = graphOf('x -> y');
  const run = (times: number, map?: object) => ({
    drawn: { r: { type: 'workflow', config: { workflowId: 'w', ...(map && { map }) } } } as Record<
      string,
      Partial<WorkflowTask>
    >,
    parts: [
      part('a', 'm', 60),
      part('r', null, null, {
        child: { graph, params: {}, times, parts: [part('x', 'm', 100), part('y', null, 20)] },
      }),
      part('r/x', 'm', 100),
    ],
  });
  const once = run(1);
  expect(ask('a -> r', once.parts, {}, once.drawn)).toMatchObject({
    startsAt: { likely: NOON },
    endsAt: { likely: later(180) },
  });
  const cold = ask('r', once.parts.slice(1), { heat: 'OFF' }, once.drawn);
  expect(cold).toMatchObject({ startsAt: { likely: later(180) }, endsAt: { likely: later(300) } });
  const many = run(5, { over: 'params.list', maxConcurrency: 2 });
  expect(ask('r', many.parts.slice(1), {}, many.drawn).endsAt?.likely).toEqual(later(360));
});

test('a workflow that runs no model begins at once; one that is unknown leaves the end unknown', () => {
  const drawn: Record<string, Partial<WorkflowTask>> = {
    r: { type: 'workflow', config: { workflowId: 'w' } },
  };
  const free = { graph: graphOf('x'), params: {}, times: 1, parts: [part('x', null, 20)] };
  expect(ask('r', [part('r', null, null, { child: free })], {}, drawn)).toMatchObject({
    startsAt: { likely: NOON },
    endsAt: { likely: later(20) },
  });
  const { endsAt, assumes } = ask('r', [part('r', null, null, { child: null })], {}, drawn);
  expect(endsAt).toBeNull();
  expect(assumes).toContain('What the workflow of r does depends on earlier results.');
});
