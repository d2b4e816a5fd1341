/** In virtual time, by the stand-in's own records: when a model is on, and how long its tasks wait for it. */
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../harness/seeded-random.js';
import { expectAuthorised, expectInvariants } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { STARTED_AT, startVirtualTime, type VirtualTime } from '../harness/virtual-time.js';

let virtualTime: VirtualTime;
afterEach(() => virtualTime.stop());

const WARMUP = 180;
/** Seconds between two reconciliations. */
const LOOK = 5;

const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await virtualTime.owner.query<Row>(sql)).rows;
const allEnded = async () =>
  (await ask('select from workflow_executions where completed_at is null')).length === 0;
/** Billed spans of a model's endpoint, in virtual seconds. */
const spansOf = (model: string) =>
  virtualTime.standIn
    .ledger()
    .endpoints.filter(({ endpointName }) => endpointName.endsWith(model))
    .flatMap(({ spans }) => spans);
const invocationsOf = (model: string) =>
  virtualTime.standIn.ledger().invocations.filter(({ endpointName }) => endpointName.endsWith(model));
const calls = (operation: string) =>
  virtualTime.standIn
    .ledger()
    .calls.filter((call) => call.operation === operation && call.target.endsWith('-m')).length;
const waits = async () =>
  (
    await ask<{ waited: number }>(
      `select extract(epoch from started_at - first_ready_at)::float8 as waited from task_executions order by started_at`,
    )
  ).map(({ waited }) => waited);

test('a first task waits exactly the warm-up, ten tenants share it, and no attempt is used', async () => {
  virtualTime = await startVirtualTime();
  await registerEchoModel(virtualTime, 'm', { warmupSeconds: WARMUP, seconds: 30, perInstance: 10 });
  await publishWorkflow(virtualTime, 'one', [{ id: 'only', model: 'm' }]);
  const keys = await Promise.all(Array.from({ length: 10 }, (_, n) => virtualTime.keyFor(`tenant-${n}`)));
  await Promise.all(
    keys.map((key) => submit(virtualTime, 'one', {}, {}, { authorization: `Bearer ${key}` })),
  );
  await virtualTime.settle();
  expect(await ask('select from task_attempts')).toEqual([]);
  await virtualTime.advanceUntil(allEnded, { step: 60, most: 300 });

  expect(await waits()).toEqual(Array.from({ length: 10 }, () => WARMUP));
  expect(calls('CreateEndpoint')).toBe(1);
  expect(calls('UpdateEndpointWeightsAndCapacities')).toBe(0);
  expect(await ask('select distinct status, attempt_number, error_code from task_attempts')).toEqual([
    { status: 'succeeded', attempt_number: 1, error_code: null },
  ]);
  await expectInvariants(virtualTime);
  await expectAuthorised(virtualTime);
});

test('over a day of random arrivals a model is off within a minute of its limit, and never on without a reason', async () => {
  const IDLE = 600;
  virtualTime = await startVirtualTime();
  await registerEchoModel(virtualTime, 'm', {
    warmupSeconds: WARMUP,
    seconds: 45,
    idleMinutes: IDLE / 60,
    maxInstances: 1,
  });
  await publishWorkflow(virtualTime, 'one', [{ id: 'only', model: 'm' }]);

  const arrivals = poisson({ perDay: 48, seed: 20260302 });
  for (const at of arrivals) {
    await advanceOver(at);
    await submit(virtualTime, 'one');
    await virtualTime.settle();
  }
  await advanceOver(86_400 + IDLE + 600);

  expect(await allEnded()).toBe(true);
  const used = invocationsOf('m')
    .map(({ startedAt, finishedAt }) => ({ from: startedAt as number, to: finishedAt as number }))
    .sort((a, b) => a.from - b.from);
  expect(used).toHaveLength(arrivals.length);
  const spans = spansOf('m');
  // Some arrivals found it warm and some did not; otherwise this test would show nothing.
  expect(spans.length).toBeGreaterThan(5);
  expect(spans.length).toBeLessThan(arrivals.length);
  for (const span of spans) {
    expect(span.instances).toBe(1);
    const within = used.filter(({ from }) => from >= span.from && from <= (span.to ?? Infinity));
    // Nothing was warmed without use, and the idle limit counts from the last use.
    expect(within.length).toBeGreaterThan(0);
    const lastUse = Math.max(...within.map(({ to }) => to));
    const beyond = (span.to ?? Infinity) - lastUse - IDLE;
    expect(beyond).toBeGreaterThanOrEqual(0);
    expect(beyond).toBeLessThanOrEqual(60);
    expect(within[0]?.from).toBe(span.from + WARMUP);
  }
  await expectInvariants(virtualTime);

  /** Advances to an instant by way of every event before it: nothing changes in between. */
  async function advanceOver(to: number): Promise<void> {
    while (virtualTime.now() < to) {
      const [heat] = await ask<{ limit: number | null }>(
        `select extract(epoch from idle_since - '${STARTED_AT.toISOString()}')::float8 + ${IDLE} as limit
         from model_heat h join ai_models m on m.id = h.model_id and m.model_id = 'm'`,
      );
      const isOn = spansOf('m').at(-1)?.to === null;
      // Past its limit it is observed every five seconds, as in production.
      const limit = heat?.limit && isOn ? Math.max(heat.limit, virtualTime.now() + LOOK) : to;
      await virtualTime.advance(Math.min(limit, to, await dueNext()) - virtualTime.now(), Infinity);
    }
  }
  async function dueNext(): Promise<number> {
    const due = await virtualTime.nextDue();
    return due !== null && due > virtualTime.now() ? due : Infinity;
  }
}, 240_000);

