/** The list of workflows: recent results, filters, and what a disabled workflow still shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { submit } from '../harness/fixtures.js';
import type { TestSystem } from '../harness/system.js';
import { draft, openWorkflowHarness, type WorkflowHarness } from './workflow-harness.js';

let system: TestSystem;
let ask: WorkflowHarness['ask'];
let asTenant: WorkflowHarness['asTenant'];
beforeAll(async () => {
  ({ system, ask, asTenant } = await openWorkflowHarness());
});
afterAll(() => system.stop());

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
         update workflow_executions set status = '${status}', paused_at = null, completed_at = '2026-01-01T00:01:40Z',
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
