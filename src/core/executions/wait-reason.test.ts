import { expect, test } from 'vitest';
import { later, NOON } from '../testing/workflow-drawing.js';
import { whyWaiting, type WhyWaiting } from './wait-reason.js';

type Input = Parameters<typeof whyWaiting>[0];
const model: NonNullable<Input['model']> = {
  displayName: 'AlphaFold 2',
  heat: 'WARM',
  enabled: true,
  warmAt: null,
  slotsInUse: 2,
  slots: 2,
  ahead: 3,
  slotsDoubted: 0,
  doubtUntil: null,
  failure: null,
  retryAt: null,
};
const task: Input = {
  status: 'ready',
  since: later(-30),
  now: NOON,
  pausedAt: null,
  dependencies: [],
  notBefore: null,
  signal: null,
  child: null,
  model: null,
};

test.each<[Partial<Input>, string, Date | null, (Date | null)?]>([
  [{ status: 'pending', dependencies: ['a', 'b'] }, 'Waiting for a, b to finish.', null],
  [
    { status: 'pending', dependencies: ['a', 'b', 'c', 'd', 'e'] },
    'Waiting for a, b, c and 2 more to finish.',
    null,
  ],
  [{ status: 'pending' }, 'About to be decided.', null],
  [{ pausedAt: NOON, model }, 'The execution is paused.', null],
  [{ notBefore: later(40) }, 'Waiting for a retry in 40 s.', later(40)],
  [{ notBefore: later(0) }, 'Waiting for a free worker.', null],
  [
    { status: 'waiting', notBefore: later(7200), approval: { roles: ['tenant_admin'] } },
    'Waiting for the approval of an administrator of the tenant, for at most 2 h more.',
    null,
    later(7200),
  ],
  [
    { status: 'waiting', notBefore: later(7200), approval: { defaultOutcome: 'rejected' } },
    'Waiting for the approval of a user of the tenant, for at most 2 h more. Then it counts as rejected.',
    null,
    later(7200),
  ],
  [
    { status: 'waiting', notBefore: later(7200), approval: { defaultOutcome: 'approved' } },
    'Waiting for the approval of a user of the tenant, for at most 2 h more. Then it counts as approved.',
    null,
  ],
  [
    { status: 'waiting', approval: { users: ['ada@lab.test'] }, pausedAt: NOON },
    'Waiting for the approval of ada@lab.test.',
    null,
  ],
  [
    {
      status: 'waiting',
      notBefore: later(7200),
      approval: { defaultOutcome: 'approved' },
      pausedAt: NOON,
      now: later(3600),
    },
    'Waiting for the approval of a user of the tenant, for at most 2 h more, not counting this pause. Then it counts as approved.',
    null,
  ],
  [
    { status: 'waiting', signal: 'go', notBefore: later(7200), pausedAt: NOON, now: later(9000) },
    'Waiting for the signal go, for at most 2 h more, not counting this pause.',
    null,
  ],
  [
    { status: 'waiting', notBefore: later(180), pausedAt: NOON, now: later(9000) },
    'The execution is paused: 3 min of the wait are left.',
    null,
  ],
  [{ status: 'waiting', signal: 'go' }, 'Waiting for the signal go.', null],
  [
    { status: 'waiting', signal: 'go', notBefore: later(7200) },
    'Waiting for the signal go, for at most 2 h more.',
    null,
    later(7200),
  ],
  [{ status: 'waiting', notBefore: later(180) }, 'Waiting for the time to come, in 3 min.', later(180)],
  [{ status: 'waiting' }, 'Waiting for its items to finish.', null],
  [
    { model, storageDownSince: later(-120) },
    'The storage for results has been unavailable for 2 min: no task starts until it is back.',
    null,
  ],
])('%o', (change, reason, expectedStart, failsAt = null) => {
  expect(whyWaiting({ ...task, ...change })).toEqual({ reason, since: task.since, expectedStart, failsAt });
});