describe("a workflow whose first stage lasts longer than the second one's warm-up", () => {
  const STAGE = 420;

  /** Three runs record how long the first stage takes; the fourth, when all is off again, is the measured one. */
  async function run(lookAhead: boolean): Promise<{ waited: number; idleBefore: number; reason: string }> {
    virtualTime = await startVirtualTime({ config: { lookAhead } });
    await registerEchoModel(virtualTime, 'cpu', {
      warmupSeconds: 20,
      seconds: STAGE,
      perInstance: 1,
      idleMinutes: 5,
    });
    await registerEchoModel(virtualTime, 'gpu', {
      warmupSeconds: WARMUP,
      seconds: 60,
      perInstance: 1,
      idleMinutes: 5,
    });
    await publishWorkflow(virtualTime, 'two', [
      { id: 'prepare', model: 'cpu', timeout: 3600 },
      { id: 'predict', model: 'gpu', after: ['prepare'], timeout: 3600 },
    ]);
    const far = { step: 120, most: 7_200 };
    for (let n = 0; n < 3; n += 1) {
      await submit(virtualTime, 'two');
      await virtualTime.advanceUntil(allEnded, far);
    }
    await virtualTime.advanceUntil(async () => spansOf('gpu').every(({ to }) => to !== null), far);

    const id = await submit(virtualTime, 'two');
    await virtualTime.settle();
    const isRunning = `select from task_executions where workflow_execution_id = '${id}' and task_id = 'prepare' and status = 'running'`;
    await virtualTime.advanceUntil(async () => (await ask(isRunning)).length === 1, far);
    // Second by second around the decision to warm, and otherwise to the next event.
    await virtualTime.advance(STAGE - WARMUP - 20, 60);
    await virtualTime.advance(25, 1);
    await virtualTime.advanceUntil(allEnded, far);
    const [task] = await ask<{ waited: number }>(
      `select extract(epoch from started_at - first_ready_at)::float8 as waited
       from task_executions where workflow_execution_id = '${id}' and task_id = 'predict'`,
    );
    const [warmed] = await ask<{ reason: string }>(
      `select reason from thermal_events e join ai_models m on m.id = e.model_id
       where m.model_id = 'gpu' and to_heat = 'WARMING' order by e.id desc limit 1`,
    );
    const started = invocationsOf('gpu').at(-1)?.startedAt as number;
    const from = spansOf('gpu').at(-1)?.from as number;
    await expectInvariants(virtualTime);
    return {
      waited: task?.waited as number,
      idleBefore: started - from - WARMUP,
      reason: warmed?.reason as string,
    };
  }

  test('has the second model warm when its input arrives, and not earlier', async () => {
    const { waited, idleBefore, reason } = await run(true);
    expect(waited).toBeLessThanOrEqual(1);
    // The stage always takes the same time here, so the only uncertainty is the time between two reconciliations.
    expect(idleBefore).toBeGreaterThanOrEqual(0);
    expect(idleBefore).toBeLessThanOrEqual(LOOK);
    expect(reason).not.toMatch(/wait/);
  }, 120_000);

  test('waits for the whole warm-up without look-ahead', async () => {
    const { waited, idleBefore, reason } = await run(false);
    expect(waited).toBe(WARMUP);
    expect(idleBefore).toBe(0);
    expect(reason).toMatch(/wait/);
  }, 120_000);
});

/** Instants of a day, in whole seconds; the same in each run. */
function poisson({ perDay, seed }: { perDay: number; seed: number }): number[] {
  const random = seededRandom(seed);
  const instants: number[] = [];
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) * 86_400) / perDay;
    if (at >= 86_400) return instants;
    instants.push(Math.ceil(at));
  }
}
