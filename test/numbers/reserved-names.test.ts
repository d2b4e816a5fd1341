/** Names that JavaScript reserves work like any other, or are refused by the rule; and every refusal states its place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ config: { rateLimit: 100_000 } });
});
afterAll(() => system.stop());

const ask = async (method: string, path: string, body?: unknown) => {
  const response = await system.ask(method, path, body);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
};

/** An item's name begins with a letter. */
const itemOf = (name: string): string => (name.startsWith('_') ? 'item' : name);

/** Parameters, tasks, items and results of that name. */
const workflowOf = (name: string, workflowId: string) => ({
  workflowId,
  name: 'W',
  category: 'c',
  parameters: [
    { name, type: 'integer', validation: { minimum: 1, maximum: 9 } },
    { name: 'list', type: 'array', default: [1, 2] },
  ],
  tasks: [
    { taskId: name, name: 'T', type: 'transform', inputMapping: { [name]: `params.${name} + 1` } },
    {
      taskId: 'each',
      name: 'E',
      type: 'transform',
      dependsOn: [name],
      config: { map: { over: 'params.list', as: itemOf(name) } },
      inputMapping: { seen: `${itemOf(name)} + tasks.${name}.output.${name}` },
    },
  ],
  outputMapping: { [name]: 'tasks.each.output' },
});

const OF_OBJECTS = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Array.prototype).slice(0, 5),
  'then',
  'toJSON',
  'prototype',
  'name',
  'arguments',
  'caller',
  'default',
];
const FORBIDDEN = new Set(['constructor', 'prototype', '__proto__']);

describe('a task, a parameter and an item', () => {
  test.each(OF_OBJECTS.filter((name) => !FORBIDDEN.has(name)).map((name, index) => [name, `w${index}`]))(
    'may be named %s',
    async (name, workflowId) => {
      const made = await ask('POST', '/v1/workflows', workflowOf(name, workflowId));
      expect([made.status, made.body['errors']]).toEqual([201, undefined]);
      const refused = await ask('POST', `/v1/workflows/${workflowId}/executions`, {
        parameters: { [name]: 10 },
      });
      expect(refused).toMatchObject({
        status: 422,
        body: { errors: [{ path: `parameters.${name}`, message: 'must be at most 9' }] },
      });
      const missing = await ask('POST', `/v1/workflows/${workflowId}/executions`, {
        parameters: { list: [1] },
      });
      const quoted = await ask('POST', `/v1/workflows/${workflowId}/quote`, { parameters: { [name]: 3 } });
      expect(quoted.status).toBe(200);
      const id = await submit(system, workflowId, { [name]: 3 });
      await untilAllEnded(system);
      const { body } = await ask('GET', `/v1/executions/${id}`);
      expect(body).toMatchObject({ status: 'succeeded', output: { [name]: [{ seen: 5 }, { seen: 6 }] } });
      expect((await ask('GET', `/v1/executions/${id}/tasks/${name}`)).body).toMatchObject({
        output: { [name]: 4 },
      });
      // A parameter that was not given is missing, whatever property JavaScript has by that name.
      if (missing.status === 202) {
        const { status } = (await ask('GET', `/v1/executions/${String(missing.body['id'])}`)).body;
        expect(status).toBe('failed');
      }
    },
  );

  test.each([...FORBIDDEN])('cannot be named %s', async (name) => {
    const { status, body } = await ask('POST', '/v1/workflows/validate', {
      workflowId: 'w',
      name: 'W',
      category: 'c',
      parameters: [{ name, type: 'string' }],
      tasks: [{ taskId: name, name: 'T', type: 'transform' }],
    });
    expect(status).toBe(200);
    const faults = body['faults'] as { path: string; message: string }[];
    expect(faults.map(({ path }) => path).sort()).toEqual([
      `parameters.${name}.name`,
      `tasks.${name}.taskId`,
    ]);
    expect(faults[0]?.message).toContain('not constructor, prototype or __proto__');
  });
});

test("a map's stored items are complete, in the row or in the blob store", async () => {
  await publishWorkflow(
    system,
    'large',
    [
      {
        id: 'each',
        type: 'transform',
        config: { map: { over: '[1, 2]' } },
        input: { n: 'item', text: 'params.text + params.text + params.text' },
      },
    ],
    { parameters: [{ name: 'text', type: 'string' }] },
  );
  const text = 'x'.repeat(100_000);
  const id = await submit(system, 'large', { text });
  await untilAllEnded(system);
  const { rows } = await system.owner.query<{ kept: unknown }>(
    'select output_data as kept from task_executions where workflow_execution_id = $1 and map_index is not null',
    [id],
  );
  expect(rows).toMatchObject([{ kept: { $blob: {} } }, { kept: { $blob: {} } }]);
  const { body } = await ask('GET', `/v1/executions/${id}/tasks/each`);
  expect(body['output']).toEqual([1, 2].map((n) => ({ n, text: text.repeat(3) })));
});

describe('a refusal states its place', () => {
  beforeAll(() => registerEchoModel(system, 'm'));
  const past = '2020-01-01T00:00:00Z';
  test.each<[string, string, unknown, string]>([
    ['POST', '/v1/models/m/thermal', { desired: 'on', reason: 'x', until: past }, 'until'],
    [
      'PUT',
      '/v1/thermal/brakes',
      { scaleIn: { paused: false }, scaleOut: { paused: true, reason: 'x', until: past } },
      'scaleOut.until',
    ],
    ['POST', '/v1/workflows/large/executions', [], 'request'],
    ['POST', '/v1/workflows/large/executions', { parameters: { text: 'a\0' } }, 'parameters.text'],
    ['GET', '/v1/executions?q=%00', undefined, 'query.q'],
    ['GET', '/v1/executions?cursor=nonsense', undefined, 'query.cursor'],
    ['GET', '/v1/audit?from=yesterday', undefined, 'query.from'],
    ['GET', '/v1/models?limit=0', undefined, 'query.limit'],
  ])('%s %s %j', async (method, path, body, place) => {
    const refused = await ask(method, path, body);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: place }] } });
  });

  test('a NUL in an address answers "not found"', async () => {
    expect((await ask('GET', '/v1/models/a%00b')).status).toBe(404);
  });
});
