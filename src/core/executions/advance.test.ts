import { describe, expect, test } from 'vitest';
import { advance } from './advance.js';
import type { Graph } from '../workflows/graph.js';
import {
  brief,
  execution,
  finishOf,
  graphOf,
  movesOf,
  NOON,
  row,
  rowsOf,
} from '../testing/workflow-drawing.js';
import type { Task, WorkflowTask } from '../workflows/workflow.js';

const failed = { error: { code: 'boom', message: 'It broke.' } };

describe('a diamond', () => {
  //  a -> b -> d
  //  a -> c -> d
  const graph = graphOf('a -> b -> d, a -> c -> d');
  test.each([
    ['a b c d', ['release a']],
    ['a:running b c d', []],
    ['a:succeeded b c d', ['release b', 'release c']],
    ['a:succeeded b:succeeded c:running d', []],
    ['a:succeeded b:succeeded c:succeeded d', ['release d']],
    ['a:succeeded b:skipped c:succeeded d', ['skip d', 'finish succeeded']],
    ['a:succeeded b:failed c:running d', ['cancel d']],
    ['a:succeeded b:failed c:queued d', ['cancel c', 'cancel d', 'finish failed']],
    ['a:succeeded b:failed c:succeeded d:cancelled', ['finish failed']],
    ['a:succeeded b:cancelled c:ready d', ['cancel c', 'cancel d', 'finish failed']],
    ['a:succeeded b:succeeded c:succeeded d:succeeded', ['finish succeeded']],
  ])('%s', (rows, expected) => {
    expect(brief(movesOf(graph, rowsOf(rows)))).toEqual(expected);
  });

  test('a task without a row counts as pending', () => {
    expect(brief(advance(graph, execution(), [], NOON))).toEqual(['release a']);
  });

  test.each(['succeeded', 'failed', 'cancelled', 'timed_out'] as const)(
    'nothing happens once %s',
    (status) => {
      expect(advance(graph, execution({ status }), rowsOf('a b c d'), NOON)).toEqual([]);
    },
  );

  test('an execution fails with the reason of the task that failed', () => {
    const finish = (rows: Task[]) => finishOf(advance(graph, execution(), rows, NOON));
    expect(finish(rowsOf('a:failed b c d', { a: failed }))).toMatchObject({
      error: { code: 'boom', message: 'Task a failed: It broke.' },
    });
    expect(finish(rowsOf('a:failed b c d'))).toMatchObject({ error: { code: 'task_failed' } });
    expect(finish(rowsOf('a:cancelled b c d'))).toMatchObject({
      error: { code: 'task_cancelled', message: 'Task a was cancelled.' },
    });
  });
});

test.each([
  ['its list is empty', { config: { map: { over: '[]' } } }],
  ['its condition is false', { condition: 'false', config: { map: { over: '[1]' } } }],
])('the output of a skipped map is an empty list: %s', (_, skipped) => {
  const joined = { join: 'none_failed' } as const;
  const graph = graphOf('m -> n -> z', {
    m: skipped,
    n: { config: { ...joined, map: { over: 'tasks.m.output' } } },
    z: { config: joined, condition: 'size(tasks.m.output + tasks.n.output) == 0' },
  });
  expect(brief(movesOf(graph, rowsOf('m n z')))).toEqual(['skip m', 'skip n', 'release z']);
  expect(brief(movesOf(graph, rowsOf('m:skipped n z')))).toEqual(['skip n', 'release z']);
});

//  a -> c
//  b -> c
describe.each([
  ['all_succeeded', ['release', 'skip', 'skip', 'skip']],
  ['all_done', ['release', 'release', 'release', 'release']],
  ['one_succeeded', ['release', 'release', 'release', 'skip']],
  ['none_failed', ['release', 'release', 'skip', 'skip']],
  ['one_failed', ['skip', 'skip', 'release', 'release']],
  ['all_failed', ['skip', 'skip', 'skip', 'release']],
] as const)('join rule %s', (join, expected) => {
  const graph = graphOf('a -> c, b -> c', {
    a: { config: { onFailure: 'continue' } },
    b: { config: { onFailure: 'continue' } },
    c: { config: { join } },
  });
  test.each([
    ['a:succeeded b:succeeded', 0],
    ['a:succeeded b:skipped', 1],
    ['a:succeeded b:failed', 2],
    ['a:failed b:cancelled', 3],
  ] as const)('after %s', (rows, index) => {
    expect(brief(movesOf(graph, rowsOf(`${rows} c:pending`)))[0]).toBe(`${expected[index]} c`);
  });
});

