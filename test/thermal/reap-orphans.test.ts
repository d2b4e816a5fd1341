/** Endpoints that nobody owns are found, shown with what they cost, and turned off after a grace; no others ever are. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../src/core/models/model.js';
import { makeEndpoints } from '../../src/endpoints/index.js';
import { endChore, keepOrphans, listOrphans, takeChore } from '../../src/store/thermal/orphans.js';
import { openHouse, type House, type HouseOptions } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { plantEcho, plantWorkflow, submit } from '../harness/fixtures.js';
import { openSide } from '../harness/second-process.js';

let house: House;
afterEach(() => house.stop());

const QUICK = { thermalTickMs: 200, reapMs: 100, orphanGraceMs: 0 };
const open = async (options: HouseOptions = {}) => {
  house = await openHouse(options);
  await plantEcho(house, 'm');
};

/** As somebody would leave it behind: made with a row like m's, of which the ledger knows nothing. */
async function strand(id: string, deployment: Partial<ModelConfig['deployment']> = {}): Promise<string> {
  const side = await openSide(house);
  const endpoints = makeEndpoints({ environment: 'test', s3Bucket: 'radiant', region: 'us-east-1' });
  try {
    const m = await side.models.get('m');
    if (!m) throw new Error('There is no model m.');
    const stranded = { ...m, id, deployment: { ...m.deployment, ...deployment } };
    await endpoints.warm(stranded, 1);
    await expect.poll(async () => endpoints.describe(stranded)).toMatchObject({ status: 'InService' });
    return endpoints.endpointNameOf(stranded);
  } finally {
    await endpoints.stop();
    await side.stop();
  }
}
const endpointsOn = () =>
  house.standIn
    .ledger()
    .endpoints.filter(({ spans }) => spans.some(({ to }) => to === null))
    .map(({ endpointName }) => endpointName);
const shown = async () =>
  (await (await house.ask('GET', '/v1/thermal')).json()) as { orphans: object[]; usdPerHour: string };

describe('an endpoint that nobody owns', () => {
  test('is shown at once with what it costs, and turned off when its grace is over', async () => {
    await open({ config: { ...QUICK, orphanGraceMs: 3_600_000 } });
    const [known, strange] = [await strand('left'), await strand('odd', { instanceType: 'ml.g5.xlarge' })];
    await expect
      .poll(async () => (await shown()).orphans, { timeout: 10_000 })
      .toMatchObject([
        { name: known, instanceType: 'ml.g5.12xlarge', instances: 1, usdPerHour: '14.280000000' },
        { name: strange, instanceType: 'ml.g5.xlarge', instances: 1, usdPerHour: null },
      ]);
    expect((await shown()).usdPerHour).toBe('14.280000000');
    expect(endpointsOn().sort()).toEqual([known, strange].sort());

    await house.ledger.query(
      `update orphans set first_seen = ledger_now() - interval '2 hours' where name = $1`,
      [known],
    );
    await expect.poll(endpointsOn, { timeout: 10_000 }).toEqual([strange]);
    await expect
      .poll(async () => (await listOrphans(house.ledger)).map(({ name }) => name), { timeout: 10_000 })
      .toEqual([strange]);
    expect(house.troubles.join()).toContain('thermal.orphan_discarded');
  });

  test('is left on while scale-in is paused', async () => {
    await open({ config: QUICK });
    await house.ask('PUT', '/v1/thermal/brakes', {
      scaleIn: { paused: true, reason: 'somebody looks into it' },
      scaleOut: { paused: false },
    });
    const name = await strand('left');
    const listed = () =>
      house.standIn.ledger().calls.filter(({ operation }) => operation === 'ListEndpoints').length;
    await expect.poll(() => listOrphans(house.ledger), { timeout: 10_000 }).toHaveLength(1);
    const before = listed();
    await expect.poll(listed, { timeout: 10_000 }).toBeGreaterThan(before + 3);
    expect(endpointsOn()).toEqual([name]);
    await house.ask('PUT', '/v1/thermal/brakes', { scaleIn: { paused: false }, scaleOut: { paused: false } });
    await expect.poll(endpointsOn, { timeout: 10_000 }).toEqual([]);
  });
});

test('a model keeps its endpoint, though nobody grants it any grace and it is disabled', async () => {
  await open({ config: QUICK, speed: 20 });
  await plantWorkflow(house, 'one', [{ id: 'only', model: 'm' }]);
  await submit(house, 'one');
  await untilAllEnded(house);
  await house.ledger.as({ type: 'system', id: null }, async (session) => {
    await session.query(`insert into thermal_brakes (name, reason) values ('scaleIn', 'to stay on')`);
    await session.query(`update ai_models set enabled = false where model_id = 'm'`);
    await session.query(`delete from thermal_brakes`);
  });
  const reaped = async () =>
    Number(
      (await house.owner.query<{ done_at: Date }>('select done_at from thermal_chores')).rows[0]?.done_at,
    );
  for (let n = 0; n < 3; n += 1) {
    const before = await reaped();
    await expect.poll(reaped, { timeout: 5_000 }).toBeGreaterThan(before);
  }
  expect(await listOrphans(house.ledger)).toEqual([]);
  expect(house.standIn.ledger().calls).not.toContainEqual(
    expect.objectContaining({ operation: 'DeleteEndpoint', target: 'radiant-test-m' }),
  );
});

describe('the ledger', () => {
  test('lets one room reap at a time, and not too often', async () => {
    await open({ rooms: [] });
    const rules = { everyMs: 3_600_000, leaseMs: 60_000 };
    const both = await Promise.all(['a', 'b'].map((owner) => takeChore(house.ledger, 'reap', owner, rules)));
    expect(both.filter((taken) => taken)).toHaveLength(1);
    const owner = both[0] ? 'a' : 'b';
    const other = both[0] ? 'b' : 'a';
    await endChore(house.ledger, 'reap', other);
    expect(await takeChore(house.ledger, 'reap', other, { ...rules, everyMs: 0 })).toBe(false);
    await endChore(house.ledger, 'reap', owner);
    expect(await takeChore(house.ledger, 'reap', other, rules)).toBe(false);
    expect(await takeChore(house.ledger, 'reap', other, { ...rules, everyMs: 0, leaseMs: -1 })).toBe(true);
    // It died at it: its lease is over.
    expect(await takeChore(house.ledger, 'reap', owner, { ...rules, everyMs: 0 })).toBe(true);
  });

  test('forgets an orphan that is gone, and grants a new one its whole grace', async () => {
    await open({ rooms: [] });
    const orphan = {
      name: 'radiant-test-x',
      status: 'InService',
      instanceType: null,
      instances: 1,
      hourlyUsd: null,
    };
    expect(await keepOrphans(house.ledger, [orphan], 60_000)).toEqual([]);
    await house.ledger.query(`update orphans set first_seen = ledger_now() - interval '1 hour'`);
    expect(await keepOrphans(house.ledger, [orphan], 60_000)).toMatchObject([{ name: orphan.name }]);
    expect(await keepOrphans(house.ledger, [], 60_000)).toEqual([]);
    expect(await listOrphans(house.ledger)).toEqual([]);
    expect(await keepOrphans(house.ledger, [orphan], 60_000)).toEqual([]);
  });
});
