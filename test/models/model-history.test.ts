/** A model's history: what each change shows, what is hidden, and how a version is restored. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_FIELD, least, speaking } from './catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  say = speaking(system);
});
afterAll(() => system.stop());

describe('history', () => {
  const history = async (modelId: string, query = '') =>
    (await say('GET', `/v1/models/${modelId}/history${query}`)).body;

  test('lists each change with actor, request and fields; newest first and in pages', async () => {
    const environment = { A: 'literal', KEY: 'env:RADIANT_SECRET_A' };
    await say('POST', '/v1/models', least('changed', { deployment: { environment } }));
    await say('PATCH', '/v1/models/changed', { thermal: { maxInstances: 5 } }, { 'x-request-id': 'r-7' });
    await say('PATCH', '/v1/models/changed', { deployment: { environment: { A: 'other' } } });
    await say('POST', '/v1/models/changed/licenses', { type: 'code', spdx: 'MIT' });
    const { items } = await history('changed');
    expect(items.map(({ action, version }) => [action, version])).toEqual([
      ['created', null],
      ['updated', 3],
      ['updated', 2],
      ['created', 1],
    ]);
    expect(items[2]).toMatchObject({
      actorName: 'admin@localhost',
      requestId: 'r-7',
      changes: [{ path: 'thermal.maxInstances', before: 2, after: 5 }],
    });
    expect(items[1]?.changes).toEqual([
      { path: 'deployment.environment.A', before: '[hidden]', after: '[hidden]' },
    ]);
    expect(JSON.stringify(items)).not.toContain('literal');
    expect(JSON.stringify(items)).toContain('env:RADIANT_SECRET_A');
    const first = await history('changed', '?limit=3');
    const second = await history('changed', `?limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.nextCursor).toBeNull();
  });

  test('restoring a version is a change of its own', async () => {
    const { body: old } = await say(
      'POST',
      '/v1/models',
      least('back', { deployment: { environment: { A: '1' } } }),
    );
    await say('PATCH', '/v1/models/back', EVERY_FIELD);
    await say('POST', '/v1/models/back/licenses', { type: 'code', spdx: 'MIT' });
    const { body: now } = await say('POST', '/v1/models/back/history/1/restore');
    expect(now).toMatchObject({
      ...old,
      rowVersion: 4,
      licenses: [{ spdx: 'MIT' }],
      usable: expect.anything(),
    });
    expect((await say('POST', '/v1/models/back/history/3/restore')).body).toMatchObject(EVERY_FIELD);
    expect((await history('back')).items[0]).toMatchObject({ action: 'updated', version: 5 });
    expect((await say('POST', '/v1/models/back/history/6/restore')).status).toBe(404);
  });

  test('a secret that was written to the row another way does not stay in the log', async () => {
    await say('POST', '/v1/models', least('smuggled'));
    const secret = `hf_${'aB1'.repeat(12)}`;
    await system.ledger.as({ type: 'system', id: null }, (session) =>
      session.query(
        `update ai_models set deployment_config = jsonb_build_object('environment', jsonb_build_object('T', $1::text, 'A', 'kept'))
         where model_id = 'smuggled'`,
        [secret],
      ),
    );
    const { rows } = await system.owner.query<{ state: object }>(
      `select new_state -> 'deployment_config' as state from orchestration_audit_log order by seq desc limit 1`,
    );
    expect(rows[0]?.state).toEqual({ environment: { T: '[hidden]', A: 'kept' } });
    await say('PATCH', '/v1/models/smuggled', { deployment: { environment: null } });
    expect(await say('POST', '/v1/models/smuggled/history/2/restore')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'deployment.environment.T' }] },
    });
  });
});
