/** Two processes share one registry: a change by one is announced to the other, which sees it at once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM, type Actor } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openSecondProcess, type SecondProcess } from '../harness/second-process.js';

let system: TestSystem;
let here: SecondProcess;
let there: SecondProcess;
let admin: Actor;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  [here, there] = [await openSecondProcess(system), await openSecondProcess(system)];
  const [row] = await here.ledger.query<{ id: string }>('select id from administrators');
  admin = { type: 'admin', id: row?.id ?? null };
});
afterAll(async () => {
  for (const side of [here, there]) await side.stop();
  await system.stop();
});

const create = (modelId: string, pricing = {}) =>
  here.models.create({ modelId, name: modelId, displayName: modelId, category: 'test', pricing }, admin);

describe('two processes', () => {
  const soon = { timeout: 500, interval: 5 };

  test('receive each change as an event', async () => {
    await create('news');
    await here.models.update('news', { description: 'x' }, admin);
    await here.ledger.as(admin, (session) =>
      session.query(
        `insert into model_licenses (model_id, license_type, license_spdx) select id, 'code', 'MIT' from ai_models where model_id = 'news'`,
      ),
    );
    await here.ledger.query(`update ai_models set current_thermal_state = 'WARMING' where model_id = 'news'`);
    await here.models.remove('news', admin);
    const of = (name: string) => ({ event: name, modelId: 'news' });
    await expect
      .poll(() => there.heard.filter(({ modelId }) => modelId === 'news'), soon)
      .toEqual(
        ['model:created', 'model:updated', 'model:updated', 'thermal:changed', 'model:deleted'].map(of),
      );
  });

  test('see each kind of change by the other at once', async () => {
    const there_ = () => there.models.get('shared');
    expect(await there_()).toBeNull();
    await create('shared', { hourlyRate: '1' });
    await expect.poll(there_, soon).toMatchObject({ pricing: { hourlyRate: '1' } });
    await here.models.update('shared', { pricing: { hourlyRate: '2' } }, admin);
    await expect.poll(there_, soon).toMatchObject({ pricing: { hourlyRate: '2' } });
    await here.ledger.query(`update ai_models set current_thermal_state = 'WARM' where model_id = 'shared'`);
    await expect.poll(there_, soon).toMatchObject({ currentThermalState: 'WARM' });
    await here.models.remove('shared', admin);
    await expect.poll(there_, soon).toMatchObject({ enabled: false });
  });

  test('read while the other writes, without errors and without keeping old values', async () => {
    await create('hot');
    const writing = new AbortController();
    const reading = Array.from({ length: 4 }, async () => {
      while (!writing.signal.aborted) {
        await there.models.get('hot');
        await nextTurn();
      }
    });
    for (let n = 1; n <= 40; n += 1) await here.models.update('hot', { description: String(n) }, admin);
    writing.abort();
    await Promise.all(reading);
    await expect
      .poll(() => there.models.get('hot'), soon)
      .toMatchObject({ description: '40', rowVersion: 41 });
  });

  test('see changes made while their listening connections were cut', async () => {
    await create('deaf');
    expect(await there.models.get('deaf')).toMatchObject({ description: null });
    const listeners = () =>
      system.owner.query(
        `select pid from pg_stat_activity where application_name = 'radiant events' and datname = current_database()`,
      );
    // The cut and the change are one transaction, so nobody can hear the notification.
    await system.owner.query(
      `begin; select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'radiant events' and datname = current_database();
       select set_config('radiant.actor_type', 'system', true); update ai_models set description = 'unheard' where model_id = 'deaf'; commit`,
    );
    await expect.poll(() => there.models.get('deaf'), soon).toMatchObject({ description: 'unheard' });
    await expect.poll(async () => (await listeners()).rowCount, soon).toBe(2);
    await here.models.update('deaf', { description: 'heard' }, SYSTEM);
    await expect.poll(() => there.models.get('deaf'), soon).toMatchObject({ description: 'heard' });
  });

  test('leave no connection behind when they stop while it is cut', async () => {
    const third = await openSecondProcess(system);
    await system.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'radiant events' and datname = current_database()`,
    );
    await third.events.stop();
    third.models.stop();
    await third.ledger.stop();
    await expect
      .poll(
        async () =>
          (
            await system.owner.query(
              `select pid from pg_stat_activity where application_name = 'radiant events' and datname = current_database()`,
            )
          ).rowCount,
        { timeout: 2_000 },
      )
      .toBe(2);
  });
});
