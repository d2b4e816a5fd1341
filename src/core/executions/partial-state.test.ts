import { describe, expect, test } from 'vitest';
import { decidePart } from './advance.js';
import type { Tally } from './execution-state.js';
import { affectedBy, neededFor, outputsNeededBy, type Ending, type Part } from './partial-state.js';
import { brief, execution, graphOf, later, NOON, rowsOf } from '../testing/workflow-drawing.js';
import type { Execution, Task } from '../workflows/workflow.js';

//  a -> m* -> z,  a -> b -> z,  c (may fail),  w (a wait)
const graph = graphOf('a -> m -> z, a -> b -> z, c, w', {
  m: { config: { map: { over: 'tasks.a.output', maxConcurrency: 2, toleratedFailures: 1 } } },
  z: { condition: 'tasks.a.output > 1 && tasks.c.status != "failed" && tasks.ghost.status == ""' },
  c: { config: { onFailure: 'continue' }, condition: 'size(tasks) > 1' },
  w: { type: 'wait', config: { wait: { seconds: 60 } } },
});
const endings = (text: string): Ending[] => rowsOf(text);

describe('endings affect', () => {
  test.each([
    ['a:succeeded', ['m', 'b'], []],
    ['b:skipped m:succeeded', ['z'], []],
    ['c:failed', [], []],
    ['m[1]:succeeded m[2]:succeeded', [], [['m', { itemFailed: false }]]],
    ['m[1]:failed m[2]:succeeded', [], [['m', { itemFailed: true }]]],
  ])('%s: %o and %o', (text, dependents, maps) => {
    expect(affectedBy(graph, endings(text))).toEqual({ dependents, maps: new Map(maps as never) });
  });

  test('a failure that fails the execution affects all tasks', () => {
    expect(affectedBy(graph, endings('b:failed'))).toBeNull();
  });
});

test('a task needs its dependencies and the tasks that its expressions name', () => {
  expect(neededFor(graph, 'a')).toEqual([]);
  expect(neededFor(graph, 'z')).toEqual(['m', 'b', 'a', 'c']);
  expect(neededFor(graph, 'c')).toBeNull();
});

test('outputs are read for tasks that may start, and of maps in any state', () => {
  const part = (text: string): Part => ({ tasks: rowsOf(text), tallies: new Map() });
  expect([...outputsNeededBy(graph, part('a:succeeded m'))]).toEqual(['a']);
  expect([...outputsNeededBy(graph, part('a:succeeded m:running b:succeeded z'))]).toEqual([]);
  expect([...outputsNeededBy(graph, part('a:succeeded m:succeeded b:succeeded z'))]).toEqual(['a']);
  const mapped = graphOf('m -> z', {
    m: { config: { map: { over: '[1]' }, onFailure: 'continue' } },
    z: { condition: 'tasks.m.output[0] == 1', config: { join: 'all_done' } },
  });
  expect([...outputsNeededBy(mapped, part('m:failed z'))]).toEqual(['m']);
});

const tally = (change: Partial<Tally>): Map<string, Tally> =>
  new Map([['m', { fallen: 0, active: 0, pending: [], ...change }]]);
const pending = (...indexes: number[]): Tally['pending'] =>
  indexes.map((mapIndex) => ({ mapIndex, status: 'pending' }));
const decided = (
  tasks: Task[],
  tallies: Part['tallies'] = new Map(),
  change: Partial<Execution> = {},
): string[] | null => {
  const moves = decidePart(graph, execution(change), { tasks, tallies }, NOON);
  return moves && brief(moves);
};

test('what a kept signal ends in a part starts no dependent, whose outputs are not loaded', () => {
  const waits = graphOf('a -> w, a -> z, w -> z', {
    w: { type: 'wait', config: { wait: { signal: 'go' } } },
    z: { condition: 'tasks.a.output == 1' },
  });
  const kept = execution({ signals: [{ id: 1, name: 'go', payload: null }] });
  const part = { tasks: rowsOf('a:succeeded w z'), tallies: new Map() };
  expect(brief(decidePart(waits, kept, part, NOON) ?? [])).toEqual(['receive w']);
});

describe('a part', () => {
  const output = { a: { output: [7] } };
  test.each([
    ['begins what may begin', 'a:succeeded m b', ['expand m', 'release m[0]', 'release b']],
    ['leaves alone what depends on what it does not know', 'b:succeeded z', []],
    ['leaves alone what depends on what is open', 'a:succeeded b:succeeded m:waiting z', []],
    ['leaves alone a map of which nothing is new', 'm:waiting', []],
  ])('%s', (_, rows, expected) => {
    expect(decided(rowsOf(rows, output))).toEqual(expected);
  });

  test.each([
    ['as many items as may be active', { active: 1, pending: pending(4, 5) }, ['release m[4]']],
    ['the map when none is left', {}, ['collect m']],
    ['nothing while all places are taken', { active: 2, pending: pending(4, 5) }, []],
    ['the rest while failures are tolerated', { fallen: 1, pending: pending(4) }, ['release m[4]']],
  ])('moves %s', (_, change, expected) => {
    expect(decided(rowsOf('m:waiting'), tally(change))).toEqual(expected);
  });

  test('wakes due tasks, and starts no dependent in the same call', () => {
    const rows = rowsOf('w:waiting', { w: { notBefore: NOON } });
    expect(decided(rows)).toEqual(['wake w']);
  });

  test('a tally of an unknown map changes nothing', () => {
    expect(decided(rowsOf('b:running'), tally({}))).toEqual([]);
  });

  test.each<[string, Task[], Part['tallies'], Partial<Execution>]>([
    ['it is paused', rowsOf('a:succeeded b'), new Map(), { status: 'paused' }],
    ['it has spent its money', rowsOf('a:succeeded b'), new Map(), { budgetUsd: '1', spentUsd: '1' }],
    ['it is late', rowsOf('a:succeeded b'), new Map(), { startedAt: later(-8000) }],
    ['a failure counts', rowsOf('a:failed b'), new Map(), {}],
    ['a failure comes up', rowsOf('a:succeeded m', { a: { output: 'no list' } }), new Map(), {}],
    ['too many items failed', rowsOf('m:waiting'), tally({ fallen: 2 }), {}],
  ])('is not enough when %s', (_, tasks, tallies, change) => {
    expect(decided(tasks, tallies, change)).toBeNull();
  });
});
