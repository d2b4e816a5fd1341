/** Drafts and edits of workflows that are refused, each with all its faults and their places. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draft, openWorkflowHarness, type WorkflowHarness } from './workflow-harness.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await openWorkflowHarness();
});
afterAll(() => harness.system.stop());

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
    const before = await harness.auditRows();
    const validated = await harness.ask('POST', '/v1/workflows/validate', broken);
    const faults = validated.body['faults'] as { path: string; taskId?: string }[];
    expect([validated.status, faults.map(({ path }) => path).sort()]).toEqual([200, places]);
    expect(faults.filter(({ taskId }) => taskId === 'b')).toHaveLength(3);
    const refused = await harness.ask('POST', '/v1/workflows', broken);
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_workflow' } });
    expect((refused.body['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual(places);
    expect((await harness.ask('GET', '/v1/workflows/broken')).status).toBe(404);
    expect(await harness.auditRows()).toBe(before);
    const stray = await harness.ask('POST', '/v1/workflows/validate', { ...draft('x'), colour: 'red' });
    expect(stray.body['faults']).toEqual([{ path: 'colour', message: 'is not a known key' }]);
  });

  test('taken ids, unknown workflows, another id, and missing rights', async () => {
    await harness.ask('POST', '/v1/workflows', draft('there'));
    expect(await harness.ask('POST', '/v1/workflows', draft('there'))).toMatchObject({
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
      expect([path, (await harness.ask(method, path, method === 'GET' ? undefined : {})).status]).toEqual([
        path,
        404,
      ]);
    expect((await harness.ask('PATCH', '/v1/workflows/there', { workflowId: 'here' })).status).toBe(422);
    expect((await harness.ask('PATCH', '/v1/workflows/there', { tasks: null })).body).toMatchObject({
      tasks: [],
    });
    expect((await harness.ask('POST', '/v1/workflows', draft('theirs'), harness.asTenant)).status).toBe(403);
    expect(
      (await harness.ask('GET', '/v1/workflows/there/history', undefined, harness.asTenant)).status,
    ).toBe(403);
    const seen = await harness.ask('GET', '/v1/workflows/there/versions', undefined, harness.asTenant);
    expect(seen.body['items']).toMatchObject([
      { version: '1.0.1', by: null },
      { version: '1.0.0', by: null },
    ]);
  });

  test('a change based on a version that somebody else has changed', async () => {
    await harness.ask('POST', '/v1/workflows', draft('shared'));
    const edits = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        harness.ask('PATCH', '/v1/workflows/shared', { description: `edit ${n}` }, { 'if-match': '"1.0.0"' }),
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
        harness.ask('PATCH', '/v1/workflows/shared', { description: `again ${n}` }),
      ),
    );
    expect((await harness.versions('shared')).map(({ version }) => version)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((n) => `1.0.${n}`),
    );
    expect(await harness.history('shared')).toHaveLength(7);
  });
});
