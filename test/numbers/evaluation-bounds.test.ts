/** A caller's input costs a bounded share of the process: beyond the limit it is refused, or fails its own execution. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

/** Generous for a busy machine: without the limits it took up to 17 seconds. */
const RUNAWAY_MS = 5_000;

let system: TestSystem;
const loop = monitorEventLoopDelay();
beforeAll(async () => {
  system = await startTestSystem({ speed: 1 });
  await registerEchoModel(system, 'echo', { warmupSeconds: 0 });
});
afterAll(() => system.stop());
beforeEach(() => loop.reset());
beforeEach(() => void loop.enable());
afterEach(() => {
  loop.disable();
  expect(loop.max / 1e6).toBeLessThan(RUNAWAY_MS);
});

const zeros = Array.from({ length: 20_000 }, () => 0);
const text = 'a'.repeat(100_000);

async function ending(workflowId: string): Promise<{ code: string; message: string }> {
  const id = await submit(system, workflowId);
  const read = async () =>
    (
      await system.owner.query<{ status: string; code: string; message: string }>(
        'select status, error_code as code, error_message as message from workflow_executions where id = $1',
        [id],
      )
    ).rows[0];
  await expect.poll(async () => (await read())?.status, { timeout: 60_000 }).toBe('failed');
  const { code = '', message = '' } = (await read()) ?? {};
  return { code, message };
}

test.each([
  ['params.a.map(y, params.s)', 'it makes more than 64000000 characters'],
  ['params.a.exists(y, re2(params.s, "^(a+)+$"))', 'it takes more than 1000000 steps'],
  ['params.s.split("").map(y, params.s.split("").size())', 'it takes more than 1000000 steps'],
])('%s fails in the scheduler and in a worker alike, with the limit', async (source, limit) => {
  const name = `heavy-${source.length}`;
  const parameters = [
    { name: 'a', type: 'array', default: zeros },
    { name: 's', type: 'string', default: text },
  ];
  await publishWorkflow(
    system,
    `${name}-map`,
    [{ id: 'm', model: 'echo', config: { map: { over: source } } }],
    {
      parameters,
    },
  );
  await publishWorkflow(system, `${name}-input`, [{ id: 't', type: 'transform', input: { x: source } }], {
    parameters,
  });
  await publishWorkflow(system, `${name}-output`, [{ id: 't', type: 'transform', input: { x: '1' } }], {
    outputMapping: { x: source },
    parameters,
  });
  for (const place of ['map', 'input', 'output']) {
    const { code, message } = await ending(`${name}-${place}`);
    expect([place, code, message]).toEqual([place, 'too_costly', expect.stringContaining(limit)]);
  }
  expect(system.standIn.ledger().invocations).toEqual([]);
});

test.each([
  ['pattern', { pattern: '^((a+)+(a+)+)+$' }, 'a'.repeat(200_000), 'it takes more than 1000000 steps'],
  ['alternatives', { pattern: 'a[ab]{100}c' }, 'ab'.repeat(100_000), 'it takes more than 1000000 steps'],
])('a parameter that its %s cannot be checked against is refused', async (what, validation, value, limit) => {
  await publishWorkflow(system, `held-${what}`, [{ id: 't', type: 'transform' }], {
    parameters: [{ name: 's', type: 'string', validation }],
  });
  const response = await system.ask('POST', `/v1/workflows/held-${what}/executions`, {
    parameters: { s: value },
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    code: 'invalid_parameters',
    errors: [{ path: 'parameters.s', message: expect.stringContaining(limit) }],
  });
});

test('a definition with ten thousand faults is checked in slices, and the first faults are listed', async () => {
  const tasks = Array.from({ length: 10_000 }, (_, at) => ({
    taskId: `t${at}`,
    name: 'T',
    type: 'transform',
    condition: `nobody${at} > 1`,
  }));
  const draft = { workflowId: 'faulty', name: 'Faulty', category: 'test', tasks };
  const judged = await system.ask('POST', '/v1/workflows/validate', draft);
  const { faults } = (await judged.json()) as { faults: { message: string }[] };
  expect([judged.status, faults.length]).toEqual([200, 101]);
  expect(faults[100]?.message).toBe('only the first 100 faults are listed');
  const refused = await system.ask('POST', '/v1/workflows', draft);
  expect(refused.status).toBe(422);
  expect(((await refused.json()) as { errors: object[] }).errors).toHaveLength(101);
});
