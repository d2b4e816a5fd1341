/** The meter: sessions from the first instance to none, by the ledger's clock, and a day's bill ends with its day. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { meter } from './meter.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel } from '../harness/fixtures.js';

let system: TestSystem;
let modelUuid: string;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  await registerEchoModel(system, 'm');
  const { rows } = await system.owner.query<{ id: string }>("select id from ai_models where model_id = 'm'");
  modelUuid = rows[0]?.id ?? '';
  await system.owner.query('create table moment (at timestamptz)');
  await system.owner.query('grant select on moment to public');
  await system.owner.query(
    `create or replace function ledger_now() returns timestamptz language sql volatile as 'select at from radiant.moment'`,
  );
});
afterAll(() => system.stop());
beforeEach(() => system.owner.query('truncate instance_spans, instance_sessions, moment cascade'));

async function at(time: string, instances: number, { hourlyRate = '14.28', type = 'ml.g5.12xlarge' } = {}) {
  await system.owner.query('delete from moment');
  await system.owner.query('insert into moment values ($1)', [`2026-03-${time}Z`]);
  await meter(system.ledger, { modelUuid, endpoint: 'e', instanceType: type, instances, hourlyRate });
}

/** Every span as `from to instances USD`, those of one session on one line. */
async function spans(): Promise<string[]> {
  const { rows } = await system.owner.query<{ line: string }>(
    `select string_agg(concat_ws(' ', to_char(from_at at time zone 'UTC', 'DD HH24:MI'),
       coalesce(to_char(to_at at time zone 'UTC', 'HH24:MI'), 'on'), instances, metered_usd), ', ' order by from_at) as line
     from instance_spans group by session_id order by min(from_at)`,
  );
  return rows.map(({ line }) => line);
}
const sessions = async () =>
  (
    await system.owner.query<{ line: string }>(
      `select concat_ws(' ', to_char(from_at at time zone 'UTC', 'DD HH24:MI'),
         coalesce(to_char(to_at at time zone 'UTC', 'DD HH24:MI'), 'on'), continues) as line
       from instance_sessions order by from_at`,
    )
  ).rows.map(({ line }) => line);

test('nothing is on: nothing is written', async () => {
  await at('01 10:00', 0);
  expect(await sessions()).toEqual([]);
});

test('a session lasts from zero instances to zero, with a span for each number of instances, type and rate', async () => {
  await at('01 10:00', 1);
  await at('01 10:05', 1);
  await at('01 10:30', 2);
  await at('01 10:40', 2, { hourlyRate: '10' });
  await at('01 10:50', 2, { hourlyRate: '10', type: 'ml.g5.xlarge' });
  await at('01 11:00', 0);
  await at('01 11:01', 0);
  await at('01 12:00', 1);
  expect(await spans()).toEqual([
    '01 10:00 10:30 1 7.140000000, 01 10:30 10:40 2 4.760000000, 01 10:40 10:50 2 3.333333333, 01 10:50 11:00 2 3.333333333',
    '01 12:00 on 1',
  ]);
  expect(await sessions()).toEqual(['01 10:00 01 11:00 f', '01 12:00 on f']);
});

test('an endpoint that is always on is cut at each midnight, however late it is observed', async () => {
  await at('01 22:00', 1);
  await at('03 01:00', 3);
  await at('03 02:00', 0);
  expect(await spans()).toEqual([
    '01 22:00 00:00 1 28.560000000',
    '02 00:00 00:00 1 342.720000000',
    '03 00:00 01:00 1 14.280000000, 03 01:00 02:00 3 42.840000000',
  ]);
  expect(await sessions()).toEqual(['01 22:00 02 00:00 f', '02 00:00 03 00:00 t', '03 00:00 03 02:00 t']);
});

test('two services that meter at once open one session', async () => {
  await at('01 10:00', 0);
  const reading = { modelUuid, endpoint: 'e', instanceType: null, instances: 1, hourlyRate: '1' };
  await Promise.all([1, 2, 3, 4].map(() => meter(system.ledger, reading)));
  expect(await sessions()).toEqual(['01 10:00 on f']);
});
