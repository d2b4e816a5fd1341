/** Redis dies, loses its data, comes late, or is configured to evict jobs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRedis } from '../embedded/redis.js';
import { connectQueue, type QueueConnection } from './connect.js';
import { receiveTasks, type Receiver } from './receive.js';
import { makeSender, type TaskDelivery } from './send.js';

const command = findRedis(process.env['PATH'] ?? '');
const until = { timeout: 10_000, interval: 20 };
const model = 'model-1';
const delivery = (n: number): TaskDelivery => ({
  taskExecutionId: `task-${n}`,
  attempt: 1,
  delivery: 1,
  modelKey: model,
  priority: 5,
});

describe.runIf(command)('a Redis that fails', () => {
  let port: number;
  let server: ChildProcess | undefined;
  let connection: QueueConnection | undefined;
  let receivers: Receiver[];
  let got: string[];

  beforeEach(async () => {
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    port = (socket.address() as AddressInfo).port;
    await once(socket.close(), 'close');
    receivers = [];
    got = [];
  });
  afterEach(async () => {
    await Promise.all(receivers.map((receiver) => receiver.stop({ withinMs: 0 })));
    await connection?.close();
    connection = undefined;
    await die();
  });

  const live = (policy = 'noeviction', ...more: string[]): void => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--maxmemory-policy', policy];
    server = spawn(command as string, [...options, '--save', '', ...more], { stdio: 'ignore' });
  };
  const die = async (): Promise<void> => {
    const dead = server;
    server = undefined;
    if (dead?.kill('SIGKILL')) await once(dead, 'exit');
  };
  const connect = async (): Promise<QueueConnection> => {
    connection = await connectQueue({
      redisUrl: `redis://127.0.0.1:${port}`,
      lockMs: 400,
      onError: () => {},
    });
    return connection;
  };
  const serve = (connection: QueueConnection): void => {
    receivers.push(
      receiveTasks(connection, model, async ({ taskExecutionId }) => void got.push(taskExecutionId), {
        concurrency: 1,
      }),
    );
  };

  it('is refused when it may evict jobs', async () => {
    live('allkeys-lru');
    await expect(connect()).rejects.toMatchObject({
      code: 'queue_evicts',
      message: expect.stringContaining('maxmemory-policy noeviction'),
    });
  });

  it('is waited for when it comes late', async () => {
    const connecting = connect();
    live();
    const connection = await connecting;
    expect(connection.ready()).toBe(true);
    serve(connection);
    await makeSender(connection).askToRun([delivery(1)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1']), until);
  });

  it('may lose all data: active messages are aborted, new ones are processed', async () => {
    live();
    const connection = await connect();
    const send = makeSender(connection);
    await send.pace(model, 2);
    let aborted = false;
    const held = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        });
      });
    receivers.push(
      receiveTasks(
        connection,
        model,
        async ({ taskExecutionId }, signal) => {
          got.push(taskExecutionId);
          if (taskExecutionId === 'task-1') await held(signal);
        },
        { concurrency: 2 },
      ),
    );
    await send.askToRun([delivery(1)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1']), until);

    const admin = new Redis(port);
    await admin.flushall();
    admin.disconnect();
    await send.pace(model, 2);
    await send.askToRun([delivery(2), delivery(3)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1', 'task-2', 'task-3']), until);
    await vi.waitFor(() => expect(aborted).toBe(true), until);
  });

  it('may die and come back empty: senders and receivers recover, also those started meanwhile', async () => {
    live();
    const connection = await connect();
    const send = makeSender(connection);
    serve(connection);
    await send.askToRun([delivery(1), delivery(2)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1', 'task-2']), until);

    await die();
    await expect.poll(connection.ready, until).toBe(false);
    await expect(send.askToRun([delivery(3)])).rejects.toMatchObject({ code: 'queue_unavailable' });
    receivers.push(
      receiveTasks(connection, 'other', async ({ taskExecutionId }) => void got.push(taskExecutionId), {
        concurrency: 1,
      }),
    );
    live();
    await expect.poll(connection.ready, until).toBe(true);
    await send.askToRun([delivery(4), delivery(5), { ...delivery(6), modelKey: 'other' }]);
    await vi.waitFor(
      () => expect(got.toSorted()).toEqual(['task-1', 'task-2', 'task-4', 'task-5', 'task-6']),
      until,
    );
  });

  it('may die and come back with its data: pace and messages are still there', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'radiant-queue-'));
    const durable = ['--dir', dir, '--appendonly', 'yes', '--appendfsync', 'always'];
    live('noeviction', ...durable);
    const connection = await connect();
    const send = makeSender(connection);
    await send.pace(model, 0);
    serve(connection);
    await send.askToRun([delivery(1), delivery(2)]);

    await die();
    await expect.poll(() => connection.ready(), until).toBe(false);
    live('noeviction', ...durable);
    await expect.poll(() => connection.ready(), until).toBe(true);
    expect(await send.counts()).toMatchObject([{ waiting: 2, active: 0 }]);
    await send.pace(model, 1);
    await vi.waitFor(() => expect(got).toEqual(['task-1', 'task-2']), until);
    await rm(dir, { recursive: true });
  });

  it('does not prevent a receiver from stopping while it is down', async () => {
    live();
    const connection = await connect();
    serve(connection);
    await makeSender(connection).askToRun([delivery(1)]);
    await vi.waitFor(() => expect(got).toEqual(['task-1']), until);
    await die();
    await expect.poll(connection.ready, until).toBe(false);
    const stoppedAt = performance.now();
    await Promise.all(receivers.map((receiver) => receiver.stop({ withinMs: 1000 })));
    await connection.close();
    expect(performance.now() - stoppedAt).toBeLessThan(2000);
  });
});
