/** Inputs from public bug reports of similar products, on the whole product. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ speed: 20 });
  await registerEchoModel(system, 'echo', { warmupSeconds: 1, perInstance: 8 });
  await registerEchoModel(system, 'slow', { seconds: 40, warmupSeconds: 0, perInstance: 8 });
  // Its warm-up takes longer than its idle limit.
  await registerEchoModel(system, 'brief', { warmupSeconds: 60, idleMinutes: 1 / 60 });
});
afterAll(() => system.stop());

interface Shown {
  id: string;
  status: string;
  output: unknown;
  error: { code: string } | null;
  tasks: { taskId: string; mapIndex: number | null; status: string; attempt: number; costUsd: string }[];
}

const read = async (id: string) => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Shown;
async function ended(id: string): Promise<Shown> {
  await expect
    .poll(async () => (await read(id)).status, { timeout: 30_000, interval: 50 })
    .toMatch(/succeeded|failed|cancelled|timed_out/);
  return read(id);
}

let published = 0;
async function begin(
  tasks: TaskFixture[],
  parameters: Record<string, unknown> = {},
  options: Parameters<typeof publishWorkflow>[3] = {},
): Promise<string> {
  const name = `w${(published += 1)}`;
  await publishWorkflow(system, name, tasks, {
    parameters: Object.entries(parameters).map(([key, value]) => ({
      name: key,
      type: Array.isArray(value) ? 'array' : typeof value,
    })),
    ...options,
  });
  return submit(system, name, parameters);
}
const run = async (...asked: Parameters<typeof begin>) => ended(await begin(...asked));

const states = ({ tasks }: Shown) =>
  tasks
    .filter(({ mapIndex }) => mapIndex === null)
    .map(({ taskId, status }) => `${taskId} ${status}`)
    .join(', ');
const step = (id: string, after: string[] = [], more: Partial<TaskFixture> = {}): TaskFixture => ({
  id,
  type: 'transform',
  after,
  input: { it: '1' },
  ...more,
});
const each = (id: string, over: string, after: string[] = [], config: object = {}): TaskFixture =>
  step(id, after, { input: { it: 'item' }, config: { map: { over }, ...config } });
const attempts = async (id: string) =>
  (
    await system.owner.query<{ task: string; status: string; from: Date; to: Date | null; usd: string }>(
      `select t.task_id as task, a.status, a.started_at as from, a.ended_at as to, a.cost_usd as usd
       from task_attempts a join task_executions t on t.id = a.task_execution_id
       where a.workflow_execution_id = $1 order by a.started_at`,
      [id],
    )
  ).rows;

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
    const execution = await run(tasks);
    expect([execution.status, states(execution), execution.output]).toEqual(['succeeded', expected, output]);
  });

  test('items of every type arrive unchanged', async () => {
    const list = [null, 1, 1, '', [], {}, [[1]], { a: null }, 0.1, 1e21, 'ß́', true];
    const tasks = [
      each('m', 'params.list'),
      step('z', ['m'], { input: { all: 'tasks.m.output.map(o, o.it)' } }),
    ];
    expect((await run(tasks, { list })).output).toEqual({ z: { all: list } });
  });

  test('the results of a map are larger than any row, and arrive whole', async () => {
    const execution = await run(
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

describe('failures and retries', () => {
  const retry = { maxAttempts: 3, initialDelayMs: 100, backoff: 3, maxDelayMs: 200, jitter: false };

  test('two tasks that fail at once use their attempts, each delayed by its policy', async () => {
    // The failure of one does not end the other, so both have all of their attempts.
    const config = { retry, onFailure: 'continue' as const };
    const tasks = ['p', 'q'].map((id) => ({ id, model: 'echo', input: { fail: '500' }, config }));
    const execution = await run(tasks);
    expect(states(execution)).toBe('p failed, q failed');
    const made = await attempts(execution.id);
    for (const id of ['p', 'q']) {
      const own = made.filter(({ task }) => task === id);
      expect(own).toHaveLength(3);
      for (const [place, { from }] of own.slice(1).entries())
        expect(from.getTime() - (own[place]?.to?.getTime() ?? 0)).toBeGreaterThanOrEqual(
          [100, 200][place] ?? 0,
        );
    }
  });

  test('a second attempt has its own time limit, and the last one is final', async () => {
    const execution = await run([
      { id: 'long', model: 'slow', timeout: 1, config: { retry: { ...retry, maxAttempts: 2 } } },
    ]);
    expect(execution).toMatchObject({ status: 'failed', error: { code: 'model_timeout' } });
    expect((await attempts(execution.id)).map(({ status }) => status)).toEqual(['timed_out', 'timed_out']);
  });

  test('a retry that is due after the end of its execution does not outlive it', async () => {
    const config = { retry: { initialDelayMs: 3_600_000, jitter: false } };
    const tasks = [{ id: 'tries', model: 'echo', input: { fail: '500' }, config }];
    const execution = await run(tasks, {}, { timeout: 1 });
    expect([execution.status, states(execution)]).toEqual(['timed_out', 'tries cancelled']);
  });

  test('a task cancelled between two attempts begins nothing more', async () => {
    const config = { retry: { initialDelayMs: 300, jitter: false } };
    const id = await begin([
      { id: 'tries', model: 'echo', input: { fail: '500' }, config },
      step('z', ['tries'], { config: { join: 'all_done' } }),
    ]);
    await expect.poll(async () => (await attempts(id)).length, { timeout: 20_000 }).toBe(1);
    expect((await system.ask('POST', `/v1/executions/${id}/cancel`)).status).toBe(200);
    expect((await read(id)).status).toBe('cancelled');
    // By then the retry would have been due.
    await run([{ id: 'other', type: 'wait', config: { wait: { seconds: 1 } } }]);
    expect([states(await read(id)), (await attempts(id)).length]).toEqual([
      'tries cancelled, z cancelled',
      1,
    ]);
  });
});

test('a model that reports impossible usage is billed by the clock', async () => {
  const usages = ['-5', '-1e300', '1e30', '"abc"', '{"a": 1}', '[]', 'true', 'null'];
  const { id, status } = await run(
    usages.map((seconds, place) => ({
      id: `t${place}`,
      model: 'echo',
      input: { parameters: `{"usage": {"computeSeconds": ${seconds}}}` },
    })),
  );
  expect(status).toBe('succeeded');
  const made = await attempts(id);
  expect(made).toHaveLength(usages.length);
  for (const { task, from, to, usd } of made) {
    const clock = ((to?.getTime() ?? 0) - from.getTime()) / 1000;
    // 0.01 a request and 14.28 an hour, with a markup of 75 %.
    expect(Number(usd), task).toBeGreaterThanOrEqual(0.0175);
    expect(Number(usd), task).toBeLessThanOrEqual(1.75 * (0.01 + (14.28 / 3600) * (clock + 1)));
  }
});

test('a rerun with fewer items keeps none of the earlier ones, and of a fork only the requested branch runs', async () => {
  const id = await begin(
    [
      each('a', 'params.list'),
      {
        id: 'm',
        model: 'echo',
        after: ['a'],
        config: { map: { over: 'tasks.a.output' } },
        input: { it: 'item.it', fail: 'item.it == params.bad ? 400 : 0' },
      },
      step('side', ['a']),
      step('z', ['m', 'side'], { input: { all: 'tasks.m.output.map(made, made.echo.it)' } }),
    ],
    { list: [1, 2, 3], bad: 2 },
  );
  expect(await ended(id)).toMatchObject({ status: 'failed', error: { code: 'map_failed' } });
  const again = async (from: string, body: object) =>
    ended(((await (await system.ask('POST', `/v1/executions/${from}/rerun`, body)).json()) as Shown).id);
  const fewer = await again(id, { parameters: { list: [9], bad: 0 } });
  expect(fewer.output).toEqual({ z: { all: [9] } });
  const branch = await again(fewer.id, { from: 'm' });
  expect(branch.output).toEqual({ z: { all: [9] } });
  const { rows } = await system.owner.query<{ task: string }>(
    `select task_id as task from task_executions
     where workflow_execution_id = $1 and reused_from is null and map_index is null order by 1`,
    [branch.id],
  );
  expect(rows.map(({ task }) => task)).toEqual(['m', 'z']);
});

test('a model whose start takes longer than its idle limit serves first, and serves tasks that arrive while it cools', async () => {
  const only = [{ id: 'only', model: 'brief' }];
  const heat = async () =>
    (
      await system.owner.query<{ heat: string }>(
        "select current_thermal_state as heat from ai_models where model_id = 'brief'",
      )
    ).rows[0]?.heat;
  expect((await run(only)).status).toBe('succeeded');
  await expect.poll(heat, { timeout: 20_000, interval: 20 }).toMatch(/COOLING|OFF/);
  expect((await run(only)).status).toBe('succeeded');
});

test('the invariants hold', async () => {
  await expect
    .poll(
      async () =>
        (await system.owner.query("select from task_attempts where status = 'running'")).rows.length,
      { timeout: 30_000 },
    )
    .toBe(0);
  await expectInvariants(system);
});
