/** Accepting executions: a refused request stores nothing, and an accepted one is committed even while the queue is down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../src/embedded/redis.js';
import { startSystem } from '../../src/system.js';
import { backends, startTestSystem, type TestSystem } from '../harness/system.js';

const FOLD = '/v1/workflows/protein_folding_alphafold2/executions';
const SEQUENCE = 'ACDEFGHIKLMNPQRSTVWY';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
});
afterAll(() => system.stop());

const stored = async () =>
  (await system.owner.query('select count(*)::int as n from workflow_executions')).rows[0] as { n: number };
const fold = (parameters: unknown, more: object = {}, headers: Record<string, string> = {}) =>
  system.ask('POST', FOLD, { parameters, ...more }, headers);

/** JSON text of lists nested `depth` deep. */
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a request is refused and stores nothing', () => {
  const LONG = 'A'.repeat(2_701);
  test.each<[number, string, string, string | object, string?]>([
    [422, 'lower-case junk', 'parameters.sequence', { parameters: { sequence: 'acdefghiklmnpqrstvwy' } }],
    [422, 'an X', 'parameters.sequence', { parameters: { sequence: 'ACDEFGHIKLMNPQRSTVWX' } }],
    [422, '15 residues', 'parameters.sequence', { parameters: { sequence: SEQUENCE.slice(0, 15) } }],
    [422, '2,701 residues', 'parameters.sequence', { parameters: { sequence: LONG } }],
    [422, 'no sequence', 'parameters.sequence', { parameters: {} }],
    [
      422,
      'two records',
      'parameters.sequence',
      { parameters: { sequence: `>a\n${SEQUENCE}\n>b\n${SEQUENCE}` } },
    ],
    [422, 'an unknown parameter', 'parameters.colour', { parameters: { sequence: SEQUENCE, colour: 'red' } }],
    [422, 'an unknown key', 'stray', { parameters: { sequence: SEQUENCE }, stray: 1 }],
    [422, 'no parameters', 'parameters', {}],
    [422, 'a priority of 11', 'priority', { parameters: { sequence: SEQUENCE }, priority: 11 }],
    [
      422,
      'a deadline that has passed',
      'deadline',
      { parameters: { sequence: SEQUENCE }, deadline: '2020-01-01T00:00:00Z' },
    ],
    [422, 'a budget of nothing', 'budgetUsd', { parameters: { sequence: SEQUENCE }, budgetUsd: '0.00' }],
    [422, 'a budget as a number', 'budgetUsd', { parameters: { sequence: SEQUENCE }, budgetUsd: 5 }],
    [422, 'a budget below the price', 'budgetUsd', { parameters: { sequence: SEQUENCE }, budgetUsd: '0.5' }],
    [
      422,
      'a webhook to a file',
      'webhookUrl',
      { parameters: { sequence: SEQUENCE }, webhookUrl: 'file:///x' },
    ],
    [422, 'JSON too deep', 'parameters.x', `{"parameters":{"x":${nested(40)}}}`],
    [422, 'JSON far too deep', 'parameters.x', `{"parameters":{"x":${nested(50_000)}}}`],
    [422, 'NUL', 'parameters.sequence', { parameters: { sequence: `${SEQUENCE}\0` } }],
    [422, 'half a surrogate pair', 'parameters.sequence', `{"parameters":{"sequence":"${SEQUENCE}\\ud800"}}`],
    [
      422,
      'a key that would reach prototypes',
      'parameters.__proto__',
      `{"parameters":{"__proto__":{"x":1}}}`,
    ],
    [413, 'a body too large', '', { parameters: { sequence: 'A'.repeat(300_000) } }],
    [400, 'what is not JSON', '', '{"parameters":'],
    [404, 'an unknown workflow', '', { parameters: {} }, '/v1/workflows/none/executions'],
  ])('%i: %s', async (status, _, place, body, path = FOLD) => {
    const before = await stored();
    const response = await system.ask('POST', path, body);
    const problem = (await response.json()) as { status: number; errors?: { path: string }[] };
    expect([response.status, problem.status]).toEqual([status, status]);
    if (place) expect(problem.errors?.map(({ path }) => path.slice(0, place.length))).toContain(place);
    expect(await stored()).toEqual(before);
  });

  test('a refusal lists every fault', async () => {
    const response = await fold({ sequence: 'x', numModels: 9, colour: 'red' });
    const { errors } = (await response.json()) as { errors: { path: string }[] };
    expect(new Set(errors.map(({ path }) => path))).toEqual(
      new Set(['parameters.sequence', 'parameters.numModels', 'parameters.colour']),
    );
  });

  test('a body whose content type is not JSON', async () => {
    const response = await fold({ sequence: SEQUENCE }, {}, { 'content-type': 'text/plain' });
    expect([response.status, await response.json()]).toMatchObject([415, { code: 'media_type_unsupported' }]);
  });

  test('a tenant whose tier is too low', async () => {
    const authorization = `Bearer ${await system.keyFor('small', 3)}`;
    const response = await fold({ sequence: SEQUENCE }, {}, { authorization });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'tier_too_low' }]);
  });
});

