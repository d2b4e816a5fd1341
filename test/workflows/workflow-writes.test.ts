/** Workflows from the first draft to the tenth version: every saved one can be run, and one that ran never changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { submit } from '../harness/fixtures.js';
import { draft, openWorkflowHarness, type WorkflowHarness } from './workflow-harness.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await openWorkflowHarness();
});
afterAll(() => harness.system.stop());

test('a workflow is made, run, changed into new versions, disabled and restored, with an audit row for each', async () => {
  const before = await harness.auditRows();
  const made = await harness.ask('POST', '/v1/workflows', draft('twice'), { 'x-request-id': 'make-1' });
  expect(made).toMatchObject({
    status: 201,
    etag: '"1.0.0"',
    body: { id: 'twice', version: '1.0.0', enabled: true, timeout: 3600, maxRetries: 3 },
  });
  expect(made.body['dag']).toEqual({
    nodes: [
      { id: 'check', type: 'validation' },
      { id: 'first', type: 'task', modelId: 'echo' },
      { id: 'second', type: 'task', modelId: 'echo' },
    ],
    edges: [
      { from: 'check', to: 'first' },
      { from: 'first', to: 'second' },
    ],
  });
  const id = await submit(harness.system, 'twice', {});
  const status = async () => (await harness.ask('GET', `/v1/executions/${id}`)).body['status'];
  await expect.poll(status, { timeout: 30_000 }).toBe('succeeded');

  const tasks = draft('twice').tasks.map((task) =>
    task.taskId === 'second' ? { ...task, timeout: 60 } : task,
  );
  const changed = await harness.ask('PATCH', '/v1/workflows/twice', { tasks, maxRetries: 1 });
  expect(changed).toMatchObject({ status: 200, etag: '"1.0.1"', body: { version: '1.0.1', maxRetries: 1 } });
  expect(
    (await harness.ask('PATCH', '/v1/workflows/twice', { tasks, name: 'Say it twice' })).body['version'],
  ).toBe('1.0.1');
  expect(
    await harness.ask('PATCH', '/v1/workflows/twice', { name: 'Other', version: '1.0.0' }),
  ).toMatchObject({
    status: 409,
    body: { code: 'version_exists' },
  });
  expect((await harness.ask('PATCH', '/v1/workflows/twice', { version: '2.0.0-rc' })).body['version']).toBe(
    '2.0.0-rc',
  );
  expect((await harness.ask('PATCH', '/v1/workflows/twice', { description: 'x' })).body).toMatchObject({
    version: '2.0.0-rc.1',
  });
  expect(await harness.ask('GET', `/v1/executions/${id}`)).toMatchObject({
    body: { workflowVersion: '1.0.0' },
  });
  expect((await harness.ask('GET', '/v1/workflows/twice/versions/1.0.0')).body).toEqual({ ...made.body });

  expect(await harness.ask('DELETE', '/v1/workflows/twice')).toMatchObject({
    status: 200,
    body: { enabled: false },
  });
  expect(
    (await harness.system.ask('POST', '/v1/workflows/twice/executions', { parameters: {} })).status,
  ).toBe(404);
  expect((await harness.system.ask('GET', '/v1/workflows/twice', undefined, harness.asTenant)).status).toBe(
    404,
  );
  expect((await harness.ask('PATCH', '/v1/workflows/twice', { description: null })).body).toMatchObject({
    enabled: false,
    description: null,
    version: '2.0.0-rc.2',
  });
  expect(await harness.ask('POST', '/v1/workflows/twice/restore', {})).toMatchObject({
    status: 200,
    body: { enabled: true },
  });
  expect(await harness.ask('POST', '/v1/workflows/twice/restore', {})).toMatchObject({ status: 200 });
  await submit(harness.system, 'twice', {});

  expect(await harness.auditRows()).toBe(before + 7);
  const entries = await harness.history('twice');
  expect(entries.map(({ action }) => action)).toEqual([
    'restored',
    'updated',
    'disabled',
    'updated',
    'updated',
    'updated',
    'created',
  ]);
  expect(entries.at(-1)).toMatchObject({
    requestId: 'make-1',
    actorName: 'admin@localhost',
    summary: 'Workflow Say it twice created',
    version: null,
  });
  expect(entries[5]?.changes.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(
    [
      { path: 'maxRetries', before: 3, after: 1 },
      { path: 'tasks.second.timeout', before: 300, after: 60 },
      { path: 'version', before: '1.0.0', after: '1.0.1' },
    ].map((change) => expect.objectContaining(change)),
  );
  expect((await harness.versions('twice')).map(({ version, by }) => [version, by])).toEqual(
    ['2.0.0-rc.2', '2.0.0-rc.1', '2.0.0-rc', '1.0.1', '1.0.0'].map((version) => [version, 'admin@localhost']),
  );
});

test('the seeded workflow can be edited like any other', async () => {
  const changed = await harness.ask('PATCH', '/v1/workflows/protein_folding_alphafold2', { timeout: 7000 });
  expect(changed).toMatchObject({ status: 200, body: { version: '1.0.1', timeout: 7000 } });
  const [last] = await harness.history('protein_folding_alphafold2');
  expect(last?.changes.map(({ path }) => path).sort()).toEqual(['timeout', 'version']);
});

test('a thousand tasks are checked and saved in seconds, with one row in the audit', async () => {
  const tasks = Array.from({ length: 1_000 }, (_, n) => ({
    taskId: `t${n}`,
    name: `Task ${n} of a thousand, with a name as people write it`,
    type: 'transform',
    dependsOn: n === 0 ? [] : [`t${Math.floor((n - 1) / 2)}`],
    outputMapping: {
      sum: `params.words + "${n}"`,
      text: '"some words that make it longer than most are in practice"',
    },
  }));
  const before = await harness.auditRows();
  const begun = performance.now();
  const { status } = await harness.ask('POST', '/v1/workflows', draft('large', { tasks }));
  expect([status, await harness.auditRows()]).toEqual([201, before + 1]);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
