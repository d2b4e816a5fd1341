/** Queues in Redis: one shared connection for everything that does not block. */
import { once } from 'node:events';
import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend, Report } from './backend.js';
import { checkRedis } from './first-connection.js';

/**
 * Waits until Redis answers, however long that takes: a queue built on a connection that has never been ready may
 * stay unusable. Throws what `checkRedis` does, once there is one.
 */
export async function openRedis(url: string, report: Report): Promise<Backend> {
  const client = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
  client.setMaxListeners(0);
  client.on('error', (error) => report('queue.redis_failed', error));
  const ready = (): boolean => client.status === 'ready';
  const whenReady = async (signal?: AbortSignal): Promise<void> => {
    // not `once` alone: it rejects at the first error, and there is one for each attempt to connect
    while (!ready()) await once(client, 'ready', { signal }).catch(() => signal?.throwIfAborted());
  };

  await whenReady();
  // A database that is not there, or a password that is wrong, would else be found out only by what goes missing.
  await checkRedis(url, { mayBeAway: true }).catch((error: unknown) => {
    client.disconnect();
    throw error;
  });
  return {
    kind: 'redis',
    factory: createRedisBackend,
    connection: client,
    ready,
    whenReady: (ms) => whenReady(AbortSignal.timeout(ms)),
    ping: async () => void (await client.ping()),
    close: async () => client.disconnect(),
  };
}
