/** Endpoints without an owner are found, shown with their cost, and turned off after a grace period; no others ever are. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../src/core/models/model.js';
import { makeEndpoints } from '../../src/endpoints/index.js';
import {
  endMaintenance,
  replaceOrphans,
  listOrphans,
  takeMaintenance,
} from '../../src/store/thermal/orphans.js';
import { startTestSystem, type TestSystem, type TestSystemOptions } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

let system: TestSystem;
afterEach(() => system.stop());

const QUICK = { thermalTickMs: 200, reapMs: 100, orphanGraceMs: 0 };
const open = async (options: TestSystemOptions = {}) => {
  system = await startTestSystem(options);
  await registerEchoModel(system, 'm');
};

/** Leaves an endpoint behind: made with a row like m's that the ledger does not know. */
async function leaveEndpoint(
  id: string,
  deployment: Partial<ModelConfig['deployment']> = {},
): Promise<string> {
  const side = await openSecondProcess(system);
  const endpoints = makeEndpoints({ environment: 'test', s3Bucket: 'radiant', region: 'us-east-1' });
  try {
    const m = await side.models.get('m');
    if (!m) throw new Error('There is no model m.');
    const model = { ...m, id, deployment: { ...m.deployment, ...deployment } };
    await endpoints.warm(model, 1);
    await expect.poll(async () => endpoints.describe(model)).toMatchObject({ status: 'InService' });
    return endpoints.endpointNameOf(model);
  } finally {
    await endpoints.stop();
    await side.stop();
  }
}
const endpointsOn = () =>
  system.standIn
    .ledger()
    .endpoints.filter(({ spans }) => spans.some(({ to }) => to === null))
    .map(({ endpointName }) => endpointName);
const shown = async () =>
  (await (await system.ask('GET', '/v1/thermal')).json()) as { orphans: object[]; usdPerHour: string };

describe('an endpoint without an owner', () => {
  test('is shown at once with its cost, and turned off when its grace period is over', async () => {
    await open({ config: { ...QUICK, orphanGraceMs: 3_600_000 } });
    const [known, strange] = [
      await leaveEndpoint('left'),
      await leaveEndpoint('odd', { instanceType: 'ml.g5.xlarge' }),
    ];
    await expect
      .poll(async () => (await shown()).orphans, { timeout: 10_000 })
      .toMatchObject([
        { name: known, instanceType: 'ml.g5.12xlarge', instances: 1, usdPerHour: '14.280000000' },
        { name: strange, instanceType: 'ml.g5.xlarge', instances: 1, usdPerHour: null },
      ]);
    expect((await shown()).usdPerHour).toBe('14.280000000');
    expect(endpointsOn().sort()).toEqual([known, strange].sort());

    await system.ledger.query(
      `update orphans set first_seen = ledger_now() - interval '2 hours' where name = $1`,
      [known],
    );
    await expect.poll(endpointsOn, { timeout: 10_000 }).toEqual([strange]);
    await expect
      .poll(async () => (await listOrphans(system.ledger)).map(({ name }) => name), { timeout: 10_000 })
      .toEqual([strange]);
    expect(system.troubles.join()).toContain('thermal.orphan_discarded');
  });

  test('is left on while scale-in is paused', async () => {
    await open({ config: QUICK });
    await system.ask('PUT', '/v1/thermal/brakes', {
      scaleIn: { paused: true, reason: 'somebody looks into it' },
      scaleOut: { paused: false },
    });
    const name = await leaveEndpoint('left');
    const listed = () =>
      system.standIn.ledger().calls.filter(({ operation }) => operation === 'ListEndpoints').length;
    await expect.poll(() => listOrphans(system.ledger), { timeout: 10_000 }).toHaveLength(1);
    const before = listed();
    await expect.poll(listed, { timeout: 10_000 }).toBeGreaterThan(before + 3);
    expect(endpointsOn()).toEqual([name]);
    await system.ask('PUT', '/v1/thermal/brakes', {
      scaleIn: { paused: false },
      scaleOut: { paused: false },
    });
    await expect.poll(endpointsOn, { timeout: 10_000 }).toEqual([]);
  });
});

test('a model keeps its endpoint, even without a grace period and while it is disabled', async () => {
  await open({ config: QUICK, speed: 20 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await submit(system, 'one');
  await untilAllEnded(system);
  await system.ledger.as({ type: 'system', id: null }, async (session) => {
    await session.query(`insert into thermal_brakes (name, reason) values ('scaleIn', 'to stay on')`);
    await session.query(`update ai_models set enabled = false where model_id = 'm'`);
    await session.query(`delete from thermal_brakes`);
  });
  const reaped = async () =>
    Number(
      (await system.owner.query<{ done_at: Date }>('select done_at from thermal_chores')).rows[0]?.done_at,
    );
  for (let n = 0; n < 3; n += 1) {
    const before = await reaped();
    await expect.poll(reaped, { timeout: 5_000 }).toBeGreaterThan(before);
  }
  expect(await listOrphans(system.ledger)).toEqual([]);
  expect(system.standIn.ledger().calls).not.toContainEqual(
    expect.objectContaining({ operation: 'DeleteEndpoint', target: 'radiant-test-m' }),
  );
});

describe('the ledger', () => {
  test('lets one service reap at a time, and not too often', async () => {
    await open({ services: [] });
    const rules = { everyMs: 3_600_000, leaseMs: 60_000 };
    const both = await Promise.all(
      ['a', 'b'].map((owner) => takeMaintenance(system.ledger, 'reap', owner, rules)),
    );
    expect(both.filter((taken) => taken)).toHaveLength(1);
    const owner = both[0] ? 'a' : 'b';
    const other = both[0] ? 'b' : 'a';
    await endMaintenance(system.ledger, 'reap', other);
    expect(await takeMaintenance(system.ledger, 'reap', other, { ...rules, everyMs: 0 })).toBe(false);
    await endMaintenance(system.ledger, 'reap', owner);
    expect(await takeMaintenance(system.ledger, 'reap', other, rules)).toBe(false);
    expect(await takeMaintenance(system.ledger, 'reap', other, { ...rules, everyMs: 0, leaseMs: -1 })).toBe(
      true,
    );
    // The other died during it: its lease is over.
    expect(await takeMaintenance(system.ledger, 'reap', owner, { ...rules, everyMs: 0 })).toBe(true);
  });

  test('forgets an orphan that is gone, and gives a new one its whole grace period', async () => {
    await open({ services: [] });
    const orphan = {
      name: 'radiant-test-x',
      status: 'InService',
      instanceType: null,
      instances: 1,
      hourlyUsd: null,
    };
    expect(await replaceOrphans(system.ledger, [orphan], 60_000)).toEqual([]);
    await system.ledger.query(`update orphans set first_seen = ledger_now() - interval '1 hour'`);
    expect(await replaceOrphans(system.ledger, [orphan], 60_000)).toMatchObject([{ name: orphan.name }]);
    expect(await replaceOrphans(system.ledger, [], 60_000)).toEqual([]);
    expect(await listOrphans(system.ledger)).toEqual([]);
    expect(await replaceOrphans(system.ledger, [orphan], 60_000)).toEqual([]);
  });
});
