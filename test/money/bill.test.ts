/** The bill adds up: the executions' shares and the unused rest equal the instances' cost, which equals the provider's charge. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addUsd } from '../../src/core/money/money.js';
import { openBillHarness, type BillHarness } from './bill-harness.js';

let harness: BillHarness;
beforeEach(async () => {
  harness = await openBillHarness();
});
afterEach(() => harness.stop());

test("two used and two unused sessions, a failed attempt and idle time equal the provider's records, to nine decimals", async () => {
  const began = harness.now();
  await harness.session(300);
  const first = harness.now();
  const ready = 60;
  const a = await harness.execution(1, 130, [[ready + 10, ready + 70, 'succeeded']]);
  const b = await harness.execution(20, 160, [
    [ready + 10, ready + 40, 'failed'],
    [ready + 50, ready + 100, 'succeeded'],
  ]);
  const late = await harness.execution(100, 170, [[ready + 60, ready + 73, 'timed_out']]);
  await harness.advance(600);
  const second = harness.now();
  await harness.session(77);
  const again = await harness.execution(second + 1, second + 100, [[second + 70, second + 83, 'unknown']]);
  await harness.advance(600);
  const woken = harness.now();
  await harness.session(20);
  // Cancelled before it was ready: the model was warmed for this execution alone.
  const wasteful = await harness.execution(woken + 2, woken + 30);
  await harness.advance(600);
  await harness.session(10);
  expect(began).toBe(0);
  expect(first).toBeLessThan(second);

  await harness.settle('none');
  expect(await harness.settledFrom()).toEqual(['metered']);
  expect(await harness.shared()).toBe(await harness.metered());
  const before = await harness.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(before.totals).toMatchObject({
    chargedUsd: '0.000000000',
    meteredUsd: await harness.metered(),
    provisionalUsd: await harness.metered(),
  });

  await harness.settle('standin');
  expect(harness.troubles).toEqual([]);
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(harness.charged()).not.toBe(await harness.metered());
  expect(await harness.shared()).toBe(harness.charged());
  expect(await harness.cost()).toBe(harness.charged());
  const by = await harness.shares();
  expect(addUsd((await harness.loaded()) ?? '', by['nobody warm_up'] ?? '', by['nobody idle'] ?? '')).toBe(
    harness.charged(),
  );

  // Who bears what: a and b waited, b used 80 s of 153; nobody asked for the last warm-up.
  expect(Number(by[`${a} warm_up`])).toBeCloseTo(Number(by[`${b} warm_up`]), 8);
  expect(by[`${late} warm_up`]).toBeUndefined();
  expect(Number(by[`${b} work`]) / Number(by[`${a} work`])).toBeCloseTo(80 / 60, 6);
  expect(Number(by[`${late} idle`]) / Number(by[`${a} idle`])).toBeCloseTo(13 / 60, 6);
  expect(Number(by[`${again} work`])).toBeCloseTo((13 * 14.28) / 3600, 2);
  expect(by[`${wasteful} work`]).toBeUndefined();
  expect(Number(by[`${wasteful} warm_up`]) + Number(by[`${wasteful} idle`])).toBeGreaterThan(0.2);
  expect(Number(by['nobody warm_up']) + Number(by['nobody idle'])).toBeGreaterThan(0.2);

  const stays = await harness.everything();
  await harness.settle('standin');
  await harness.settle('standin');
  expect(await harness.everything()).toEqual(stays);

  await expect(harness.ask('update instance_sessions set cost_usd = cost_usd + 0.000000001')).rejects.toThrow(
    /do not add up/,
  );

  const after = await harness.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(after.items).toHaveLength(1);
  expect(after.items[0]).toMatchObject({ modelId: 'm', ...after.totals });
  expect(after.totals).toMatchObject({
    meteredUsd: await harness.metered(),
    chargedUsd: harness.charged(),
    chargedMinusMeteredUsd: addUsd(harness.charged(), `-${await harness.metered()}`),
    chargedMinusSharedUsd: '0.000000000',
    provisionalUsd: '0.000000000',
    openMeteredUsd: '0.000000000',
    openChargedUsd: '0.000000000',
  });

  for (const key of ['model', 'workflow', 'tenant', 'day']) {
    const { items, totals } = await harness.getJson(`/v1/costs?by=${key}&from=2026-03-01T00:00:00Z`);
    expect(totals).toMatchObject({ executions: 5, priceUsd: '5.000000000', loadedUsd: harness.charged() });
    for (const column of ['loadedUsd', 'priceUsd', 'marginUsd', 'warmUpUsd', 'workUsd', 'idleUsd'])
      expect([key, column, addUsd(...items.map((item) => item[column] ?? ''))]).toEqual([
        key,
        column,
        totals[column],
      ]);
    expect(addUsd(...['warmUpUsd', 'workUsd', 'idleUsd'].map((kind) => totals[kind] ?? ''))).toBe(
      harness.charged(),
    );
    expect(totals['marginUsd']).toBe(addUsd('5', `-${harness.charged()}`));
  }
});

test('a tenant sees what it pays, and not our costs; users do not see the bill', async () => {
  await harness.session(100);
  const authorization = `Bearer ${await harness.virtualTime.keyFor('t', 5, 'tenant_admin')}`;
  await harness.execution(1, 130, [[70, 80, 'succeeded']]);
  await harness.execution(1, 130, [[70, 85.5, 'succeeded']], 'tenant_admin@t.test');
  await harness.settle('standin');
  const path = '/v1/costs?by=model&from=2026-03-01T00:00:00Z';
  const own = await harness.virtualTime.ask('GET', path, undefined, { authorization });
  const paid = { executions: 1, gpuSeconds: 15.5, priceUsd: '1.000000000' };
  expect(await own.json()).toMatchObject({ items: [{ key: 'm', ...paid }], totals: paid });
  expect(await (await harness.virtualTime.ask('GET', path, undefined, { authorization })).text()).not.toMatch(
    /loaded|margin|warmUp|work|idle/,
  );
  const all = await harness.getJson(path);
  expect(all.totals).toMatchObject({ executions: 2, gpuSeconds: 25.5, loadedUsd: harness.charged() });
  const status = async (path: string, authorization: string) =>
    (await harness.virtualTime.ask('GET', path, undefined, { authorization })).status;
  expect(await status('/v1/costs/reconciliation', authorization)).toBe(403);
  expect(await status('/v1/costs', `Bearer ${await harness.virtualTime.keyFor('u')}`)).toBe(403);
  const nothing = await harness.virtualTime.ask(
    'GET',
    '/v1/costs?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
  );
  expect(nothing.status).toBe(422);
});

test('a session over midnight is shared out day by day, and the time after midnight belongs to the day before', async () => {
  await harness.advance(86_400 - 600);
  await harness.endpoints.warm(harness.model, 1);
  await harness.read(1);
  while ((await harness.serving()) === 0) await harness.advance(1);
  await harness.becomes('WARM');
  await harness.advance(900 - (harness.now() - 85_800));
  const one = await harness.execution(85_801, 86_000, [[85_900, 86_000, 'succeeded']]);
  await harness.read(1);
  await harness.settle('standin');
  // The provider has not charged the end of the first day yet: until then our meter counts.
  expect(new Set(await harness.settledFrom())).toEqual(new Set(['metered', null]));
  expect(await harness.shared()).toBe(await harness.metered());
  await expect.poll(() => harness.endpoints.cool(harness.model)).toBe('done');
  while (harness.openSpans() > 0) await harness.advance(5);
  await harness.read(0);
  await harness.settle('standin');
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(await harness.shared()).toBe(harness.charged());
  const { items } = await harness.getJson('/v1/costs?by=day&from=2026-03-01T00:00:00Z');
  expect(items.map(({ key }) => key)).toEqual(['2026-03-02', '2026-03-03']);
  expect(items.every(({ loadedUsd }) => Number(loadedUsd) > 1)).toBe(true);
  expect(Object.keys(await harness.shares()).sort()).toEqual([
    `${one} idle`,
    `${one} warm_up`,
    `${one} work`,
  ]);
});
