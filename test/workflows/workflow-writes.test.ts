/** Workflows from the first draft to the tenth version: every saved one can be run, and one that ran never changes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, submit } from '../harness/fixtures.js';

let system: TestSystem;
let asTenant: { authorization: string };
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  asTenant = { authorization: `Bearer ${await system.keyFor('acme', 5, 'tenant_admin')}` };
});
afterAll(() => system.stop());

interface AnswerBody {
  status: number;
  body: Record<string, unknown>;
  etag: string | null;
}
async function ask(method: string, path: string, body?: unknown, headers = {}): Promise<AnswerBody> {
  const response = await system.ask(method, path, body, headers);
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    etag: response.headers.get('etag'),
  };
}
const draft = (workflowId: string, more: object = {}) => ({
  workflowId,
  name: 'Say it twice',
  category: 'test',
  inputSchema: { type: 'object', required: ['words'], properties: { words: { type: 'string' } } },
  tasks: [
    { taskId: 'check', name: 'Check', type: 'validation' },
    { taskId: 'first', name: 'First', type: 'task', modelId: 'echo', dependsOn: ['check'] },
    { taskId: 'second', name: 'Second', type: 'task', modelId: 'echo', dependsOn: ['first'] },
  ],
  parameters: [{ name: 'words', type: 'string', default: 'hello' }],
  ...more,
});
interface Entry {
  action: string;
  summary: string;
  actorName: string;
  requestId: string;
  version: null;
  changes: { path: string; before: unknown; after: unknown }[];
}
const history = async (id: string) =>
  (await ask('GET', `/v1/workflows/${id}/history`)).body['items'] as Entry[];
const versions = async (id: string) =>
  (await ask('GET', `/v1/workflows/${id}/versions`)).body['items'] as {
    version: string;
    by: string;
    hash: string;
  }[];
const auditRows = async () =>
  Number((await system.owner.query('select count(*) from orchestration_audit_log')).rows[0].count);

test('a workflow is made, run, changed into new versions, disabled and restored, with an audit row for each', async () => {
  const before = await auditRows();
  const made = await ask('POST', '/v1/workflows', draft('twice'), { 'x-request-id': 'make-1' });
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
  const id = await submit(system, 'twice', {});
  const status = async () => (await ask('GET', `/v1/executions/${id}`)).body['status'];
  await expect.poll(status, { timeout: 30_000 }).toBe('succeeded');

  const tasks = draft('twice').tasks.map((task) =>
    task.taskId === 'second' ? { ...task, timeout: 60 } : task,
  );
  const changed = await ask('PATCH', '/v1/workflows/twice', { tasks, maxRetries: 1 });
  expect(changed).toMatchObject({ status: 200, etag: '"1.0.1"', body: { version: '1.0.1', maxRetries: 1 } });
  expect((await ask('PATCH', '/v1/workflows/twice', { tasks, name: 'Say it twice' })).body['version']).toBe(
    '1.0.1',
  );
  expect(await ask('PATCH', '/v1/workflows/twice', { name: 'Other', version: '1.0.0' })).toMatchObject({
    status: 409,
    body: { code: 'version_exists' },
  });
  expect((await ask('PATCH', '/v1/workflows/twice', { version: '2.0.0-rc' })).body['version']).toBe(
    '2.0.0-rc',
  );
  expect((await ask('PATCH', '/v1/workflows/twice', { description: 'x' })).body).toMatchObject({
    version: '2.0.0-rc.1',
  });
  expect(await ask('GET', `/v1/executions/${id}`)).toMatchObject({ body: { workflowVersion: '1.0.0' } });
  expect((await ask('GET', '/v1/workflows/twice/versions/1.0.0')).body).toEqual({ ...made.body });

  expect(await ask('DELETE', '/v1/workflows/twice')).toMatchObject({ status: 200, body: { enabled: false } });
  expect((await system.ask('POST', '/v1/workflows/twice/executions', { parameters: {} })).status).toBe(404);
  expect((await system.ask('GET', '/v1/workflows/twice', undefined, asTenant)).status).toBe(404);
  expect((await ask('PATCH', '/v1/workflows/twice', { description: null })).body).toMatchObject({
    enabled: false,
    description: null,
    version: '2.0.0-rc.2',
  });
  expect(await ask('POST', '/v1/workflows/twice/restore', {})).toMatchObject({
    status: 200,
    body: { enabled: true },
  });
  expect(await ask('POST', '/v1/workflows/twice/restore', {})).toMatchObject({ status: 200 });
  await submit(system, 'twice', {});

  expect(await auditRows()).toBe(before + 7);
  const told = await history('twice');
  expect(told.map(({ action }) => action)).toEqual([
    'restored',
    'updated',
    'disabled',
    'updated',
    'updated',
    'updated',
    'created',
  ]);
  expect(told.at(-1)).toMatchObject({
    requestId: 'make-1',
    actorName: 'admin@localhost',
    summary: 'Workflow Say it twice created',
    version: null,
  });
  expect(told[5]?.changes.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(
    [
      { path: 'maxRetries', before: 3, after: 1 },
      { path: 'tasks.second.timeout', before: 300, after: 60 },
      { path: 'version', before: '1.0.0', after: '1.0.1' },
    ].map((change) => expect.objectContaining(change)),
  );
  expect((await versions('twice')).map(({ version, by }) => [version, by])).toEqual(
    ['2.0.0-rc.2', '2.0.0-rc.1', '2.0.0-rc', '1.0.1', '1.0.0'].map((version) => [version, 'admin@localhost']),
  );
});

describe('refusals', () => {
  const broken = draft('broken', {
    name: '',
    tasks: [
      { taskId: 'a', name: 'A', type: 'task', modelId: 'ghost', dependsOn: ['b'] },
      {
        taskId: 'b',
        name: 'B',
        type: 'wait',
        dependsOn: ['a'],
        config: { wait: { moon: 'full' } },
        condition: '1',
      },
    ],
    outputMapping: { x: 'tasks.none.output' },
  });

  test('every fault is listed at once with its place, and nothing is written', async () => {
    const places = [
      'name',
      'outputMapping',
      'tasks',
      'tasks.a.modelId',
      'tasks.b.condition',
      'tasks.b.config.wait',
      'tasks.b.config.wait',
    ];
    const before = await auditRows();
    const validated = await ask('POST', '/v1/workflows/validate', broken);
    const faults = validated.body['faults'] as { path: string; taskId?: string }[];
    expect([validated.status, faults.map(({ path }) => path).sort()]).toEqual([200, places]);
    expect(faults.filter(({ taskId }) => taskId === 'b')).toHaveLength(3);
    const refused = await ask('POST', '/v1/workflows', broken);
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_workflow' } });
    expect((refused.body['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual(places);
    expect((await ask('GET', '/v1/workflows/broken')).status).toBe(404);
    expect(await auditRows()).toBe(before);
    const stray = await ask('POST', '/v1/workflows/validate', { ...draft('x'), colour: 'red' });
    expect(stray.body['faults']).toEqual([{ path: 'colour', message: 'is not a known key' }]);
  });

  test('a draft that cannot run yet may be saved, with a warning', async () => {
    const tasks = [{ taskId: 'ask', name: 'Ask', type: 'approval' }];
    const { body } = await ask('POST', '/v1/workflows/validate', draft('later', { tasks }));
    expect(body).toMatchObject({ faults: [], warnings: [{ path: 'tasks.ask.type', taskId: 'ask' }] });
    expect((await ask('POST', '/v1/workflows', draft('later', { tasks }))).status).toBe(201);
    expect((await ask('POST', '/v1/workflows/later/executions', { parameters: { words: 'x' } })).status).toBe(
      409,
    );
  });

  test('taken ids, unknown workflows, another id, and missing rights', async () => {
    await ask('POST', '/v1/workflows', draft('there'));
    expect(await ask('POST', '/v1/workflows', draft('there'))).toMatchObject({
      status: 409,
      body: { code: 'workflow_exists' },
    });
    for (const [method, path] of [
      ['PATCH', '/v1/workflows/nowhere'],
      ['DELETE', '/v1/workflows/nowhere'],
      ['POST', '/v1/workflows/nowhere/restore'],
      ['GET', '/v1/workflows/nowhere/versions'],
      ['GET', '/v1/workflows/there/versions/9'],
      ['GET', '/v1/workflows/nowhere/history'],
    ] as const)
      expect([path, (await ask(method, path, method === 'GET' ? undefined : {})).status]).toEqual([
        path,
        404,
      ]);
    expect((await ask('PATCH', '/v1/workflows/there', { workflowId: 'here' })).status).toBe(422);
    expect((await ask('PATCH', '/v1/workflows/there', { tasks: null })).body).toMatchObject({ tasks: [] });
    expect((await ask('POST', '/v1/workflows', draft('theirs'), asTenant)).status).toBe(403);
    expect((await ask('GET', '/v1/workflows/there/history', undefined, asTenant)).status).toBe(403);
    const seen = await ask('GET', '/v1/workflows/there/versions', undefined, asTenant);
    expect(seen.body['items']).toMatchObject([
      { version: '1.0.1', by: null },
      { version: '1.0.0', by: null },
    ]);
  });

  test('a change based on a version that somebody else has changed', async () => {
    await ask('POST', '/v1/workflows', draft('shared'));
    const edits = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        ask('PATCH', '/v1/workflows/shared', { description: `edit ${n}` }, { 'if-match': '"1.0.0"' }),
      ),
    );
    expect(edits.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 412),
    ]);
    expect(edits.find(({ status }) => status === 412)?.body).toMatchObject({
      code: 'stale_version',
      current: { version: '1.0.1' },
    });
    await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        ask('PATCH', '/v1/workflows/shared', { description: `again ${n}` }),
      ),
    );
    expect((await versions('shared')).map(({ version }) => version)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((n) => `1.0.${n}`),
    );
    expect(await history('shared')).toHaveLength(7);
  });
});

test('the seeded workflow can be edited like any other', async () => {
  const changed = await ask('PATCH', '/v1/workflows/protein_folding_alphafold2', { timeout: 7000 });
  expect(changed).toMatchObject({ status: 200, body: { version: '1.0.1', timeout: 7000 } });
  const [last] = await history('protein_folding_alphafold2');
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
  const before = await auditRows();
  const begun = performance.now();
  const { status } = await ask('POST', '/v1/workflows', draft('large', { tasks }));
  expect([status, await auditRows()]).toEqual([201, before + 1]);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

describe('the list', () => {
  interface Item {
    id: string;
    enabled: boolean;
    tasks: object[];
    executions30d: number;
    medianSeconds: number | null;
    medianUsd: string | null;
    successRate: number | null;
  }
  const list = async (query: string, headers = {}) =>
    (await ask('GET', `/v1/workflows?${query}`, undefined, headers)).body['items'] as Item[];

  test('shows recent results: of all tenants to operators, of its own to a tenant', async () => {
    await ask('POST', '/v1/workflows', draft('counted'));
    const run = async (status: string, seconds: number, cost: number, headers = {}) => {
      const id = await submit(system, 'counted', {}, {}, headers);
      await ask('POST', `/v1/executions/${id}/pause`, undefined, headers);
      await system.owner.query(
        `alter table workflow_executions disable trigger user;
         update workflow_executions set status = '${status}', completed_at = '2026-01-01T00:01:40Z',
           started_at = timestamptz '2026-01-01T00:01:40Z' - ${seconds} * interval '1 s', actual_cost_usd = ${cost},
           error_code = ${status === 'failed' ? "'x'" : 'null'} where id = '${id}';
         alter table workflow_executions enable trigger user`,
      );
    };
    await run('succeeded', 10, 1);
    await run('succeeded', 30, 3);
    await run('succeeded', 20, 2.5, asTenant);
    await run('failed', 99, 9);
    const fresh = await system.open(['api']);
    const of = async (headers: Record<string, string>) => {
      const response = await fetch(`${fresh.url}/v1/workflows?q=counted`, { headers });
      return ((await response.json()) as { items: Item[] }).items[0];
    };
    expect(await of({ authorization: `Bearer ${system.key}` })).toMatchObject({
      id: 'counted',
      enabled: true,
      executions30d: 4,
      medianSeconds: 20,
      medianUsd: '2.50',
      successRate: 0.75,
      tasks: [
        { id: 'check', type: 'validation', modelId: null, dependsOn: [] },
        { id: 'first' },
        { id: 'second' },
      ],
    });
    expect(await of(asTenant)).toMatchObject({
      executions30d: 1,
      medianSeconds: 20,
      medianUsd: '2.50',
      successRate: 1,
    });
  });

  test('is filtered; disabled ones are for administrators', async () => {
    await ask('POST', '/v1/workflows', draft('hidden', { category: 'rare', description: '50%_off' }));
    expect((await list('category=rare')).map(({ id }) => id)).toEqual(['hidden']);
    expect((await list('q=50%25_')).map(({ id }) => id)).toEqual(['hidden']);
    expect(await list('q=5_%25')).toEqual([]);
    await ask('DELETE', '/v1/workflows/hidden');
    expect(await list('category=rare')).toEqual([]);
    expect(await list('category=rare&includeDisabled=true')).toMatchObject([
      {
        id: 'hidden',
        enabled: false,
        executions30d: 0,
        medianSeconds: null,
        medianUsd: null,
        successRate: null,
      },
    ]);
    expect((await system.ask('GET', '/v1/workflows?includeDisabled=true', undefined, asTenant)).status).toBe(
      403,
    );
  });

  test('a disabled workflow and its versions are hidden from tenants, but not their executions of it', async () => {
    await ask('POST', '/v1/workflows', draft('retired-one'));
    const id = await submit(system, 'retired-one', {}, {}, asTenant);
    const paths = ['', '/versions', '/versions/1.0.0', '/versions/9.9.9'].map(
      (rest) => `/v1/workflows/retired-one${rest}`,
    );
    const seen = async (headers: object) =>
      Promise.all(paths.map(async (path) => (await ask('GET', path, undefined, headers)).status));
    expect(await seen(asTenant)).toEqual([200, 200, 200, 404]);
    await ask('DELETE', '/v1/workflows/retired-one');
    expect(await seen(asTenant)).toEqual([404, 404, 404, 404]);
    expect(await seen({})).toEqual([200, 200, 200, 404]);
    const ran = (headers: object) => ask('GET', `/v1/executions/${id}/workflow`, undefined, headers);
    expect(await ran(asTenant)).toMatchObject({
      status: 200,
      body: { id: 'retired-one', version: '1.0.0', enabled: false },
    });
    const stranger = { authorization: `Bearer ${await system.keyFor('globex', 5, 'tenant_admin')}` };
    expect((await ran(stranger)).status).toBe(404);
  });
});
