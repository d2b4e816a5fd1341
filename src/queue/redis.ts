/** Queues in Redis: one shared connection for everything that does not block. */
import { once } from 'node:events';
import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { RadiantError } from '../core/errors.js';
import type { Backend, Report } from './backend.js';

/**
 * Waits until Redis answers, however long that takes: a queue built on a connection that has never been ready may
 * stay unusable. Throws `queue_evicts` when Redis is set to drop keys, which would be jobs.
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
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1] ?? 'noeviction';
  if (policy !== 'noeviction') {
    client.disconnect();
    throw new RadiantError(
      'queue_evicts',
      `Redis may drop jobs: its maxmemory-policy is ${policy}. Set "maxmemory-policy noeviction" in its ` +
        'configuration (CONFIG SET maxmemory-policy noeviction, or the parameter group of a managed Redis).',
    );
  }
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
