/** Each tick is decided once, with any number of schedulers, wherever they die. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCarryOut, type Carried } from '../../src/scheduler/tick.js';
import { openLedger, type Ledger } from '../../src/store/db/ledger.js';
import { listen, type Events } from '../../src/store/db/notifications.js';
import { openAdmission } from '../../src/store/executions/admission.js';
import { openModels } from '../../src/store/models/models.js';
import { openWorkflows } from '../../src/store/workflows/versions.js';
import { publishWorkflow } from '../harness/fixtures.js';
import { seededRandom } from '../harness/seeded-random.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openScheduleHarness, type Schedules } from './schedule-harness.js';

const MINUTE = 60;
const NOON = '2026-03-02T12:00:00Z';
let system: TestSystem;
let schedules: Schedules;
beforeAll(async () => {
  system = await startTestSystem({
    services: ['api'],
    beforeServices: async (owner) => {
      await owner.query(`create table test_clock (at timestamptz not null);
        grant select on test_clock to public;
        insert into test_clock values ('${NOON}');
        create or replace function ledger_now() returns timestamptz language sql volatile as 'select at from radiant.test_clock'`);
    },
  });
  schedules = openScheduleHarness(system);
  await publishWorkflow(system, 'quick', [{ id: 'only', type: 'transform' }]);
});
afterAll(() => system.stop());

const pass = (seconds: number) =>
  system.owner.query(`update test_clock set at = at + $1 * interval '1 s'`, [seconds]);

/** A scheduler with connections and caches of its own, which dies before its statement of this number. */
interface Scheduler {
  carryOut: () => Promise<Carried | null>;
  /** How many statements its last transaction made. */
  statements: () => number;
  stop: () => Promise<void>;
}

