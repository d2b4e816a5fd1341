/** Our own shortage, of connections, of a database, of storage for results, costs time and nothing else: no attempt, no task, no answer. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
afterEach(() => system.stop());

const rows = async <Row>(sql: string) => (await system.owner.query(sql)).rows as Row[];
const invocations = () => system.standIn.ledger().invocations.length;

/** Each model task took one attempt and one invocation, and succeeded. */
async function expectOneEach(tasks: number): Promise<void> {
  const states = await rows(
    `select t.status, t.attempts_used, e.status as execution, count(*)::int from task_executions t
     join workflow_executions e on e.id = t.workflow_execution_id where t.model_id is not null group by 1, 2, 3`,
  );
  expect(states).toEqual([{ status: 'succeeded', attempts_used: 1, execution: 'succeeded', count: tasks }]);
  expect(await rows("select error_code from task_attempts where error_code = 'internal'")).toEqual([]);
  expect(invocations()).toBe(tasks);
  await expectInvariants(system);
  await expectAuthorised(system);
}

test(
  'with more work than connections everything succeeds at the first attempt',
  { timeout: 300_000 },
  async () => {
    system = await startTestSystem({ config: { databaseConnections: 4, workerConcurrency: 1_000 } });
    const models = Array.from({ length: 16 }, (_, n) => `model-${n}`);
    for (const model of models) await registerEchoModel(system, model, { warmupSeconds: 0, perInstance: 20 });
    const tasks = Array.from({ length: 64 }, (_, n) => ({ id: `t${n}`, model: models[n % 16] as string }));
    await publishWorkflow(system, 'fork', tasks, { retries: 0 });
    await submit(system, 'fork');
    await untilAllEnded(system, 270_000);
    await expectOneEach(64);
    expect(await rows('select count(*)::int as n from task_attempts')).toEqual([{ n: 64 }]);
  },
);

test('with fewer places than tasks the others wait for one', { timeout: 120_000 }, async () => {
  system = await startTestSystem({ speed: 1, config: { workerConcurrency: 2 } });
  for (const model of ['a', 'b']) await registerEchoModel(system, model, { warmupSeconds: 0, seconds: 0.2 });
  const tasks = Array.from({ length: 12 }, (_, n) => ({ id: `t${n}`, model: n % 2 ? 'a' : 'b' }));
  await publishWorkflow(system, 'fork', tasks, { retries: 0 });
  await submit(system, 'fork');
  let most = 0;
  await expect
    .poll(
      async () => {
        const [row] = await rows<{ running: number; open: number }>(
          `select count(*) filter (where status = 'running')::int as running,
             count(*) filter (where completed_at is null)::int as open from task_executions`,
        );
        most = Math.max(most, row?.running ?? 0);
        return row?.open;
      },
      { timeout: 90_000, interval: 20 },
    )
    .toBe(0);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2);
  await untilAllEnded(system);
  await expectOneEach(12);
});

test('a database that cuts every connection repeatedly loses nothing', { timeout: 300_000 }, async () => {
  system = await startTestSystem({ speed: 1 });
  await registerEchoModel(system, 'sync', { warmupSeconds: 0, seconds: 0.5, driver: 'sagemaker-realtime' });
  await registerEchoModel(system, 'async', { warmupSeconds: 0, seconds: 0.5 });
  const tasks = Array.from({ length: 24 }, (_, n) => ({ id: `t${n}`, model: n % 2 ? 'sync' : 'async' }));
  await publishWorkflow(system, 'fork', tasks, { retries: 0 });
  await submit(system, 'fork');
  for (let round = 0; round < 8; round += 1) {
    // Each round cuts when something new was sent, in the middle of its writes.
    const before = invocations();
    await expect
      .poll(() => invocations() > before || before === 24, { timeout: 90_000, interval: 5 })
      .toBe(true);
    await system.owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'radiant'",
    );
  }
  await untilAllEnded(system, 120_000);
  await expectOneEach(24);
});

const FILE = {
  $file: { name: "'note.txt'", mediaType: "'text/plain'", encoding: "'utf8'", data: "'hello'" },
};

type Driver = 'sagemaker-realtime' | 'sagemaker-async';

