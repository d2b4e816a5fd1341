/** The bill adds up: executions' shares and what nobody caused are what the instances cost, which is what the provider charged. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addUsd } from '../../src/core/money/money.js';
import { openBillRig, type BillRig } from '../harness/bill-harness.js';

let rig: BillRig;
beforeEach(async () => {
  rig = await openBillRig();
});
afterEach(() => rig.stop());

test('two used sessions and two unused ones, a failed attempt, an idle rest: to nine decimals the provider’s ledger', async () => {
  const began = rig.now();
  await rig.session(300);
  const first = rig.now();
  const ready = 60;
  const a = await rig.execution(1, 130, [[ready + 10, ready + 70, 'succeeded']]);
  const b = await rig.execution(20, 160, [
    [ready + 10, ready + 40, 'failed'],
    [ready + 50, ready + 100, 'succeeded'],
  ]);
  const late = await rig.execution(100, 170, [[ready + 60, ready + 73, 'timed_out']]);
  await rig.sail(600);
  const second = rig.now();
  await rig.session(77);
  const again = await rig.execution(second + 1, second + 100, [[second + 70, second + 83, 'unknown']]);
  await rig.sail(600);
  const woken = rig.now();
  await rig.session(20);
  // Cancelled before it was ready: it was woken for this one alone.
  const waster = await rig.execution(woken + 2, woken + 30);
  await rig.sail(600);
  await rig.session(10);
  expect(began).toBe(0);
  expect(first).toBeLessThan(second);

  await rig.settle('none');
  expect(await rig.settledFrom()).toEqual(['metered']);
  expect(await rig.shared()).toBe(await rig.metered());
  const before = await rig.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(before.totals).toMatchObject({
    chargedUsd: '0.000000000',
    meteredUsd: await rig.metered(),
    provisionalUsd: await rig.metered(),
  });

  await rig.settle('standin');
  expect(rig.troubles).toEqual([]);
  expect(await rig.settledFrom()).toEqual(['provider']);
  expect(rig.charged()).not.toBe(await rig.metered());
  expect(await rig.shared()).toBe(rig.charged());
  expect(await rig.cost()).toBe(rig.charged());
  const by = await rig.shares();
  expect(addUsd((await rig.loaded()) ?? '', by['nobody warm_up'] ?? '', by['nobody idle'] ?? '')).toBe(
    rig.charged(),
  );

  // Who bears what: a and b waited, b used 80 s of 153; nobody asked for the last wake.
  expect(Number(by[`${a} warm_up`])).toBeCloseTo(Number(by[`${b} warm_up`]), 8);
  expect(by[`${late} warm_up`]).toBeUndefined();
  expect(Number(by[`${b} work`]) / Number(by[`${a} work`])).toBeCloseTo(80 / 60, 6);
  expect(Number(by[`${late} idle`]) / Number(by[`${a} idle`])).toBeCloseTo(13 / 60, 6);
  expect(Number(by[`${again} work`])).toBeCloseTo((13 * 14.28) / 3600, 2);
  expect(by[`${waster} work`]).toBeUndefined();
  expect(Number(by[`${waster} warm_up`]) + Number(by[`${waster} idle`])).toBeGreaterThan(0.2);
  expect(Number(by['nobody warm_up']) + Number(by['nobody idle'])).toBeGreaterThan(0.2);

  const stays = await rig.everything();
  await rig.settle('standin');
  await rig.settle('standin');
  expect(await rig.everything()).toEqual(stays);

  await expect(rig.ask('update instance_sessions set cost_usd = cost_usd + 0.000000001')).rejects.toThrow(
    /do not add up/,
  );

  const after = await rig.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(after.items).toHaveLength(1);
  expect(after.items[0]).toMatchObject({ modelId: 'm', ...after.totals });
  expect(after.totals).toMatchObject({
    meteredUsd: await rig.metered(),
    chargedUsd: rig.charged(),
    chargedMinusMeteredUsd: addUsd(rig.charged(), `-${await rig.metered()}`),
    chargedMinusSharedUsd: '0.000000000',
    provisionalUsd: '0.000000000',
    openMeteredUsd: '0.000000000',
    openChargedUsd: '0.000000000',
  });

  for (const key of ['model', 'workflow', 'tenant', 'day']) {
    const { items, totals } = await rig.getJson(`/v1/costs?by=${key}&from=2026-03-01T00:00:00Z`);
    expect(totals).toMatchObject({ executions: 5, priceUsd: '5.000000000', loadedUsd: rig.charged() });
    for (const column of ['loadedUsd', 'priceUsd', 'marginUsd', 'warmUpUsd', 'workUsd', 'idleUsd'])
      expect([key, column, addUsd(...items.map((item) => item[column] ?? ''))]).toEqual([
        key,
        column,
        totals[column],
      ]);
    expect(addUsd(...['warmUpUsd', 'workUsd', 'idleUsd'].map((kind) => totals[kind] ?? ''))).toBe(
      rig.charged(),
    );
    expect(totals['marginUsd']).toBe(addUsd('5', `-${rig.charged()}`));
  }
});

test('a tenant sees what it pays, and not what that costs us; users do not see the bill', async () => {
  await rig.session(100);
  const authorization = `Bearer ${await rig.voyage.keyFor('t', 5, 'tenant_admin')}`;
  await rig.execution(1, 130, [[70, 80, 'succeeded']]);
  await rig.execution(1, 130, [[70, 85.5, 'succeeded']], 'tenant_admin@t.test');
  await rig.settle('standin');
  const path = '/v1/costs?by=model&from=2026-03-01T00:00:00Z';
  const own = await rig.voyage.ask('GET', path, undefined, { authorization });
  const paid = { executions: 1, gpuSeconds: 15.5, priceUsd: '1.000000000' };
  expect(await own.json()).toMatchObject({ items: [{ key: 'm', ...paid }], totals: paid });
  expect(await (await rig.voyage.ask('GET', path, undefined, { authorization })).text()).not.toMatch(
    /loaded|margin|warmUp|work|idle/,
  );
  const all = await rig.getJson(path);
  expect(all.totals).toMatchObject({ executions: 2, gpuSeconds: 25.5, loadedUsd: rig.charged() });
  const status = async (path: string, authorization: string) =>
    (await rig.voyage.ask('GET', path, undefined, { authorization })).status;
  expect(await status('/v1/costs/reconciliation', authorization)).toBe(403);
  expect(await status('/v1/costs', `Bearer ${await rig.voyage.keyFor('u')}`)).toBe(403);
  const nothing = await rig.voyage.ask('GET', '/v1/costs?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z');
  expect(nothing.status).toBe(422);
});

test('what is on over midnight is shared out day by day, and the rest after midnight is the day before’s', async () => {
  await rig.sail(86_400 - 600);
  await rig.endpoints.warm(rig.model, 1);
  await rig.read(1);
  while ((await rig.serving()) === 0) await rig.sail(1);
  await rig.becomes('WARM');
  await rig.sail(900 - (rig.now() - 85_800));
  const one = await rig.execution(85_801, 86_000, [[85_900, 86_000, 'succeeded']]);
  await rig.read(1);
  await rig.settle('standin');
  // The provider has not said how the first day ends: our meter holds meanwhile.
  expect(new Set(await rig.settledFrom())).toEqual(new Set(['metered', null]));
  expect(await rig.shared()).toBe(await rig.metered());
  await expect.poll(() => rig.endpoints.cool(rig.model)).toBe('done');
  while (rig.openSpans() > 0) await rig.sail(5);
  await rig.read(0);
  await rig.settle('standin');
  expect(await rig.settledFrom()).toEqual(['provider']);
  expect(await rig.shared()).toBe(rig.charged());
  const { items } = await rig.getJson('/v1/costs?by=day&from=2026-03-01T00:00:00Z');
  expect(items.map(({ key }) => key)).toEqual(['2026-03-02', '2026-03-03']);
  expect(items.every(({ loadedUsd }) => Number(loadedUsd) > 1)).toBe(true);
  expect(Object.keys(await rig.shares()).sort()).toEqual([`${one} idle`, `${one} warm_up`, `${one} work`]);
});
