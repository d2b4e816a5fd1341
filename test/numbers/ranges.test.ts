/** Numbers at the limits: allowed ones are stored and mean what they say, others are refused by name, and no row stops another. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTANTS, RANGES } from '../../src/core/validation/ranges.js';
import { least, speaking } from '../models/catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 10_000 } });
  say = speaking(system);
});
afterAll(() => system.stop());

const STRANGE = ['1e308', '1e13', '3e9', '-1', '0.1', '"NaN"', '"1e5"', '""', 'true'];
/** As text, so that every number is sent as it is written. */
const wrap = (path: string, value: string): string =>
  path
    .split('.')
    .reverse()
    .reduce((inner, key) => `{"${key}":${inner}}`, value);

describe('a model', () => {
  const edges = (at: 'min' | 'max') => ({
    thermal: {
      scaleToZeroAfterMinutes: RANGES.idle[at],
      warmupTimeSeconds: RANGES.warmup[at],
      minInstances: RANGES.instances[at],
      maxInstances: RANGES.someInstances[at],
    },
    deployment: {
      hostMaxInstances: RANGES.someInstances[at],
      compute: {
        accelerators: RANGES.accelerators[at],
        memoryMb: RANGES.memory[at],
        cpuCores: RANGES.cpuCores[at],
      },
      maxConcurrentInvocationsPerInstance: at === 'min' ? 1 : 10,
    },
    pricing: {
      hourlyRate: String(RANGES.rate[at]),
      perRequest: String(RANGES.rate[at]),
      markup: String(RANGES.markup[at]),
      perTokenOver0: String(RANGES.rate[at]),
    },
    gpuMemoryGb: RANGES.gpuMemory[at],
    minTier: RANGES.tier[at],
    performanceMetrics: { inferenceTime500Residues: RANGES.inferenceTime[at] },
  });

  test.each(['min', 'max'] as const)('at the %s of every field is stored unchanged', async (at) => {
    const dependencies = [{ type: 'data', name: 'd', sizeGb: RANGES.size[at] }];
    const { status, body } = await say('POST', '/v1/models', least(at, { ...edges(at), dependencies }));
    expect(body.errors).toBeUndefined();
    expect(status).toBe(201);
    expect(body).toMatchObject(edges(at));
  });

  test.each(
    [
      'thermal.scaleToZeroAfterMinutes',
      'thermal.warmupTimeSeconds',
      'thermal.maxInstances',
      'deployment.maxConcurrentInvocationsPerInstance',
      'deployment.compute.memoryMb',
      'pricing.hourlyRate',
      'pricing.perTokenOver0',
      'gpuMemoryGb',
      'minTier',
    ].flatMap((path) => STRANGE.map((value): [string, string] => [path, value])),
  )('%s %s is stored, or refused by name', async (path, value) => {
    const { status, body } = await say('PATCH', '/v1/models/min', wrap(path, value));
    const fault = body.errors?.find((error) => error.path === path);
    expect({ status, reported: fault !== undefined }).toEqual(
      status === 200 ? { status: 200, reported: false } : { status: 422, reported: true },
    );
    if (status === 200) {
      const kept = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], body);
      expect(Number(kept)).toBe(Number(JSON.parse(value)));
    }
  });

  test('a price of less than a millionth', async () => {
    const { status, body } = await say('PATCH', '/v1/models/min', '{"pricing":{"perRequest":0.0000003}}');
    expect({ status, pricing: (body as unknown as { pricing: object }).pricing }).toMatchObject({
      status: 200,
      pricing: { perRequest: '0.0000003' },
    });
  });
});