/** Models whose answers bring a file, and a workflow whose output is too large for a row. */
async function publishFiles(drivers: Driver[]): Promise<void> {
  for (const driver of drivers)
    await registerEchoModel(system, driver, {
      warmupSeconds: 0,
      driver,
      maxInstances: 1,
      perInstance: 6 / drivers.length,
    });
  const tasks = Array.from({ length: 6 }, (_, n) => ({
    id: `t${n}`,
    model: drivers[n % drivers.length] as string,
    input: { note: FILE },
  }));
  await publishWorkflow(system, 'files', tasks, { retries: 0 });
  await publishWorkflow(system, 'large', [{ id: 'only', type: 'transform', input: { a: '1' } }], {
    retries: 0,
    outputMapping: { x: 'params.text + params.text' },
    parameters: [{ name: 'text', type: 'string' }],
  });
}

async function storage(): Promise<string> {
  return ((await (await system.ask('GET', '/readyz')).json()) as { storage: string }).storage;
}

interface Outage {
  drivers: Driver[];
  /** SQL that is true of a task whose answer cannot be written. */
  held: string;
  breakIt: () => Promise<void>;
  restoreIt: () => Promise<void>;
}
/** Its lease is renewed, for longer than one lasts. */
const KEPT = "status = 'running' and lease_until > started_at + interval '7 s'";
/** It waits for a worker to fetch the answer. */
const GIVEN_BACK = "status = 'queued' and delivery > 1";

async function expectStorageOutage({ drivers, held, breakIt, restoreIt }: Outage): Promise<void> {
  await publishFiles(drivers);
  await breakIt();
  await submit(system, 'files');
  await expect.poll(invocations, { timeout: 20_000, interval: 5 }).toBeGreaterThan(1);
  const large = await submit(system, 'large', { text: 'x'.repeat(200_000) });
  await expect.poll(storage, { timeout: 20_000 }).toBe('down');
  const heldUp = () => rows(`select from task_executions where ${held}`);
  await expect.poll(async () => (await heldUp()).length, { timeout: 30_000 }).toBeGreaterThan(0);
  const sent = invocations();
  const late = await submit(system, 'files');
  const why = async (id: string) =>
    (
      (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as {
        waiting: { reason: string } | null;
      }
    ).waiting?.reason;
  await expect
    .poll(() => why(late), { timeout: 20_000 })
    .toContain('The storage for results has been unavailable');
  expect(await (await system.ask('GET', '/metrics')).text()).toContain('radiant_storage_up 0');
  // Nothing new was begun meanwhile, and no execution has failed, not even the one whose own output could not be stored.
  expect(invocations()).toBe(sent);
  expect(await rows("select id from workflow_executions where status not in ('pending', 'running')")).toEqual(
    [],
  );
  const lines = system.troubles.filter((line) => line.startsWith('storage.'));
  expect(lines.length).toBeLessThanOrEqual(2);

  await restoreIt();
  await untilAllEnded(system, 60_000);
  await expectOneEach(12);
  expect(await storage()).toBe('up');
  const shown = (await (await system.ask('GET', `/v1/executions/${large}`)).json()) as {
    output: { x: string };
  };
  expect(shown.output.x).toHaveLength(400_000);
}

test.each<[string, number, Driver[], string]>([
  ['kept in memory', 1_000_000, ['sagemaker-realtime', 'sagemaker-async'], KEPT],
  ['kept where it is nowhere else', 0, ['sagemaker-realtime'], KEPT],
  ['left where it can be fetched again', 0, ['sagemaker-async'], GIVEN_BACK],
])(
  'without the folder for results an answer is %s',
  { timeout: 120_000 },
  async (_, keptAnswersBytes, drivers, held) => {
    system = await startTestSystem({ config: { keptAnswersBytes } });
    const folder = join(system.config.dataDir, 'blobs');
    await expectStorageOutage({
      drivers,
      held,
      breakIt: async () => writeFileSync(folder, 'no folder'),
      restoreIt: async () => rmSync(folder),
    });
  },
);

test('an S3 that refuses every write delays answers only', { timeout: 120_000 }, async () => {
  system = await startTestSystem({ config: { blobs: 's3' } });
  const deny = async (denied: string[]) => {
    const response = await fetch(`${system.standIn.url}/__standin/settings`, {
      method: 'POST',
      body: JSON.stringify({ denied }),
    });
    expect(response.ok).toBe(true);
  };
  await expectStorageOutage({
    drivers: ['sagemaker-realtime'],
    held: KEPT,
    breakIt: () => deny(['s3:PutObject']),
    restoreIt: () => deny([]),
  });
});
