/** Maps and joins that broke other engines, according to their public bug reports, on the whole product. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, type TaskFixture } from '../harness/fixtures.js';
import { each, openRunner, states, step, type Runner } from './workflow-runner.js';

let system: TestSystem;
let runner: Runner;
beforeAll(async () => {
  system = await startTestSystem({ speed: 20 });
  runner = openRunner(system, { timeout: 30_000, interval: 50 });
  await registerEchoModel(system, 'echo', { warmupSeconds: 1, perInstance: 8 });
});
afterAll(() => system.stop());

describe('maps and joins', () => {
  const done = { join: 'all_done' };
  const unfailed = { join: 'none_failed' };
  test.each<[string, TaskFixture[], string, unknown]>([
    [
      'a map after a skipped task',
      [
        step('a', [], { condition: 'false' }),
        each('m', '[1]', ['a']),
        step('z', ['m'], { config: unfailed }),
      ],
      'a skipped, m skipped, z succeeded',
      { z: { it: 1 } },
    ],
    [
      'an empty map is read by a later task',
      [
        each('m', '[]'),
        step('z', ['m'], { config: done, input: { n: 'size(tasks.m.output)', was: 'tasks.m.status' } }),
      ],
      'm skipped, z succeeded',
      { z: { n: 0, was: 'skipped' } },
    ],
    [
      'empty maps in a row, the last one a leaf',
      [each('m', '[]'), each('n', 'tasks.m.output', ['m']), each('o', 'tasks.n.output', ['n'])],
      'm skipped, n skipped, o skipped',
      {},
    ],
    [
      'empty maps in a row that run whatever the result of the one before',
      [each('m', '[]'), each('n', 'tasks.m.output', ['m'], unfailed), step('z', ['n'], { config: unfailed })],
      'm skipped, n skipped, z succeeded',
      { z: { it: 1 } },
    ],
    [
      'a map over the results of a map',
      [each('m', '[1, 2]'), each('n', 'tasks.m.output.map(made, made.it + 1)', ['m'])],
      'm succeeded, n succeeded',
      { n: [{ it: 2 }, { it: 3 }] },
    ],
    [
      'several maps, one item at a time, some of them empty',
      [
        each('m', '[]', [], { map: { over: '[]', maxConcurrency: 1 } }),
        each('n', '[]', [], { map: { over: '[1, 2]', maxConcurrency: 1 } }),
        step('z', ['m', 'n'], { config: unfailed }),
      ],
      'm skipped, n succeeded, z succeeded',
      { z: { it: 1 } },
    ],
    [
      'a branch that is not taken, and a join on those that are',
      [
        step('a'),
        step('b', ['a'], { condition: 'false' }),
        step('c', ['b']),
        step('d', ['a']),
        step('y', ['c', 'd'], { config: unfailed }),
        step('z', ['c', 'd'], { config: { join: 'one_succeeded' } }),
      ],
      'a succeeded, b skipped, c skipped, d succeeded, y succeeded, z succeeded',
      { y: { it: 1 }, z: { it: 1 } },
    ],
  ])('%s', async (_, tasks, expected, output) => {
    const execution = await runner.run(tasks);
    expect([execution.status, states(execution), execution.output]).toEqual(['succeeded', expected, output]);
  });

  test('items of every type arrive unchanged', async () => {
    const list = [null, 1, 1, '', [], {}, [[1]], { a: null }, 0.1, 1e21, 'ß́', true];
    const tasks = [
      each('m', 'params.list'),
      step('z', ['m'], { input: { all: 'tasks.m.output.map(o, o.it)' } }),
    ];
    expect((await runner.run(tasks, { list })).output).toEqual({ z: { all: list } });
  });

  test('the results of a map are larger than any row, and arrive whole', async () => {
    const execution = await runner.run(
      [
        step('m', [], { input: { it: 'params.text' }, config: { map: { over: 'params.list' } } }),
        { id: 'n', model: 'echo', after: ['m'], input: { all: 'tasks.m.output' } },
        step('z', ['n'], { input: { n: 'size(tasks.n.output.echo.all)' } }),
      ],
      { list: Array.from({ length: 10 }, (_, place) => place), text: 'x'.repeat(30_000) },
    );
    expect(execution.output).toEqual({ z: { n: 10 } });
  });
});

test('the invariants hold', () => runner.expectInvariantsAtRest());
