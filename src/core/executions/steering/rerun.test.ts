import { describe, expect, test } from 'vitest';
import type { InvalidInput } from '../../errors.js';
import { planRerun, reusable, type Edits } from './rerun.js';
import { approvalsBefore } from './skip.js';
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

describe('an edited rerun', () => {
  //  a -> b -> d,  a -> c -> d,  c -> e,  m*,  w
  const edited = graphOf('a -> b -> d, a -> c -> d, c -> e, m, w', {
    m: { config: { map: { over: 'params.list' } } },
    w: { type: 'wait' },
  });
  const failed = 'a:succeeded b:failed c:failed d:cancelled e:cancelled m:succeeded w:succeeded';
  const plan = (
    edits: Edits,
    {
      rows = failed,
      from = null,
      given = [],
    }: { rows?: string; from?: string | null; given?: string[] } = {},
  ) => {
    const tasks = rowsOf(rows).map((row) => ({ ...row, inputGiven: given.includes(row.taskId) }));
    const { reused, ...rest } = planRerun(edited, tasks, edits, { from, isAnew: false });
    return { reused: [...reused].toSorted(), ...rest };
  };
  const faultsOf = (edits: Edits, more: Parameters<typeof plan>[1] = {}) => {
    try {
      plan(edits, more);
    } catch (error) {
      return (error as InvalidInput).faults.map(({ path }) => path);
    }
    return [];
  };

  test('runs a task with a given input again, and what depends on it', () => {
    expect(plan({ inputs: { a: 1 } })).toEqual({ reused: ['m', 'w'], keptInputs: [], leftOut: [] });
  });

  test('runs what depends on a given output', () => {
    expect(plan({ skip: { b: 1, c: 2 } }).reused).toEqual(['a', 'm', 'w']);
  });

  test('runs only what it names, and what depends on that; other failures are left out', () => {
    expect(plan({ only: ['b'] })).toMatchObject({ reused: ['a', 'm', 'w'], leftOut: ['c', 'e'] });
    expect(plan({ only: ['c'] })).toMatchObject({ reused: ['a', 'm', 'w'], leftOut: ['b'] });
    expect(plan({ only: ['e'], skip: { c: 1 } })).toMatchObject({ leftOut: ['b'] });
  });

  test('keeps a given input while all before it is reused, and nothing else is said', () => {
    expect(plan({}, { given: ['b', 'd'] }).keptInputs).toEqual(['b']);
    expect(plan({ inputs: { b: 1 } }, { given: ['b'] }).keptInputs).toEqual([]);
    expect(plan({ skip: { b: 1 } }, { given: ['b'] }).keptInputs).toEqual([]);
    expect(plan({ only: ['c'] }, { given: ['b', 'a'] }).keptInputs).toEqual([]);
    expect(plan({}, { given: ['b'], from: 'a' }).keptInputs).toEqual([]);
  });

  test('reuses nothing when all is to run again, and may give any output', () => {
    const tasks = rowsOf(failed).map((row) => ({ ...row, inputGiven: false }));
    const anew = { from: null, isAnew: true };
    expect([...planRerun(edited, tasks, { skip: { a: 1 } }, anew).reused]).toEqual([]);
    expect([...planRerun(edited, tasks, {}, anew).reused]).toEqual([]);
  });

  test.each<[Edits, string[]]>([
    [{ inputs: { x: 1 } }, ['body.inputs.x']],
    [{ skip: { x: 1 } }, ['body.skip.x']],
    [{ only: ['x'] }, ['body.only']],
    [{ inputs: { w: 1 } }, ['body.inputs.w']],
    [{ inputs: { m: 1 } }, ['body.inputs.m']],
    [{ inputs: { b: 'x'.repeat(60_001) } }, ['body.inputs.b']],
    [{ inputs: { b: { $file: {} } } }, ['body.inputs.b']],
    [{ skip: { b: { $file: {} } } }, ['body.skip.b']],
    [{ skip: { a: 1 } }, ['body.skip.a']],
    [{ skip: { b: 1 }, only: ['b'] }, ['body.skip.b']],
    [{ skip: { b: 1 }, inputs: { b: 1 } }, ['body.skip.b']],
    [{ only: ['e'] }, ['body.only']],
  ])('%j is refused', (edits, paths) => {
    expect(faultsOf(edits)).toEqual(paths);
  });

  test('only and from exclude one another', () => {
    expect(faultsOf({ only: ['b'] }, { from: 'b' })).toEqual(['body.only']);
  });
});

describe('an approval', () => {
  //  start -> ask -> fold -> end,  start -> other
  const asking = graphOf('start -> ask -> fold -> end, start -> other', { ask: { type: 'approval' } });
  const rows = rowsOf('start:succeeded ask:succeeded fold:succeeded end:failed other:succeeded').map(
    (row) => ({
      ...row,
      inputGiven: false,
    }),
  );
  const reusedBy = (edits: Edits, isOther = false) => [
    ...planRerun(asking, rows, edits, { from: null, isAnew: false, isOther }).reused,
  ];

  test('is reused while what it led to is the same', () => {
    expect(reusedBy({})).toEqual(['start', 'ask', 'other', 'fold']);
    expect(reusedBy({ inputs: { other: 1 } })).toEqual(['start', 'ask', 'fold']);
  });

  test.each<[Edits, boolean]>([
    [{ inputs: { fold: 1 } }, false],
    [{ inputs: { end: 1 } }, false],
    [{ skip: { end: 1 } }, false],
    [{ only: ['end'] }, true],
  ])('is requested again before something that nobody has approved: %o', (edits, isOther) => {
    expect(reusedBy(edits, isOther)).toEqual(['start', 'other']);
  });

  test('guards what comes after it', () => {
    expect(approvalsBefore(asking, ['end', 'other'])).toEqual(['ask']);
    expect(approvalsBefore(asking, ['ask'])).toEqual(['ask']);
    expect(approvalsBefore(asking, ['start', 'other'])).toEqual([]);
  });
});