test.each<[Partial<typeof model>, string, Date | null]>([
  [{ enabled: false }, 'AlphaFold 2 is disabled: the task fails once the model is off.', null],
  [
    { enabled: false, retiring: true },
    'AlphaFold 2 is being deleted: the task fails once the model is off.',
    null,
  ],
  [{ pinnedOff: 'maintenance', heat: 'OFF' }, 'AlphaFold 2 is pinned off: maintenance.', null],
  [
    { pinnedOff: 'maintenance', pinnedUntil: later(600) },
    'AlphaFold 2 is pinned off for 10 min more: maintenance.',
    later(600),
  ],
  [
    { slots: 0, unseenSince: later(-300), failure: 'access was denied.', retryAt: later(40), heat: 'OFF' },
    'The provider of AlphaFold 2 has not been reachable for 5 min: access was denied. Next try in 40 s.',
    null,
  ],
  // It serves, as far as is known.
  [
    { unseenSince: later(-300), failure: 'x' },
    'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 3 ahead.',
    null,
  ],
  [
    { heat: 'WARMING', warmAt: later(-60), warmingSince: later(-120), warmupSeconds: 60 },
    'AlphaFold 2 has been warming for 2 min; it usually takes 60 s.',
    later(-60),
  ],
  [
    { scaleOutPaused: 'budget review', scaleOutUntil: later(60), heat: 'OFF' },
    'AlphaFold 2 is not warmed, scale-out is paused for 60 s more: budget review.',
    later(60),
  ],
  [{ renewing: true }, 'Waiting for AlphaFold 2 to change to its new deployment.', null],
  [
    { heat: 'FAILED', failure: 'bad image', renewing: true },
    'AlphaFold 2 could not be warmed: bad image.',
    null,
  ],
  [
    { scaleOutPaused: 'budget review', heat: 'OFF' },
    'AlphaFold 2 is not warmed, scale-out is paused: budget review.',
    null,
  ],
  [
    { scaleOutPaused: 'budget review', heat: 'COOLING' },
    'AlphaFold 2 is not warmed, scale-out is paused: budget review.',
    null,
  ],
  [{ scaleOutPaused: 'budget review', heat: 'WARMING' }, 'Waiting for AlphaFold 2 to warm.', null],
  [
    { scaleOutPaused: 'budget review' },
    'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 3 ahead. Scale-out is paused: budget review.',
    null,
  ],
  [{ heat: 'WARMING', warmAt: later(120) }, 'Waiting for AlphaFold 2 to warm, about 2 min.', later(120)],
  [{ heat: 'WARMING', warmAt: later(-5) }, 'Waiting for AlphaFold 2 to warm, about 0 s.', later(-5)],
  [{ heat: 'OFF' }, 'Waiting for AlphaFold 2 to warm.', null],
  [{ heat: 'COOLING' }, 'Waiting for AlphaFold 2 to warm.', null],
  [
    { heat: 'FAILED', failure: 'no capacity', retryAt: later(30) },
    'AlphaFold 2 could not be warmed: no capacity. Next try in 30 s.',
    later(30),
  ],
  [{ heat: 'FAILED' }, 'AlphaFold 2 could not be warmed: no reason was given.', null],
  [{ heat: 'HOT' }, 'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 3 ahead.', null],
  [{ ahead: 0 }, 'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 0 ahead.', null],
  [
    { ahead: 0, slotsDoubted: 1, doubtUntil: later(60) },
    'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 0 ahead. 1 held for requests that were given up, because the endpoint may still work on them: for 60 s more, unless an operator frees it earlier.',
    later(60),
  ],
  [
    { slotsDoubted: 2, doubtUntil: later(180) },
    'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 3 ahead. 2 held for requests that were given up, because the endpoint may still work on them: the first for 3 min more, unless an operator frees it earlier.',
    null,
  ],
  [{ slotsInUse: 1 }, 'Waiting for its turn on AlphaFold 2, 3 ahead.', null],
  [{ slotsInUse: 1, ahead: 0 }, 'Waiting for its turn on AlphaFold 2, 0 ahead.', NOON],
])('%o', (change, reason, expectedStart) => {
  const waiting = whyWaiting({ ...task, model: { ...model, ...change } });
  expect(waiting).toEqual({ reason, since: task.since, expectedStart, failsAt: null });
});

test.each<[string, Partial<Input>, Partial<typeof model> | null, string]>([
  [
    'a model that nobody looks at',
    { since: later(-600) },
    { slots: 0, lookedAt: later(-200) },
    'No thermal service manages',
  ],
  [
    'one that was never looked at',
    { since: later(-600) },
    { slots: 0, lookedAt: null },
    'No thermal service manages',
  ],
  [
    'one that was looked at just now',
    { since: later(-600) },
    { slots: 0, lookedAt: later(-5), heat: 'OFF' },
    'Waiting for',
  ],
  ['one that is new', {}, { slots: 0, lookedAt: null, heat: 'OFF' }, 'Waiting for'],
  [
    'a free place that nobody takes',
    { since: later(-180) },
    { slotsInUse: 1, ahead: 0 },
    'No worker has taken it for 3 min',
  ],
  ["a place that is others'", { since: later(-180) }, { slotsInUse: 1, ahead: 1 }, 'Waiting for its turn'],
  [
    'no model and no worker',
    { since: later(-180) },
    null,
    'No worker has taken it for 3 min. Is one running?',
  ],
  [
    'a retry that has just come due',
    { since: later(-180), notBefore: later(-5) },
    null,
    'Waiting for a free worker',
  ],
  ['a budget that is reached', { budgetReached: true }, { slots: 0 }, 'The execution has spent its budget'],
])('%s', (_, change, of, reason) => {
  const waiting = whyWaiting({ ...task, ...change, model: of && { ...model, ...of } });
  expect(waiting?.reason).toContain(reason);
});

test('a task fails a limited time after it became ready, or after the model last started a task', () => {
  const failsAt = (change: Partial<typeof model>, pausedAt: Date | null = null) =>
    whyWaiting({ ...task, pausedAt, model: { ...model, startWithinSeconds: 3600, slots: 0, ...change } })
      ?.failsAt;
  expect(failsAt({})).toEqual(later(3600 - 30));
  expect(failsAt({ beganAt: later(-10) })).toEqual(later(3600 - 10));
  expect(failsAt({ beganAt: later(-1000) })).toEqual(later(3600 - 30));
  expect(failsAt({ slots: 2 })).toBeNull();
  expect(failsAt({}, NOON)).toBeNull();
  expect(
    whyWaiting({ ...task, status: 'pending', model: { ...model, startWithinSeconds: 1 } })?.failsAt,
  ).toBeNull();
});

test.each(['running', 'succeeded', 'cancelled'] as const)('a %s task does not wait', (status) => {
  expect(whyWaiting({ ...task, status })).toBeNull();
});

test('a task that runs a workflow waits for what its execution waits for, and not while that runs', () => {
  const waits = {
    reason: 'Waiting for a free worker.',
    since: NOON,
    expectedStart: later(60),
    failsAt: later(90),
  };
  const why = (child: WhyWaiting['child']) => whyWaiting({ ...task, status: 'waiting', child });
  expect(why({ workflowId: 'docking', waits })).toEqual({
    ...waits,
    reason: 'Waiting for the workflow docking: Waiting for a free worker.',
  });
  expect(why({ workflowId: 'docking', waits: null })).toBeNull();
});
