/** One action for many executions: possible ones succeed, others report why not, and foreign ones are not found. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
let asTenant: { authorization: string };
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await publishWorkflow(system, 'small', [{ id: 'first', type: 'validation' }]);
  asTenant = { authorization: `Bearer ${await system.keyFor('acme', 5)}` };
});
afterAll(() => system.stop());

interface Answer {
  count: number;
  results: { id: string; ok: boolean; code?: string; detail?: string; newId?: string }[];
}
async function bulk(body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await system.ask('POST', '/v1/executions/bulk', body, headers);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as Answer;
}
const some = (count: number, tag: string, headers = {}) =>
  Promise.all(Array.from({ length: count }, () => submit(system, 'small', {}, { tags: [tag] }, headers)));
const statuses = async (tag: string) => {
  const { rows } = await system.owner.query<{ status: string }>(
    'select status from workflow_executions where tags @> array[$1] order by status',
    [tag],
  );
  return rows.map(({ status }) => status);
};

test('pause, resume, cancel and rerun report a result for each execution', async () => {
  const [one = '', two = '', three = ''] = await some(3, 'verbs');
  const ids = [one, two, three];
  expect(await bulk({ action: 'pause', ids })).toEqual({
    count: 3,
    results: ids.map((id) => ({ id, ok: true })),
  });
  expect(await bulk({ action: 'resume', ids: [one] })).toMatchObject({ count: 1 });
  expect(await bulk({ action: 'resume', ids: [one, two, two] })).toMatchObject({
    count: 1,
    results: [
      { id: one, ok: false, code: 'not_paused' },
      { id: two, ok: true },
    ],
  });
  expect(await bulk({ action: 'cancel', ids })).toMatchObject({ count: 3 });
  const { count, results } = await bulk({ action: 'rerun', ids }, { 'idempotency-key': 'again' });
  expect([count, new Set(results.map(({ newId }) => newId)).size]).toEqual([3, 3]);
  expect(await bulk({ action: 'rerun', ids }, { 'idempotency-key': 'again' })).toEqual({ count, results });
  expect(await statuses('verbs')).toEqual([...ids.map(() => 'cancelled'), ...ids.map(() => 'pending')]);
  const live = results[0]?.newId;
  expect(await bulk({ action: 'rerun', ids: [live] })).toMatchObject({
    count: 0,
    results: [
      { ok: false, code: 'execution_live', detail: expect.stringContaining('Wait until it has ended') },
    ],
  });
});

test('a filter selects all that can be changed; a dry run lists them and changes nothing', async () => {
  const [ended = '', ...ids] = await some(5, 'filtered');
  await system.ask('POST', `/v1/executions/${ended}/cancel`);
  const filter = { tag: 'filtered', workflowId: 'small' };
  const dry = await bulk({ action: 'cancel', filter, dryRun: true });
  expect([dry.count, dry.results.map(({ id }) => id).sort()]).toEqual([4, ids.toSorted()]);
  expect(await statuses('filtered')).toEqual(['cancelled', 'pending', 'pending', 'pending', 'pending']);
  const unknown = '7b0c6a52-3c1c-4d5e-9d1e-2f6f0a9b8c7d';
  expect(await bulk({ action: 'cancel', ids: [ended, ids[0], unknown], dryRun: true })).toEqual({
    count: 1,
    results: [
      { id: ended, ok: false, code: 'already_ended', detail: expect.any(String) },
      { id: ids[0], ok: true },
      { id: unknown, ok: false, code: 'not_found', detail: expect.any(String) },
    ],
  });
  expect(await bulk({ action: 'cancel', filter })).toMatchObject({ count: 4 });
  expect(await bulk({ action: 'cancel', filter })).toEqual({ count: 0, results: [] });
});

test('foreign executions are neither found nor counted; platform administrators may stop and rerun any', async () => {
  const [ours = ''] = await some(1, 'whose');
  const [theirs = ''] = await some(1, 'whose', asTenant);
  const seen = await bulk({ action: 'cancel', filter: { tag: 'whose' }, dryRun: true }, asTenant);
  expect(seen.results.map(({ id }) => id)).toEqual([theirs]);
  for (const dryRun of [true, false])
    expect(await bulk({ action: 'cancel', ids: [ours], dryRun }, asTenant)).toMatchObject({
      count: 0,
      results: [{ id: ours, ok: false, code: 'not_found' }],
    });
  expect(await bulk({ action: 'cancel', filter: { tag: 'whose' } })).toMatchObject({ count: 2 });
  expect(await bulk({ action: 'rerun', ids: [ours, theirs] })).toMatchObject({
    count: 1,
    results: [{ ok: true }, { ok: false, code: 'foreign_tenant' }],
  });
});

test('more than a thousand are refused before anything is done', async () => {
  await system.owner.query(
    `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, tags)
     select w.id, v.id, u.tenant_id, u.id, '{many}' from workflow_definitions w join workflow_versions v on v.workflow_id = w.id,
       users u, generate_series(1, 1001) where w.workflow_id = 'small' and u.email = 'admin@localhost'`,
  );
  const refused = await system.ask('POST', '/v1/executions/bulk', {
    action: 'cancel',
    filter: { tag: 'many' },
  });
  expect([refused.status, await refused.json()]).toMatchObject([422, { errors: [{ path: 'filter' }] }]);
  expect(new Set(await statuses('many'))).toEqual(new Set(['pending']));
  for (const body of [
    { action: 'cancel' },
    { action: 'cancel', ids: [], filter: {} },
    { action: 'dance', filter: {} },
    { action: 'cancel', filter: { stray: 1 } },
  ])
    expect((await system.ask('POST', '/v1/executions/bulk', body)).status).toBe(422);
});
