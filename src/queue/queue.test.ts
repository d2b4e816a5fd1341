/** The behaviour that every queue server must have. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../embedded/postgres.js';
import { findRedis, startRedis } from '../embedded/redis.js';
import { connectQueue, type QueueConnection } from './connect.js';
import { queueNameOf, type TaskMessage } from './messages.js';
import { receiveAdvances, receiveTasks, type Receiver } from './receive.js';
import { makeSender, type TaskDelivery, type Sender } from './send.js';

const path = process.env['PATH'] ?? '';
const hasRedis = findRedis(path) !== null;
const backends = [
  ...(hasRedis
    ? [{ kind: 'redis', option: 'redisUrl', start: (dataDir: string) => startRedis({ dataDir, path }) }]
    : []),
  { kind: 'postgres', option: 'postgresUrl', start: (dataDir: string) => startPostgres({ dataDir }) },
];
const hold = () => {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => (release = resolve));
  return { until, release };
};
const until = { timeout: 10_000, interval: 10 };

describe.each(backends)('queues in $kind', ({ option, start }) => {
  let dataDir: string;
  let server: Awaited<ReturnType<typeof start>>;
  let connection: QueueConnection;
  let send: Sender;
  let receivers: Receiver[];
  let model: string;
  let count = 0;
  const onError = vi.fn();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'radiant-queue-'));
    server = await start(dataDir);
    connection = await connectQueue({ [option]: server?.url, prefix: 'queue_test', onError });
    send = makeSender(connection);
  });
  afterAll(async () => {
    await connection.close();
    await connection.close();
    await server?.stop();
    await rm(dataDir, { recursive: true });
  });
  beforeEach(() => {
    model = `model-${++count}`;
    receivers = [];
    onError.mockClear();
  });
  afterEach(async () => {
    await Promise.all(receivers.map((receiver) => receiver.stop({ withinMs: 0 })));
  });

  const delivery = (n: number, more: Partial<TaskDelivery> = {}): TaskDelivery => ({
    taskExecutionId: `task-${n}`,
    attempt: 1,
    delivery: 1,
    modelKey: model,
    priority: 5,
    ...more,
  });
  const serve = (run: Parameters<typeof receiveTasks>[2], concurrency = 1): Receiver => {
    const receiver = receiveTasks(connection, model, run, { concurrency });
    receivers.push(receiver);
    return receiver;
  };
  const countsNow = async () => (await send.counts()).find(({ queue }) => queue === queueNameOf(model));

  it('delivers each message once and removes it', async () => {
    const got: TaskMessage[] = [];
    serve(async (message) => void got.push(message), 3);
    await send.askToRun([1, 2, 3].map((n) => delivery(n)));
    await vi.waitFor(() => expect(got).toHaveLength(3), until);
    expect(got).toContainEqual({ taskExecutionId: 'task-1', attempt: 1, delivery: 1 });
    await expect.poll(countsNow, until).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
  });

  it('ignores the same delivery again, but not the next one', async () => {
    await send.askToRun([delivery(1)]);
    await send.askToRun([delivery(1), delivery(1, { delivery: 2 })]);
    expect(await countsNow()).toMatchObject({ waiting: 2 });
  });

  it('serves the lowest priority number first, and equals in order', async () => {
    await send.askToRun([
      delivery(1, { priority: 10 }),
      delivery(2),
      delivery(3),
      delivery(4, { priority: 1 }),
    ]);
    const got: string[] = [];
    serve(async (message) => void got.push(message.taskExecutionId));
    await vi.waitFor(() => expect(got).toEqual(['task-4', 'task-2', 'task-3', 'task-1']), until);
  });

  it.each([true, false])(
    'advances each requested execution, with a new message while one is active (same process: %s)',
    async (isHere) => {
      const other = await connectQueue({ [option]: server?.url, prefix: 'queue_test', onError });
      const sender = isHere ? send : makeSender(other);
      const got: string[] = [];
      const held = hold();
      receivers.push(
        receiveAdvances(
          connection,
          async (id) => {
            got.push(id);
            await held.until;
          },
          { concurrency: 5 },
        ),
      );
      await sender.askToAdvance(['a', 'a', 'b']);
      // A message to this process needs no server.
      if (isHere) expect(got.toSorted()).toEqual(['a', 'b']);
      await vi.waitFor(() => expect(got.toSorted()).toEqual(['a', 'b']), until);
      await sender.askToAdvance(['a']);
      await vi.waitFor(() => expect(got.toSorted()).toEqual(['a', 'a', 'b']), until);
      held.release();
      await other.close();
    },
  );

  it('leaves to the queue what this process cannot do at once', async () => {
    const held = hold();
    let active = 0;
    const advance = async () => {
      active += 1;
      await held.until;
    };
    receivers.push(receiveAdvances(connection, advance, { concurrency: 3 }));
    await send.askToAdvance(Array.from({ length: 1_010 }, (_, n) => `e-${n}`));
    await vi.waitFor(() => expect(active).toBe(1_003), until);
    held.release();
    await vi.waitFor(() => expect(active).toBe(1_010), until);
  });

  it('never exceeds the pace with three receivers, and wakes them at once when the pace is raised from 0', async () => {
    let active = 0;
    let most = 0;
    let done = 0;
    const run = async (): Promise<void> => {
      most = Math.max(most, ++active);
      await sleep(20);
      active--;
      done++;
    };
    await send.pace(model, 0);
    for (let i = 0; i < 3; i++) serve(run, 10);
    await send.askToRun(Array.from({ length: 40 }, (_, n) => delivery(n)));
    await expect.poll(countsNow, until).toMatchObject({ waiting: 40, active: 0 });
    const raisedAt = performance.now();
    await send.pace(model, 4);
    await vi.waitFor(() => expect(done).toBeGreaterThan(0), until);
    expect(performance.now() - raisedAt).toBeLessThan(1500);
    await vi.waitFor(() => expect(done).toBe(40), until);
    expect(most).toBe(4);
  });

  it('redelivers a message that came too early, as often as needed, and it takes no place meanwhile', async () => {
    await send.pace(model, 1);
    const got: string[] = [];
    let tries = 0;
    serve(async ({ taskExecutionId }) => {
      if (taskExecutionId === 'task-1' && ++tries < 6) return { again: 50 };
      return void got.push(taskExecutionId);
    });
    await send.askToRun([delivery(1), delivery(2)]);
    await vi.waitFor(() => expect(got).toEqual(['task-2', 'task-1']), until);
    expect(tries).toBe(6);
    expect(onError).not.toHaveBeenCalled();
  });

  it('reports and drops a hostile message and a task that throws, and continues', async () => {
    await connection.queue(queueNameOf(model)).add('run', { taskExecutionId: "'; drop table", attempt: -1 });
    const got: string[] = [];
    serve(async ({ taskExecutionId }) => {
      got.push(taskExecutionId);
      if (taskExecutionId === 'task-1') throw new Error('boom');
    });
    await send.askToRun([delivery(1), delivery(2)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1', 'task-2']), until);
    expect(onError.mock.calls.map(([fact, error]) => [fact, error.name])).toEqual([
      ['queue.message_dropped', 'ZodError'],
      ['queue.message_dropped', 'Error'],
    ]);
    await expect.poll(countsNow, until).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
  });

  it('starts more at once when the concurrency of a busy receiver is raised', async () => {
    const got: string[] = [];
    const held = hold();
    const receiver = serve(async ({ taskExecutionId }) => {
      got.push(taskExecutionId);
      await held.until;
    });
    await send.askToRun([delivery(1), delivery(2), delivery(3)]);
    await vi.waitFor(() => expect(got).toHaveLength(1), until);
    receiver.setConcurrency(3);
    await vi.waitFor(() => expect(got).toHaveLength(3), until);
    held.release();
  });

  it('waits for active messages when it stops', async () => {
    const got: AbortSignal[] = [];
    const held = hold();
    const receiver = serve(async (_message, signal) => {
      got.push(signal);
      await held.until;
    });
    await send.askToRun([delivery(1)]);
    await vi.waitFor(() => expect(got).toHaveLength(1), until);
    const stopped = Promise.all([receiver.stop({ withinMs: 5000 }), receiver.stop({ withinMs: 5000 })]);
    held.release();
    await stopped;
    expect(got.map(({ aborted }) => aborted)).toEqual([false]);
    expect(await countsNow()).toMatchObject({ active: 0 });
  });

  it('aborts messages that are still active after the time to stop, and takes no new ones', async () => {
    const got: AbortSignal[] = [];
    const receiver = serve(async (_message, signal) => {
      got.push(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await send.askToRun([delivery(1), delivery(2)]);
    await vi.waitFor(() => expect(got).toHaveLength(1), until);
    const stoppedAt = performance.now();
    await receiver.stop({ withinMs: 50 });
    expect(performance.now() - stoppedAt).toBeLessThan(1500);
    expect(got.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await countsNow()).toMatchObject({ waiting: 1, active: 0 });
  });

  it('deletes the queue of a retired model, which may come back', async () => {
    await send.pace(model, 1);
    await send.askToRun([delivery(1)]);
    await send.forget(model);
    expect(await countsNow()).toBeUndefined();
    const got: string[] = [];
    serve(async ({ taskExecutionId }) => void got.push(taskExecutionId));
    await send.askToRun([delivery(2)]);
    await vi.waitFor(() => expect(got).toEqual(['task-2']), until);
  });

  it('refuses to send within a bounded time when the server is down', async () => {
    await connection.ping();
    await server?.stop();
    const askedAt = performance.now();
    const unavailable = { code: 'queue_unavailable' };
    await Promise.all([
      expect(send.askToRun([delivery(1)])).rejects.toMatchObject(unavailable),
      expect(send.askToAdvance(['a'])).rejects.toMatchObject(unavailable),
      expect(send.pace(model, 1)).rejects.toMatchObject(unavailable),
      expect(connection.ping()).rejects.toMatchObject(unavailable),
    ]);
    expect(performance.now() - askedAt).toBeLessThan(3000);
  });
});
