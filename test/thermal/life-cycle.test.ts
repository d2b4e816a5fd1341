/** The rest of a model's life: changed while it works, stuck, deleted, and left by a dead service. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Models } from '../../src/store/models/models.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem, type TestSystemOptions } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

let system: TestSystem;
afterEach(() => system.stop());

const open = async (options: TestSystemOptions = {}) => {
  system = await startTestSystem({ speed: 20, config: { thermalTickMs: 100 }, ...options });
};
const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await system.owner.query<Row>(sql)).rows;
const heat = async (id = 'm') => (await readHeat(system.ledger)).find(({ modelId }) => modelId === id);
const untilHeat = (wanted: string, id = 'm') =>
  expect.poll(async () => (await heat(id))?.heat, { timeout: 20_000, interval: 20 }).toBe(wanted);
const callsOf = (operation: string) =>
  system.standIn
    .ledger()
    .calls.filter((call) => call.operation === operation && !call.target.includes('permission-check'));
const orderFault = (fault: Record<string, unknown>) =>
  fetch(`${system.standIn.url}/__standin/faults`, { method: 'POST', body: JSON.stringify(fault) });
async function withModels<T>(work: (models: Models) => Promise<T>): Promise<T> {
  const side = await openSecondProcess(system);
  try {
    return await work(side.models);
  } finally {
    await side.stop();
  }
}

test('a provider that does not answer for one model delays no other', async () => {
  await open();
  await orderFault({
    kind: 'hang',
    operation: 'DescribeEndpoint',
    endpointName: 'radiant-test-mute',
    times: 99,
  });
  await registerEchoModel(system, 'mute');
  await registerEchoModel(system, 'm');
  const hung = () => callsOf('DescribeEndpoint').filter(({ target }) => target.endsWith('mute')).length;
  await expect.poll(hung).toBeGreaterThan(0);
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await submit(system, 'one');
  await untilAllEnded(system, 8_000);
  expect((await heat('mute'))?.observedAt ?? null).toBe(null);
});

test('a model that never gets warm fails with the reason, is paused, and is asked to stop', async () => {
  await open();
  await registerEchoModel(system, 'm', { warmupSeconds: 20_000 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  const id = await submit(system, 'one');
  await expect
    .poll(async () => {
      await system.ledger.query(
        `update model_heat set warming_since = ledger_now() - interval '2 hours' where warming_since is not null`,
      );
      return (await heat())?.heat;
    })
    .toBe('FAILED');
  const failed = await heat();
  expect(failed).toMatchObject({
    failures: 1,
    failure: expect.stringMatching(/^warming for 2 h/),
    usableSlots: 0,
  });
  expect(Number(failed?.retryAt) - Number(failed?.now)).toBeGreaterThan(20_000);
  const shown = await (await system.ask('GET', `/v1/executions/${id}`)).text();
  expect(shown).toContain('warming for 2 h');
});

test('a model that is changed while it works ends its work on the old deployment, and begins anew on the new one', async () => {
  await open();
  await registerEchoModel(system, 'm', { seconds: 40, perInstance: 2 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await submit(system, 'one');
  await untilHeat('HOT');
  await withModels((models) => models.update('m', { deployment: { image: 'echo:2' } }, SYSTEM));
  await expect.poll(async () => (await heat())?.why).toMatch(/before the new deployment/);
  expect(await heat()).toMatchObject({ heat: 'HOT', usableSlots: 0, slotsTaken: 1, renewing: true });
  await submit(system, 'one');
  await untilAllEnded(system, 30_000);

  expect(callsOf('UpdateEndpoint').filter(({ status }) => status === 200)).toHaveLength(1);
  const [rolled] = callsOf('UpdateEndpoint');
  const [before, after] = system.standIn.ledger().invocations;
  expect(before?.finishedAt).toBeLessThanOrEqual(rolled?.at ?? 0);
  expect(after?.startedAt).toBeGreaterThan(rolled?.at ?? Infinity);
  expect(await ask('select status, attempt_number from task_attempts')).toEqual([
    { status: 'succeeded', attempt_number: 1 },
    { status: 'succeeded', attempt_number: 1 },
  ]);
  expect(
    await ask(`select count(*)::int as n from thermal_events where reason = 'a new deployment'`),
  ).toEqual([{ n: 1 }]);
  await expectInvariants(system);
  await expectAuthorised(system);
});

describe('a deleted model', () => {
  test('ends its work, leaves nothing at the provider, and frees its name', async () => {
    await open();
    await registerEchoModel(system, 'm', { seconds: 20, perInstance: 1, maxInstances: 1 });
    await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
    await submit(system, 'one');
    await untilHeat('HOT');
    const waiting = await submit(system, 'one');
    await withModels((models) => models.retire('m', SYSTEM));
    const status = async () =>
      (await ask<{ status: string }>(`select status from ai_models where model_id = 'm'`))[0]?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('retired');
    await untilAllEnded(system);

    const made = system.standIn
      .ledger()
      .endpoints.filter(({ endpointName }) => endpointName === 'radiant-test-m');
    expect(made.flatMap(({ spans }) => spans).filter(({ to }) => to === null)).toEqual([]);
    for (const operation of ['DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel'])
      expect(
        callsOf(operation).filter(({ status }) => status < 300),
        operation,
      ).not.toEqual([]);
    expect(
      await ask(
        `select workflow_execution_id = '${waiting}' as waited, status, error_code from task_executions order by 1`,
      ),
    ).toEqual([
      { waited: false, status: 'succeeded', error_code: null },
      { waited: true, status: 'failed', error_code: 'model_disabled' },
    ]);
    expect(
      await ask(
        `select new_state ->> 'status' as to, actor_type from orchestration_audit_log
         where entity_type = 'model' and previous_state ->> 'model_id' = 'm' order by seq`,
      ),
    ).toEqual([
      { to: 'retiring', actor_type: 'system' },
      { to: 'retired', actor_type: 'system' },
    ]);
    expect(await ask(`select to_at is null as on from instance_spans where to_at is null`)).toEqual([]);

    await registerEchoModel(system, 'm');
    await publishWorkflow(system, 'again', [{ id: 'only', model: 'm' }]);
    await submit(system, 'again');
    await untilAllEnded(system);
    expect(await heat()).toMatchObject({ status: 'active' });
  });

  test('that was never on is gone at once', async () => {
    await open();
    await registerEchoModel(system, 'm');
    await withModels((models) => models.retire('m', SYSTEM));
    await expect.poll(() => heat()).toBe(undefined);
    await expect(withModels((models) => models.retire('m', SYSTEM))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the dead man at the provider', () => {
  const moved = () => callsOf('PutScheduledAction').filter(({ status }) => status === 200).length;
  const asked = () => callsOf('RegisterScalableTarget').length;

  /** Repeated until it takes effect: a reconciliation under way writes back the time that it read. */
  const whenDue = async (count: () => number) => {
    await system.ledger.query(
      'update model_heat set hold_off_due = ledger_now() where hold_off_due is not null',
    );
    return count();
  };

  test('is moved on as long as the model is on', async () => {
    await open();
    await registerEchoModel(system, 'm');
    await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
    await submit(system, 'one');
    await untilAllEnded(system);
    await expect.poll(moved).toBe(1);
    await expect.poll(() => whenDue(moved)).toBeGreaterThan(1);
    const left = async () => {
      const { deadManDue, now } = (await heat()) ?? {};
      return Number(deadManDue) - Number(now);
    };
    await expect.poll(left).toBeGreaterThan(800_000);
  });

  test('is given up when it fails, which is logged once and shown', async () => {
    await open();
    await orderFault({ kind: 'error', operation: 'RegisterScalableTarget', times: 99, status: 500 });
    await registerEchoModel(system, 'm');
    await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
    await submit(system, 'one');
    await untilAllEnded(system);
    await expect.poll(async () => (await heat())?.deadManFailure).not.toBeNull();
    const before = asked();
    await expect.poll(() => whenDue(asked)).toBeGreaterThan(before);
    const shown = (await (await system.ask('GET', '/v1/models/m/thermal')).json()) as { holdOff: object };
    expect(shown.holdOff).toMatchObject({ failure: expect.any(String) });
    expect(system.troubles.filter((trouble) => trouble.startsWith('thermal.no_dead_man'))).toHaveLength(1);
  });
});
