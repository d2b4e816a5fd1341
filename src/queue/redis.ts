/** Queues in Redis: one shared connection for everything that does not block. */
import { once } from 'node:events';
import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend, Report } from './backend.js';
import { checkRedis } from './first-connection.js';

/**
 * Waits without a limit until Redis responds: a queue built on a connection that was never ready may stay unusable.
 * Throws the errors of `checkRedis` once there is a connection.
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
    // `once` alone is not enough: it rejects at the first error, and every failed attempt to connect emits one.
    while (!ready()) await once(client, 'ready', { signal }).catch(() => signal?.throwIfAborted());
  };

  await whenReady();
  // Without this check a missing database or a wrong password would only show as lost messages.
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