describe('conditions', () => {
  //  a -> b -> c -> d(all_done)
  const conditional = (condition: string, config: WorkflowTask['config'] = {}): Graph =>
    graphOf('a -> b -> c -> d', { b: { condition, config }, d: { config: { join: 'all_done' } } });

  test('false skips, and the skip cascades in the same call', () => {
    const graph = conditional('tasks.a.output.go');
    const rows = (go: boolean): Task[] => rowsOf('a:succeeded b c d', { a: { output: { go } } });
    expect(brief(movesOf(graph, rows(false)))).toEqual(['skip b', 'skip c', 'release d']);
    expect(brief(movesOf(graph, rows(true)))).toEqual(['release b']);
  });

  test('one that throws fails its task, and no further task starts', () => {
    //  a -> b -> c -> d,  e,  f (skipped before the failure shows)
    const graph = graphOf('e, a -> b -> c, f', {
      b: { condition: 'tasks.a.output.nope' },
      f: { condition: 'false' },
    });
    const decided = movesOf(graph, rowsOf('e a:succeeded b c f', { a: { output: {} } }));
    expect(brief(decided)).toEqual(['skip f', 'fail b', 'cancel e', 'cancel c', 'finish failed']);
    expect(decided[1]).toMatchObject({ error: { code: 'expression_failed' } });
    const running = rowsOf('e:running a:succeeded b c f', { a: { output: {} } });
    expect(brief(movesOf(graph, running))).toEqual(['skip f', 'fail b', 'cancel c']);
  });

  test('with onFailure continue the other tasks run', () => {
    const graph = conditional('tasks.a.output', { onFailure: 'continue' });
    expect(brief(movesOf(graph, rowsOf('a:succeeded b c d')))).toEqual(['fail b', 'skip c', 'release d']);
  });
});

describe('paused', () => {
  const graph = graphOf('a -> b, m, w', {
    m: { config: { map: { over: '[1]' } } },
    w: { type: 'wait', config: { wait: { seconds: 5 } } },
  });
  const paused = { status: 'paused' } as const;
  test.each([
    ['a:succeeded b m w', []],
    ['a:succeeded b m:waiting m[0] w', []],
    ['a:skipped b m:waiting m[0]:succeeded w', ['collect m', 'skip b']],
    ['a:succeeded b:succeeded m:skipped w:succeeded', ['finish succeeded']],
    ['a:failed b:running m w:waiting', ['cancel m', 'cancel w']],
  ])('%s', (rows, expected) => {
    expect(brief(movesOf(graph, rowsOf(rows), paused))).toEqual(expected);
  });
});

test('10,000 tasks are decided in well under a second', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
  const chain = graphOf(names.join('->'), { t0: { condition: 'false' } });
  const wide = graphOf(['t0', ...names.slice(1).map((name) => `t0 -> ${name}`)].join(','));
  const pending = names.map((name) => row(name));
  const begun = names.map((name) => row(name, name === 't0' ? { status: 'succeeded' } : {}));
  // Time of this process only, and the best of three: other work on the machine is not what is measured.
  const best = (graph: Graph, rows: Task[], count: number): number => {
    const runs = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      expect(advance(graph, execution(), rows, NOON)).toHaveLength(count);
      return process.cpuUsage(before).user / 1000;
    });
    return Math.min(...runs);
  };
  expect(best(chain, pending, 10_001)).toBeLessThan(500);
  expect(best(wide, begun, 9_999)).toBeLessThan(500);
});
