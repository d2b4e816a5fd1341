/** A worker dies in the middle of its work: its requests are neither lost nor paid for twice. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { startServices } from '../harness/processes.js';

let system: TestSystem;
beforeAll(async () => {
  // Real time: an invocation of some seconds is long enough to kill a worker in.
  system = await startTestSystem({
    services: ['api', 'scheduler', 'thermal'],
    speed: 1,
    config: { leaseMs: 1_500 },
  });
  await registerEchoModel(system, 'slow', { seconds: 4, warmupSeconds: 0 });
  await registerEchoModel(system, 'slow-sync', {
    seconds: 3,
    warmupSeconds: 0,
    driver: 'sagemaker-realtime',
  });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'slow' }]);
  await publishWorkflow(system, 'one-sync', [{ id: 'only', model: 'slow-sync', timeout: 5 }]);
  await publishWorkflow(system, 'last-try', [
    {
      id: 'only',
      model: 'slow-sync',
      timeout: 5,
      config: { retry: { maxAttempts: 1 }, fallbackModelId: 'slow' },
    },
  ]);
});
afterEach(() => system.reap());
afterAll(() => system.stop());

const received = (model: string) =>
  system.standIn.ledger().invocations.filter((invocation) => invocation.endpointName.endsWith(model));
const attemptsOf = async (executionId: string) =>
  (
    await system.owner.query(
      'select status, attempt_number, accepted_at is not null as accepted from task_attempts where workflow_execution_id = $1 order by attempt_number',
      [executionId],
    )
  ).rows;

describe('SIGKILL', () => {
  test('in the middle of an asynchronous invocation causes no second one', async () => {
    const first = await startServices(system, ['workers']);
    const id = await submit(system, 'one');
    await expect
      .poll(() => attemptsOf(id), { timeout: 20_000 })
      .toMatchObject([{ status: 'running', accepted: true }]);
    await first.kill();
    const second = await startServices(system, ['workers']);
    await untilAllEnded(system, 30_000);

    expect(await attemptsOf(id)).toEqual([{ status: 'succeeded', attempt_number: 1, accepted: true }]);
    expect(received('slow')).toHaveLength(1);
    await expectInvariants(system);
    await expectAuthorised(system);
    await second.stop();
  });

  test('in the middle of a synchronous one is recorded as unknown, and retried once', async () => {
    const first = await startServices(system, ['workers']);
    const id = await submit(system, 'one-sync');
    await expect.poll(() => received('slow-sync').length, { timeout: 20_000 }).toBe(1);
    await first.kill();
    const second = await startServices(system, ['workers']);
    await untilAllEnded(system, 40_000);

    expect((await attemptsOf(id)).map((attempt) => attempt.status)).toEqual(['unknown', 'succeeded']);
    expect(received('slow-sync')).toHaveLength(2);
    await expectInvariants(system);
    await expectAuthorised(system);
    await second.stop();
  });

  test('in the middle of the last attempt gives the task to its fallback model', async () => {
    const before = received('slow').length;
    const beforeSync = received('slow-sync').length;
    const first = await startServices(system, ['workers']);
    const id = await submit(system, 'last-try');
    await expect.poll(() => received('slow-sync').length - beforeSync, { timeout: 20_000 }).toBe(1);
    await first.kill();
    const second = await startServices(system, ['workers']);
    await untilAllEnded(system, 40_000);

    expect((await attemptsOf(id)).map((attempt) => attempt.status)).toEqual(['unknown', 'succeeded']);
    expect(received('slow').length - before).toBe(1);
    await expectInvariants(system);
    await second.stop();
  });
});

test('SIGTERM hands an asynchronous invocation over: no second one, and no crash counted', async () => {
  const before = received('slow').length;
  const first = await startServices(system, ['workers'], { RADIANT_DRAIN_MS: '600' });
  const id = await submit(system, 'one');
  await expect
    .poll(() => attemptsOf(id), { timeout: 20_000 })
    .toMatchObject([{ status: 'running', accepted: true }]);
  const second = await startServices(system, ['workers']);
  expect(await first.stop()).toBe(0);
  await untilAllEnded(system, 30_000);

  expect(await attemptsOf(id)).toMatchObject([{ status: 'succeeded', attempt_number: 1 }]);
  expect(received('slow').length - before).toBe(1);
  const { rows } = await system.owner.query(
    'select crashes from task_executions where workflow_execution_id = $1',
    [id],
  );
  expect(rows).toEqual([{ crashes: 0 }]);
  await second.stop();
});

test('SIGTERM in the middle of a synchronous invocation fails nothing: it is retried once', async () => {
  const first = await startServices(system, ['workers'], { RADIANT_DRAIN_MS: '600' });
  const before = received('slow-sync').length;
  const id = await submit(system, 'one-sync');
  await expect.poll(() => received('slow-sync').length, { timeout: 20_000 }).toBe(before + 1);
  await first.stop();
  const second = await startServices(system, ['workers']);
  await untilAllEnded(system, 40_000);

  expect((await attemptsOf(id)).map((attempt) => attempt.status)).toEqual(['unknown', 'succeeded']);
  const { rows } = await system.owner.query(
    'select status, crashes from task_executions where workflow_execution_id = $1',
    [id],
  );
  expect(rows).toEqual([{ status: 'succeeded', crashes: 0 }]);
  await second.stop();
});

test("a worker that freezes past its lease does not overwrite the other worker's result", async () => {
  const first = await startServices(system, ['workers']);
  const id = await submit(system, 'one');
  await expect
    .poll(() => attemptsOf(id), { timeout: 20_000 })
    .toMatchObject([{ status: 'running', accepted: true }]);
  first.freeze();
  const second = await startServices(system, ['workers']);
  await untilAllEnded(system, 30_000);
  first.thaw();
  await expect
    .poll(() => first.lines.some((line) => line.includes('result_unwanted')), { timeout: 15_000 })
    .toBe(true);

  expect(await attemptsOf(id)).toMatchObject([{ status: 'succeeded', attempt_number: 1 }]);
  await expectInvariants(system);
  await expectAuthorised(system);
  await first.stop();
  await second.stop();
});

beforeEach(async () => {
  // Each test needs a free slot: a dead worker's is held for as long as its invocation may run.
  await system.owner.query(
    'update model_slots set task_execution_id = null, attempt_number = null, held_until = null',
  );
});
