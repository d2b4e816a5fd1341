/** Pins and brakes by administrators take effect at once, are recorded with their reason, and end in time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
// Reconciliations are far apart, so an early effect means that the service was notified.
beforeEach(async () => {
  system = await startTestSystem({ speed: 'instant', config: { thermalTickMs: 10_000 } });
  await registerEchoModel(system, 'm', { idleMinutes: 0.001 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
});
afterEach(() => system.stop());

const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await system.owner.query<Row>(sql)).rows;
const heatOf = async () => (await readHeat(system.ledger)).find(({ modelId }) => modelId === 'm');
const untilHeat = (...wanted: string[]) =>
  expect.poll(async () => (await heatOf())?.heat, { timeout: 20_000, interval: 20 }).toBeOneOf(wanted);
const say = async (method: string, path: string, body?: unknown) => {
  const response = await system.ask(method, path, body);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const pin = (body: object) => say('POST', '/v1/models/m/thermal', body);
const brakes = (scaleIn: object, scaleOut: object) => say('PUT', '/v1/thermal/brakes', { scaleIn, scaleOut });
const created = () =>
  system.standIn
    .ledger()
    .calls.filter(({ operation, target }) => operation === 'CreateEndpoint' && target === 'radiant-test-m')
    .length;
const FREE = { paused: false };
const hour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a pin', () => {
  test('wakes the service, holds without any task, and is removed', async () => {
    const until = hour();
    expect(await pin({ desired: 'on', reason: 'a demonstration', until })).toMatchObject({
      status: 200,
      body: { desired: 'on', reason: 'a demonstration', until },
    });
    await untilHeat('WARM');
    const { body } = await say('GET', '/v1/models/m/thermal?limit=1');
    expect(body).toMatchObject({
      state: 'WARM',
      serving: 1,
      usdPerHour: '14.280000000',
      pin: { desired: 'on', reason: 'a demonstration' },
      history: { items: [{ to: 'WARM' }], nextCursor: expect.any(String) },
    });
    const older = await say(
      'GET',
      `/v1/models/m/thermal?cursor=${(body.history as { nextCursor: string }).nextCursor}`,
    );
    expect(older.body.history).toMatchObject({
      items: [{ from: 'OFF', to: 'WARMING', reason: 'the model is pinned on', usdPerHour: '14.280000000' }],
      nextCursor: null,
    });

    expect((await pin({ desired: 'auto' })).body).toEqual({ desired: 'auto', reason: null, until: null });
    await untilHeat('COOLING', 'OFF');
    expect(
      await ask(
        `select action, actor_type, actor_id is not null and request_id is not null as known, new_state ->> 'reason' as reason
         from orchestration_audit_log where entity_type = 'thermal pin' order by seq`,
      ),
    ).toEqual([
      { action: 'created', actor_type: 'admin', known: true, reason: 'a demonstration' },
      { action: 'deleted', actor_type: 'admin', known: true, reason: null },
    ]);
  });

  test('keeps a model off though tasks wait, until it expires', async () => {
    await pin({ desired: 'off', reason: 'quota is needed elsewhere' });
    const observedAt = async () => Number((await heatOf())?.observedAt);
    const before = await observedAt();
    const id = await submit(system, 'one');
    const reason = async () => {
      const { body } = await say('GET', `/v1/executions/${id}`);
      return (body as { waiting: { reason: string } | null }).waiting?.reason;
    };
    await expect.poll(reason, { timeout: 5_000 }).toBe('m is pinned off: quota is needed elsewhere.');
    // The task woke the service, which has observed the model.
    await expect.poll(observedAt, { timeout: 5_000 }).toBeGreaterThan(before);
    expect(created()).toBe(0);
    await system.ledger.as({ type: 'system', id: null }, (session) =>
      session.query(`update thermal_pins set until = ledger_now()`),
    );
    await untilAllEnded(system);
    expect(await ask('select status from workflow_executions')).toEqual([{ status: 'succeeded' }]);
  });

  test('needs a reason, a time to come, and a model', async () => {
    expect((await pin({ desired: 'on' })).status).toBe(422);
    expect((await pin({ desired: 'on', reason: ' ' })).status).toBe(422);
    const late = { desired: 'on', reason: 'x', until: '2020-01-01T00:00:00Z' };
    expect((await pin(late)).status).toBe(422);
    expect((await say('POST', '/v1/models/nobody/thermal', { desired: 'auto' })).status).toBe(404);
    expect(await ask('select * from thermal_pins')).toEqual([]);
  });
});

describe('brakes', () => {
  test('stop growth of all models, and say so', async () => {
    const paused = { paused: true, reason: 'the bill', until: null };
    expect((await brakes(FREE, paused)).body).toEqual({ scaleIn: FREE, scaleOut: paused });
    await submit(system, 'one');
    await expect.poll(async () => (await heatOf())?.why).toMatch(/^scale-out is paused: /);
    expect(created()).toBe(0);
    expect((await say('GET', '/v1/thermal')).body).toMatchObject({
      brakes: { scaleIn: FREE, scaleOut: paused },
      usdPerHour: '0.000000000',
    });
    expect((await brakes(FREE, FREE)).body).toEqual({ scaleIn: FREE, scaleOut: FREE });
    await untilAllEnded(system);
    expect(
      await ask(
        `select action from orchestration_audit_log where entity_type = 'thermal brake' order by seq`,
      ),
    ).toEqual([{ action: 'created' }, { action: 'deleted' }]);
  });

  test('keep idle models on', async () => {
    await pin({ desired: 'on', reason: 'to be warm' });
    await untilHeat('WARM');
    await brakes({ paused: true, reason: 'an audit of the bill' }, FREE);
    await pin({ desired: 'auto' });
    await expect.poll(async () => (await heatOf())?.why).toMatch(/^scale-in is paused: idle/);
    expect((await heatOf())?.heat).toBe('WARM');
    await brakes(FREE, FREE);
    await untilHeat('COOLING', 'OFF');
  });
});

test('a missing permission is logged once, in words, and shown', async () => {
  await fetch(`${system.standIn.url}/__standin/settings`, {
    method: 'POST',
    body: JSON.stringify({ denied: ['sagemaker:DeleteEndpoint'] }),
  });
  await system.open(['thermal']);
  await expect
    .poll(async () => (await say('GET', '/v1/thermal')).body.permissionsMissing, { timeout: 20_000 })
    .toMatchObject([
      { action: 'sagemaker:DeleteEndpoint', reason: expect.stringContaining('not authorized') },
    ]);
  const reports = system.troubles.filter((trouble) => trouble.startsWith('thermal.permissions_missing'));
  expect(reports).toEqual([expect.stringMatching(/sagemaker:DeleteEndpoint.*deploy\/iam\.json/)]);
});

test('Prometheus gets metrics of thermal states, money, orphans and the last reconciliation', async () => {
  await pin({ desired: 'on', reason: 'to be warm' });
  await untilHeat('WARM');
  const figures = async () => (await system.ask('GET', '/metrics')).text();
  await expect.poll(figures).toContain('radiant_model_heat{model="m",heat="WARM"} 1');
  const text = await figures();
  expect(text).toContain('radiant_model_usd_per_hour{model="m"} 14.28');
  expect(text).toContain('radiant_orphans 0');
  expect(text).toMatch(/radiant_model_last_look_seconds\{model="m"\} \d/);
});
