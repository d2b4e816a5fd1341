/** Inputs from public bug reports of similar products, on the whole product. Those of maps are in `test/workflows/maps.test.ts`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel } from '../harness/fixtures.js';
import { each, openRunner, states, step, type Runner, type Shown } from '../workflows/workflow-runner.js';

let system: TestSystem;
let runner: Runner;
beforeAll(async () => {
  system = await startTestSystem({ speed: 20 });
  runner = openRunner(system, { timeout: 30_000, interval: 50 });
  await registerEchoModel(system, 'echo', { warmupSeconds: 1, perInstance: 8 });
  await registerEchoModel(system, 'slow', { seconds: 40, warmupSeconds: 0, perInstance: 8 });
  // Its warm-up takes longer than its idle limit.
  await registerEchoModel(system, 'brief', { warmupSeconds: 60, idleMinutes: 1 / 60 });
});
afterAll(() => system.stop());

const attempts = async (id: string) =>
  (
    await system.owner.query<{ task: string; status: string; from: Date; to: Date | null; usd: string }>(
      `select t.task_id as task, a.status, a.started_at as from, a.ended_at as to, a.cost_usd as usd
       from task_attempts a join task_executions t on t.id = a.task_execution_id
       where a.workflow_execution_id = $1 order by a.started_at`,
      [id],
    )
  ).rows;

describe('failures and retries', () => {
  const retry = { maxAttempts: 3, initialDelayMs: 100, backoff: 3, maxDelayMs: 200, jitter: false };

  test('two tasks that fail at once use their attempts, each delayed by its policy', async () => {
    // The failure of one does not end the other, so both have all of their attempts.
    const config = { retry, onFailure: 'continue' as const };
    const tasks = ['p', 'q'].map((id) => ({ id, model: 'echo', input: { fail: '500' }, config }));
    const execution = await runner.run(tasks);
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
    const execution = await runner.run([
      { id: 'long', model: 'slow', timeout: 1, config: { retry: { ...retry, maxAttempts: 2 } } },
    ]);
    expect(execution).toMatchObject({ status: 'failed', error: { code: 'model_timeout' } });
    expect((await attempts(execution.id)).map(({ status }) => status)).toEqual(['timed_out', 'timed_out']);
  });

  test('a retry that is due after the end of its execution does not outlive it', async () => {
    const config = { retry: { initialDelayMs: 3_600_000, jitter: false } };
    const tasks = [{ id: 'tries', model: 'echo', input: { fail: '500' }, config }];
    const execution = await runner.run(tasks, {}, { timeout: 1 });
    expect([execution.status, states(execution)]).toEqual(['timed_out', 'tries cancelled']);
  });

  test('a task cancelled between two attempts begins nothing more', async () => {
    const config = { retry: { initialDelayMs: 300, jitter: false } };
    const id = await runner.begin([
      { id: 'tries', model: 'echo', input: { fail: '500' }, config },
      step('z', ['tries'], { config: { join: 'all_done' } }),
    ]);
    await expect.poll(async () => (await attempts(id)).length, { timeout: 20_000 }).toBe(1);
    expect((await system.ask('POST', `/v1/executions/${id}/cancel`)).status).toBe(200);
    expect((await runner.read(id)).status).toBe('cancelled');
    // By then the retry would have been due.
    await runner.run([{ id: 'other', type: 'wait', config: { wait: { seconds: 1 } } }]);
    expect([states(await runner.read(id)), (await attempts(id)).length]).toEqual([
      'tries cancelled, z cancelled',
      1,
    ]);
  });
});

test('a model that reports impossible usage is billed by the clock', async () => {
  const usages = ['-5', '-1e300', '1e30', '"abc"', '{"a": 1}', '[]', 'true', 'null'];
  const { id, status } = await runner.run(
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
  const id = await runner.begin(
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
  expect(await runner.ended(id)).toMatchObject({ status: 'failed', error: { code: 'map_failed' } });
  const again = async (from: string, body: object) =>
    runner.ended(
      ((await (await system.ask('POST', `/v1/executions/${from}/rerun`, body)).json()) as Shown).id,
    );
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
  expect((await runner.run(only)).status).toBe('succeeded');
  await expect.poll(heat, { timeout: 20_000, interval: 20 }).toMatch(/COOLING|OFF/);
  expect((await runner.run(only)).status).toBe('succeeded');
});

test('the invariants hold', () => runner.expectInvariantsAtRest());