describe('an execution', () => {
  beforeAll(() => publishWorkflow(system, 'plain', [{ id: 'only', type: 'transform' }]));
  const ask = async (more: string) => {
    const answer = await system.ask(
      'POST',
      '/v1/workflows/plain/executions',
      `{"parameters":{},${more.slice(1)}`,
    );
    return { status: answer.status, body: (await answer.json()) as { errors?: { path: string }[] } };
  };

  test.each([
    ...['priority', 'budgetUsd', 'deadline'].flatMap((path) =>
      STRANGE.map((value): [string, string] => [path, value]),
    ),
    ['priority', '0'],
    ['priority', '11'],
    ['budgetUsd', '"0"'],
    ['budgetUsd', '"0.0000000001"'],
    ['budgetUsd', '"999999999999"'],
    ['deadline', '"9999-12-31T23:59:59-12:00"'],
    ['deadline', '"+275760-09-13T00:00:00Z"'],
  ])('with %s %s is refused by name', async (path, value) => {
    const { status, body } = await ask(wrap(path, value));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ path, message: expect.stringMatching(/^must be /) }]);
  });

  test.each([
    ['priority', '10'],
    ['budgetUsd', `"${RANGES.budget.max}"`],
    ['budgetUsd', '"0.000000001"'],
    ['deadline', `"${INSTANTS.max}"`],
  ])('with %s %s is accepted, and stored unchanged', async (path, value) => {
    const { status, body } = await ask(wrap(path, value));
    expect(status).toBe(202);
    const { id } = body as { id: string };
    const kept = await system.owner.query<Record<string, unknown>>(
      `select priority::text, trim_scale(budget_usd)::text as "budgetUsd",
         to_char(deadline at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as deadline
       from workflow_executions where id = $1`,
      [id],
    );
    expect(kept.rows[0]?.[path]).toBe(String(JSON.parse(value)));
  });
});

test.each(['1e308', 'NaN', '-1', '0.5', '0x10', '1e2', '', '99999999999999999999'])(
  'limit=%s is refused by name',
  async (limit) => {
    const { status, body } = await say('GET', `/v1/executions?limit=${limit}`);
    expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ path: 'query.limit' }] });
  },
);

test('old rows with numbers that are no longer allowed stop nothing, and show no nonsense', async () => {
  const wild = { retry: { initialDelayMs: 3e9, maxDelayMs: 1e18, jitter: false } };
  await publishWorkflow(system, 'wild', [{ id: 'only', type: 'transform', config: wild }]);
  await publishWorkflow(system, 'waits', [{ id: 'only', type: 'wait', config: { wait: { seconds: 1e13 } } }]);
  const ghost = await submit(system, 'plain');
  const slow = await submit(system, 'wild');
  const ever = await submit(system, 'waits');
  const plain = await submit(system, 'plain');
  for (const id of [ghost, slow, plain]) await loseTheWorkerOf(id);
  await system.owner.query(
    `update task_executions set task_id = 'ghost', timeout_seconds = 2147483647, lease_until = now() - interval '1 day'
     where workflow_execution_id = $1`,
    [ghost],
  );
  const scheduler = await system.open(['scheduler']);
  const rows = async () => {
    const found = await system.owner.query<{ id: string; status: string; days: number }>(
      `select workflow_execution_id as id, status, round(extract(epoch from not_before - now()) / 86400)::int as days
       from task_executions where workflow_execution_id = any ($1)`,
      [[ghost, slow, ever, plain]],
    );
    return Object.fromEntries(found.rows.map(({ id, ...row }) => [id, row]));
  };
  await expect.poll(rows, { timeout: 20_000 }).toMatchObject({
    [ghost]: { status: 'failed' },
    [slow]: { status: 'ready', days: 7 },
    [ever]: { status: 'failed' },
    [plain]: { status: expect.stringMatching(/^(ready|queued)$/) },
  });
  await scheduler.stop();
});

async function loseTheWorkerOf(executionId: string): Promise<void> {
  const move = async (sets: string) =>
    system.owner.query(`update task_executions set ${sets} where workflow_execution_id = $1`, [executionId]);
  await move(`status = 'ready', ready_at = now()`);
  await move(`status = 'queued', queued_at = now()`);
  await move(
    `status = 'running', started_at = now(), lease_owner = 'gone', lease_until = now() - interval '1 hour'`,
  );
  await system.owner.query(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status)
     select id, attempt_number, workflow_execution_id, tenant_id, 'gone', 'running'
     from task_executions where workflow_execution_id = $1`,
    [executionId],
  );
}
