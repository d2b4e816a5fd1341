/** No endpoint ever has more requests in flight than slots, by its own count, and no slot is held after its request must have ended. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectInvariants, mostAtOnce } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { startVirtualTime, type VirtualTime } from '../harness/virtual-time.js';

const SLOTS = 3;
/** Real seconds, for requests that hang; no working request takes as long in the stand-in's time. */
const LIMIT = 2;

let virtualTime: VirtualTime;
beforeAll(async () => {
  virtualTime = await startVirtualTime();
  const shape = { driver: 'sagemaker-realtime', maxInstances: 1, perInstance: SLOTS, seconds: 1 } as const;
  await registerEchoModel(virtualTime, 'brief', { ...shape, idleMinutes: 600 });
  // It works longer than a real-time request may take, and says so.
  await registerEchoModel(virtualTime, 'lasting', { ...shape, idleMinutes: 600, longest: 150 });
  await registerEchoModel(virtualTime, 'silent', { ...shape, idleMinutes: 600 });
  for (const model of ['brief', 'lasting'])
    await publishWorkflow(
      virtualTime,
      model,
      [{ id: 'only', model, timeout: LIMIT, config: { retry: { maxAttempts: 2, initialDelayMs: 1_000 } } }],
      { timeout: 86_400, parameters: [{ name: 'times', type: 'number' }] },
    );
  await publishWorkflow(virtualTime, 'silent', [{ id: 'only', model: 'silent', timeout: 200 }], {
    timeout: 86_400,
    parameters: [{ name: 'times', type: 'number' }],
  });
});
afterAll(() => virtualTime.stop());

const order = (fault: object) =>
  fetch(`${virtualTime.standIn.url}/__standin/faults`, {
    method: 'POST',
    body: JSON.stringify({ ...fault, operation: 'InvokeEndpoint' }),
  });
const open = async () =>
  (await virtualTime.owner.query('select from workflow_executions where completed_at is null')).rowCount ?? 0;
const held = async () =>
  (await virtualTime.owner.query('select from model_slots where held_until >= ledger_now()')).rowCount ?? 0;

const fault = fc.constantFrom(
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', when: 'after' },
  { kind: 'throttle' },
  { kind: 'error', status: 503 },
  { kind: 'truncate' },
  { kind: 'modelError', status: 500 },
);
const run = fc.record({
  model: fc.constantFrom('brief', 'lasting'),
  /** Shares of the model's limit, one for each execution; the provider's clock is ahead by up to a step of five seconds. */
  shares: fc.array(fc.double({ min: 0.05, max: 0.9, noNaN: true }), { minLength: 4, maxLength: 9 }),
  faults: fc.array(fault, { maxLength: 6 }),
  /** Which of them are cancelled, after how many seconds. */
  cancels: fc.array(fc.record({ which: fc.nat(8), after: fc.integer({ min: 1, max: 40 }) }), {
    maxLength: 3,
  }),
});

test('no endpoint exceeds its slots under any faults', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ model, shares, faults, cancels }) => {
      const longest = model === 'brief' ? 60 : 150;
      for (const each of faults) await order(each);
      const ids: string[] = [];
      for (const share of shares)
        ids.push(await submit(virtualTime, model, { times: Math.ceil(share * longest) }));
      await virtualTime.settle();
      for (const { which, after } of cancels.toSorted((a, b) => a.after - b.after)) {
        await virtualTime.advance(after);
        await virtualTime.ask('POST', `/v1/executions/${ids[which % ids.length]}/cancel`, {});
      }
      await virtualTime.advanceUntil(async () => (await open()) === 0, { most: 7_200 });
      await expectInvariants(virtualTime);
      expect(mostAtOnce(virtualTime, `radiant-test-${model}`)).toBeLessThanOrEqual(SLOTS);
      await virtualTime.advance(longest + LIMIT, 60);
      expect(await held()).toBe(0);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('a model whose connection was cut and whose duration is unknown keeps its slot for as long as its task may take', async () => {
  for (let index = 0; index < 2 * SLOTS; index += 1) await submit(virtualTime, 'silent', { times: 190 });
  await virtualTime.advanceUntil(async () => (await open()) === 0, { most: 1_200 });
  const { rows } = await virtualTime.owner.query(
    `select distinct error_code from task_attempts a join ai_models m on m.id = a.model_id where m.model_id = 'silent'`,
  );
  expect(rows).toEqual([{ error_code: 'model_timeout' }]);
  expect(mostAtOnce(virtualTime, 'radiant-test-silent')).toBe(SLOTS);
  await expectInvariants(virtualTime);
});
