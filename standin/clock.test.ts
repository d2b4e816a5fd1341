/** Virtual time that stands still until it is advanced, and a bill from it that is exact to the last digit. */
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startClock } from './clock.js';
import { startHarness, type Harness } from './testing/harness.js';

const START = new Date('2030-01-01T00:00:00Z');
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual', { startedAt: START });
});
afterEach(() => harness.stop());

const clock = async (advance?: number) => {
  const response = await fetch(`${harness.standIn.url}/__standin/clock`, {
    ...(advance !== undefined && { method: 'POST', body: JSON.stringify({ advance }) }),
  });
  return { status: response.status, ...((await response.json()) as object) };
};

test('due actions happen in order, each at its own time, including those that they schedule', async () => {
  const time = startClock('manual', START);
  const seen: Array<[string, number]> = [];
  const record = (name: string) => () => void seen.push([name, time.now()]);
  time.after(20, record('late'));
  time.after(10, async () => {
    await Promise.resolve();
    record('early')();
    time.after(5, record('follows'));
  });
  time.at(new Date(START.getTime() + 12_000), record('dated'));
  time.after(11, record('cancelled'))();
  expect(await time.advance(19.5)).toEqual({ now: 19.5, nextDue: 20 });
  expect(seen).toEqual([
    ['early', 10],
    ['dated', 12],
    ['follows', 15],
  ]);
  expect(time.wall()).toEqual(new Date('2030-01-01T00:00:19.500Z'));
  expect(await Promise.all([time.advance(1), time.advance(1)])).toEqual([
    { now: 20.5, nextDue: null },
    { now: 21.5, nextDue: null },
  ]);
});

test('the clock is read and advanced over HTTP', async () => {
  expect(await clock()).toEqual({ status: 200, now: 0, nextDue: null });
  await harness.create('fold', { environment: { STANDIN_WARMUP_SECONDS: '90.5' } });
  expect(await clock(90)).toEqual({ status: 200, now: 90, nextDue: 90.5 });
  expect((await harness.describe('fold')).EndpointStatus).toBe('Creating');
  expect(await clock(1)).toEqual({ status: 200, now: 91, nextDue: null });
  expect(await harness.describe('fold')).toMatchObject({
    EndpointStatus: 'InService',
    CreationTime: START,
    LastModifiedTime: new Date('2030-01-01T00:01:30.500Z'),
  });
  expect(await clock(-1)).toMatchObject({ status: 400 });
});

test('a clock that runs by itself cannot be advanced', async () => {
  await harness.stop();
  harness = await startHarness('instant');
  expect(await clock(1)).toMatchObject({ status: 400 });
  expect(await clock()).toMatchObject({ status: 200, nextDue: null });
});

test('a bill is exact, to the millisecond and nine places, and one for all endpoints that had the name', async () => {
  // 100.001 s at 0.7 an hour is 0.01944463888… dollars; 35 s of the second life are 0.00680555555….
  for (const seconds of [95.001, 30]) {
    await harness.create('fold', { environment: { STANDIN_HOURLY_USD: '0.7', STANDIN_WARMUP_SECONDS: '1' } });
    await harness.standIn.advance(seconds);
    await harness.control.send(new DeleteEndpointCommand({ EndpointName: 'fold' }));
    await harness.standIn.advance(5);
    await harness.forget('fold');
  }
  expect(harness.standIn.ledger().endpoints).toEqual([
    {
      endpointName: 'fold',
      instanceType: 'ml.g5.12xlarge',
      hourlyUsd: 0.7,
      instanceSeconds: 135.001,
      costUsd: '0.026250195',
      spans: [
        {
          from: 0,
          to: 100.001,
          fromMs: START.getTime(),
          toMs: START.getTime() + 100_001,
          instances: 1,
          costUsd: '0.019444639',
        },
        {
          from: 100.001,
          to: 135.001,
          fromMs: START.getTime() + 100_001,
          toMs: START.getTime() + 135_001,
          instances: 1,
          costUsd: '0.006805556',
        },
      ],
    },
  ]);
});