test("an accepted request answers 202 with the address and the execution in the contract's shape", async () => {
  const response = await fold(
    { sequence: SEQUENCE, numModels: 3 },
    {
      priority: 2,
      tags: ['first'],
      deadline: '2999-01-01T12:00:00+01:00',
      budgetUsd: '500',
      webhookUrl: 'https://example.com/hook',
    },
  );
  const execution = (await response.json()) as { id: string };
  expect(response.status).toBe(202);
  expect(response.headers.get('location')).toBe(`/v1/executions/${execution.id}`);
  expect(await (await system.ask('GET', `/v1/executions/${execution.id}`)).json()).toEqual(execution);
  expect(execution).toMatchObject({
    workflowId: 'protein_folding_alphafold2',
    workflowVersion: '1.0.0',
    status: 'pending',
    priority: 2,
    parameters: { sequence: SEQUENCE, numModels: 3 },
    resolvedParameters: { sequence: SEQUENCE, numModels: 3, recyclingIterations: 4, relaxStructure: true },
    output: null,
    error: null,
    cost: {
      estimatedUsd: expect.stringMatching(/^\d+\.\d{2,9}$/),
      actualUsd: '0.00',
      budgetUsd: '500.00',
      reservedUsd: expect.stringMatching(/^\d+\.\d{2,9}$/),
    },
    rerunOf: null,
    handlerOf: null,
    handledBy: null,
    deadline: '2999-01-01T11:00:00.000Z',
    tags: ['first'],
    waiting: { reason: 'About to be decided.', expectedStart: null },
    startedAt: null,
    durationMs: null,
  });
  expect((execution as unknown as { tasks: unknown[] }).tasks).toMatchObject([
    {
      taskId: 'validate_input',
      name: 'Validate input',
      type: 'validation',
      modelId: null,
      mapIndex: null,
      status: 'pending',
    },
    { taskId: 'msa_generation', type: 'task', modelId: 'alphafold2', costUsd: '0.00', error: null },
    { taskId: 'template_search' },
    { taskId: 'structure_prediction' },
    { taskId: 'relaxation' },
    { taskId: 'confidence_analysis' },
  ]);
});

test('a FASTA record with a header and line breaks is read as its sequence', async () => {
  const record = `>sp|P69905|HBA_HUMAN Hemoglobin\r\n${SEQUENCE}\r\n${SEQUENCE}\n`;
  const response = await fold({ sequence: record });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ resolvedParameters: { sequence: SEQUENCE + SEQUENCE } });
});

test('a waiting execution gives its reason when its model is cold', async () => {
  const { id } = (await (await fold({ sequence: SEQUENCE })).json()) as { id: string };
  await system.owner.query(
    `update task_executions set status = 'ready', ready_at = now(), first_ready_at = now()
     where workflow_execution_id = $1 and task_id = 'msa_generation'`,
    [id],
  );
  const { waiting } = (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as {
    waiting: { reason: string; expectedStart: string };
  };
  expect(waiting.reason).toMatch(/^Waiting for AlphaFold 2 to warm, about 3 min\.$/);
  expect(Date.parse(waiting.expectedStart)).toBeGreaterThan(Date.now());
});

describe('the same idempotency key', () => {
  const key = { 'idempotency-key': 'order 66' };
  test('returns the first execution, even if it would be refused by now; with another request it is refused', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 8 },
        async () => ((await (await fold({ sequence: SEQUENCE }, {}, key)).json()) as { id: string }).id,
      ),
    );
    expect(new Set(ids).size).toBe(1);

    const other = await fold({ sequence: `${SEQUENCE}A` }, {}, key);
    expect([other.status, await other.json()]).toMatchObject([409, { code: 'idempotency_key_reused' }]);

    const disable = (enabled: boolean) =>
      system.ledger.as({ type: 'system', id: null }, (session) =>
        session.query("update ai_models set enabled = $1 where model_id = 'alphafold2'", [enabled]),
      );
    await disable(false);
    await expect.poll(async () => (await fold({ sequence: SEQUENCE })).status).toBe(409);
    const before = await stored();
    const again = await fold({ sequence: SEQUENCE }, {}, key);
    expect([again.status, await again.json()]).toMatchObject([202, { id: ids[0] }]);
    expect(await stored()).toEqual(before);
    await disable(true);
    await expect
      .poll(async () => (await system.ask('GET', '/v1/models')).json())
      .toMatchObject({ items: [{ enabled: true }] });
  });

  test('of another tenant makes another execution', async () => {
    const authorization = `Bearer ${await system.keyFor('acme', 4)}`;
    const mine = (await (await fold({ sequence: SEQUENCE }, {}, key)).json()) as { id: string };
    const theirs = (await (await fold({ sequence: SEQUENCE }, {}, { ...key, authorization })).json()) as {
      id: string;
    };
    expect(theirs.id).not.toBe(mine.id);
  });
});

test.runIf(backends().includes('redis'))('the api accepts and is ready while the queue is down', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'radiant-api-'));
  const redis = await startRedis({ dataDir, path: process.env.PATH ?? '' });
  const facts: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (fact: string) => void facts.push(fact) };
  const servers = { ...system.servers, redisUrl: redis?.url, queueUrl: undefined };
  const another = await startSystem({ config: system.config, services: ['api'], servers, log });
  onTestFinished(async () => {
    await another.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await redis?.stop();
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${another.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${system.key}`, 'content-type': 'application/json' },
    });

  const startedAt = performance.now();
  const response = await ask(FOLD, {
    method: 'POST',
    body: JSON.stringify({ parameters: { sequence: SEQUENCE } }),
  });
  expect(response.status).toBe(202);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  const { id } = (await response.json()) as { id: string };
  expect((await ask(`/v1/executions/${id}`)).status).toBe(200);
  const ready = await ask('/readyz');
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ready', queue: 'down', storage: 'up' },
  ]);
  expect((await ask('/queues/api/queues')).status).toBe(503);
  await expect.poll(() => facts, { timeout: 5_000 }).toContain('execution.message_not_sent');
  expect(await (await ask('/metrics')).text()).toContain('radiant_executions');
});
