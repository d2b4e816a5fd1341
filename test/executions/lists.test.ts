/** Lists and search show each caller the executions that it may see: operators those of all tenants, tenants only their own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startReaders, type Readers } from '../api/readers.js';
import type { TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
let asTenant: Readers['asTenant'];
let asAuditor: Readers['asAuditor'];
let ask: Readers['ask'];
let setTasks: Readers['setTasks'];
beforeAll(async () => {
  ({ system, asTenant, asAuditor, ask, setTasks } = await startReaders());
  await publishWorkflow(system, 'small', [{ id: 'first', type: 'validation' }]);
});
afterAll(() => system.stop());

interface Item {
  id: string;
  parameters: object;
  submittedBy: string;
  tags: string[];
  waiting: { reason: string } | null;
}
const listed = async (query: string, headers = {}) =>
  (await ask<{ items: Item[] }>(`/v1/executions?${query}`, headers)).items;

describe('lists', () => {
  test('show the caller, the tags and the reason for waiting', async () => {
    const id = await submit(system, 'asks_echo', {}, { tags: ['listed'] });
    await setTasks(`status = 'ready', ready_at = ledger_now(), first_ready_at = ledger_now()`, id);
    const behind = await submit(system, 'asks_echo', {}, { tags: ['listed'] });
    await setTasks(`status = 'ready', ready_at = ledger_now(), first_ready_at = ledger_now()`, behind);
    await system.ledger.query(`update ai_models set current_thermal_state = 'WARM' where model_id = 'echo'`);
    const rows = await listed('tag=listed');
    expect(rows.map(({ id }) => id)).toEqual([behind, id]);
    expect(rows).toMatchObject([
      {
        submittedBy: 'admin@localhost',
        tags: ['listed'],
        waiting: { reason: expect.stringMatching(/1 ahead/) },
      },
      { waiting: { reason: expect.stringMatching(/0 ahead/) } },
    ]);
    for (const { id, waiting } of rows) {
      const one = await ask<{ waiting: object }>(`/v1/executions/${id}`);
      expect(waiting).toEqual(one.waiting);
    }
    await system.ask('POST', '/v1/executions/bulk', { action: 'cancel', filter: { tag: 'listed' } });
    expect((await listed('tag=listed')).map(({ waiting }) => waiting)).toEqual([null, null]);
  });

  test('find the beginning of an id, a part of a workflow, or a tag; wildcards are literal', async () => {
    const id = await submit(system, 'small', {}, { tags: ['100%'] });
    const ids = async (q: string) => (await listed(`q=${encodeURIComponent(q)}`)).map((row) => row.id);
    expect(await ids(id.slice(0, 10))).toEqual([id]);
    expect(await ids(id.replaceAll('-', '').toUpperCase())).toEqual([id]);
    expect(await ids('100%')).toEqual([id]);
    expect(await ids('SMAL')).toContain(id);
    expect(await ids('smal_')).toEqual([]);
    expect(await ids('%')).toEqual([]);
    expect(await ids('0')).toEqual([]);
  });

  test('a tenant sees its own, an auditor all without payloads, the platform all with them', async () => {
    const theirs = await submit(system, 'small', {}, { tags: ['shared'] }, asTenant);
    const ours = await submit(system, 'small', {}, { tags: ['shared'] });
    await system.owner.query(
      `update workflow_executions set input_parameters = '{"secret": 1}', resolved_parameters = '{"secret": 1}' where id = any ($1)`,
      [[theirs, ours]],
    );
    expect((await listed('tag=shared', asTenant)).map(({ id }) => id)).toEqual([theirs]);
    expect((await listed('tag=shared')).map(({ id, parameters }) => [id, parameters])).toEqual([
      [ours, { secret: 1 }],
      [theirs, { secret: 1 }],
    ]);
    expect((await listed('tag=shared', asAuditor)).map(({ id, parameters }) => [id, parameters])).toEqual([
      [ours, {}],
      [theirs, {}],
    ]);
    expect(await ask(`/v1/executions/${theirs}`)).toMatchObject({ parameters: { secret: 1 } });
    const seen = await ask(`/v1/executions/${theirs}`, asAuditor);
    expect(seen).toMatchObject({ id: theirs, parameters: {}, resolvedParameters: {}, output: null });
    const task = await ask(`/v1/executions/${theirs}/tasks/first`, asAuditor);
    expect(task).toMatchObject({ input: null, output: null });
    const refused = await system.ask('POST', `/v1/executions/${theirs}/cancel`, {}, asAuditor);
    expect(refused.status).toBe(403);
    expect((await system.ask('GET', `/v1/executions/${theirs}/artifacts`, undefined, asAuditor)).status).toBe(
      403,
    );
    expect((await system.ask('GET', `/v1/executions/${ours}`, undefined, asTenant)).status).toBe(404);
    const cancelled = await system.ask('POST', `/v1/executions/${theirs}/cancel`);
    expect([cancelled.status, await cancelled.json()]).toMatchObject([200, { status: 'cancelled' }]);
    const rerun = await system.ask('POST', `/v1/executions/${theirs}/rerun`);
    expect([rerun.status, await rerun.json()]).toMatchObject([409, { code: 'foreign_tenant' }]);
  });
});

test('search finds models, workflows and executions, and for a tenant only visible ones', async () => {
  const find = async (q: string, headers = {}) =>
    (await ask<{ items: { kind: string; id: string }[] }>(`/v1/search?q=${encodeURIComponent(q)}`, headers))
      .items;
  expect(await find('echo')).toEqual([
    { kind: 'model', id: 'echo', title: 'echo', detail: 'echo, test' },
    { kind: 'workflow', id: 'asks_echo', title: 'asks_echo', detail: 'asks_echo 1.0.0' },
  ]);
  const id = await submit(system, 'small', {}, { tags: ['sought'] });
  expect(await find(id.slice(0, 8))).toMatchObject([{ kind: 'execution', id, title: 'small' }]);
  expect(await find('sought')).toMatchObject([{ id }]);
  expect(await find('sought', asTenant)).toEqual([]);
  await system.ledger.as(SYSTEM, (session) =>
    session.query(`update workflow_definitions set enabled = false where workflow_id = 'asks_echo'`),
  );
  expect((await find('asks', asTenant)).map(({ id }) => id)).toEqual([]);
  expect((await find('asks')).map(({ id }) => id)).toEqual(['asks_echo']);
});