async function openScheduler(diesBefore: () => number = () => Infinity): Promise<Scheduler> {
  const { databaseUrl } = system.servers;
  const engine = openLedger(databaseUrl, { byIndex: true, max: 2 });
  const ledger = openLedger(databaseUrl, { max: 2 });
  const events: Events = await listen(databaseUrl, () => {});
  const models = openModels(ledger, events);
  const workflows = openWorkflows(ledger, events);
  let statements = 0;
  const mortal: Ledger = {
    ...engine,
    as: (actor, work) =>
      engine.as(actor, async (session) => {
        statements = 0;
        const dieAt = diesBefore();
        const die = async () => {
          const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
          await system.owner.query('select pg_terminate_backend($1)', [row?.pid]);
        };
        const result = await work({
          async query(sql, values) {
            statements += 1;
            if (statements === dieAt) await die();
            return session.query(sql, values);
          },
        });
        // After the last statement, before the commit.
        if (statements + 1 === dieAt) await die();
        return result;
      }),
  };
  const carryOut = makeCarryOut({
    ledger: mortal,
    workflows,
    admission: openAdmission({ ledger, models, workflows, timeScale: 1 }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  return {
    carryOut: () => carryOut(new Set()).catch(() => null),
    statements: () => statements,
    async stop() {
      models.stop();
      workflows.stop();
      await events.stop();
      await ledger.stop();
      await engine.stop();
    },
  };
}

const executionsOf = async (id: string) =>
  (
    await system.owner.query<{ at: Date; executions: number }>(
      `select scheduled_for as at, count(*)::int as executions from workflow_executions where schedule_id = $1 group by 1 order by 1`,
      [id],
    )
  ).rows;

describe('one tick', () => {
  test('is carried out by one of ten schedulers', async () => {
    const { id } = await schedules.make({ intervalSeconds: MINUTE });
    await pass(MINUTE);
    const all = await Promise.all(Array.from({ length: 10 }, () => openScheduler()));
    const carried = await Promise.all(all.map(({ carryOut }) => carryOut()));
    expect(carried.filter((one) => one !== null)).toHaveLength(1);
    expect((await executionsOf(id)).map(({ executions }) => executions)).toEqual([1]);
    await Promise.all(all.map(({ stop }) => stop()));
    await schedules.ask('DELETE', `/v1/schedules/${id}`);
  });

  test.each(['allow', 'cancel_other', 'queue'])(
    'with the policy %s is carried out by the next scheduler, whichever statement the first one dies at',
    async (overlap) => {
      const { id } = await schedules.make({ intervalSeconds: MINUTE, overlap });
      let dieAt = Infinity;
      const [mortal, other] = await Promise.all([openScheduler(() => dieAt), openScheduler()]);
      await pass(MINUTE);
      await other.carryOut();
      await pass(MINUTE);
      await mortal.carryOut();
      const last = mortal.statements() + 1;
      expect(last).toBeGreaterThan(4);
      for (dieAt = 1; dieAt <= last; dieAt += 1) {
        await pass(MINUTE);
        const before = (await schedules.ticks(id)).length;
        await mortal.carryOut();
        expect((await schedules.ticks(id)).length, `dies before statement ${dieAt}`).toBe(before);
        expect(await other.carryOut()).toMatchObject({ scheduleId: id });
        expect((await schedules.ticks(id)).length, `after statement ${dieAt}`).toBe(before + 1);
        expect(await other.carryOut()).toBeNull();
      }
      const ticks = await schedules.ticks(id);
      expect(new Set(ticks.map(({ at }) => at)).size).toBe(last + 2);
      const started = ticks.filter(({ state }) => state === 'started');
      expect((await executionsOf(id)).map(({ executions }) => executions)).toEqual(started.map(() => 1));
      await Promise.all([mortal.stop(), other.stop()]);
      await schedules.ask('DELETE', `/v1/schedules/${id}`);
    },
  );
});

test('in any order of schedulers, deaths and time, each tick is decided once, and each start is one execution', async () => {
  const random = seededRandom(20_260_302);
  const below = (limit: number) => Math.floor(random() * limit);
  const made = [];
  for (const overlap of ['allow', 'skip', 'queue', 'cancel_other'])
    made.push(
      await schedules.make({
        intervalSeconds: MINUTE,
        overlap,
        catchUpSeconds: 5 * MINUTE,
        jitterSeconds: 20,
      }),
    );
  const all = await Promise.all(
    Array.from({ length: 4 }, () => openScheduler(() => (below(3) === 0 ? 1 + below(14) : Infinity))),
  );
  let minutes = 0;
  for (let round = 0; round < 40; round += 1) {
    const some = below(12) === 0 ? 9 : 1;
    minutes += some;
    await pass(some * MINUTE);
    if (below(3) === 0) {
      const { rows } = await system.owner.query<{ id: string }>(
        `select id from workflow_executions where completed_at is null order by random() limit 2`,
      );
      for (const { id } of rows) await system.ask('POST', `/v1/executions/${id}/cancel`);
    }
    await Promise.all(all.map(({ carryOut }) => carryOut()));
  }
  await pass(MINUTE);
  const immortal = await openScheduler();
  while ((await immortal.carryOut()) !== null);
  for (const { id } of made) {
    const ticks = await schedules.ticks(id);
    // Every minute is decided once: by a row of its own, or as one of those that were missed.
    const decided = ticks.flatMap(({ at, times }) =>
      Array.from({ length: times }, (_, nth) => Date.parse(at) + nth * MINUTE * 1_000),
    );
    const first = decided[0] as number;
    expect(decided).toEqual(Array.from({ length: decided.length }, (_, nth) => first + nth * MINUTE * 1_000));
    expect(decided.length).toBeGreaterThanOrEqual(minutes);
    expect(await executionsOf(id)).toEqual(
      ticks.filter(({ state }) => state === 'started').map(({ at }) => ({ at: new Date(at), executions: 1 })),
    );
    const { rows } = await system.owner.query<{ waiting: number }>(
      'select waiting from schedules where id = $1',
      [id],
    );
    expect(rows[0]?.waiting).toBe(ticks.filter(({ state }) => state === 'waiting').length);
  }
  await Promise.all([...all, immortal].map(({ stop }) => stop()));
});
