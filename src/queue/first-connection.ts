/** Checks the configured Redis: explains what prevents its use, and what to do. */
import { Redis } from 'ioredis';
import { RadiantError } from '../core/errors.js';
import { networkFault } from '../core/connection-errors.js';

const PATIENCE_MS = 5_000;

/**
 * @param mayBeAway whether an unreachable server is no error, since it is waited for later
 * @throws RadiantError `queue_unreachable`, `queue_refused`, `queue_evicts`; the message begins with the variable
 */
export async function checkRedis(url: string, { mayBeAway = false } = {}): Promise<void> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const client = new Redis({
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port || 6379),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
  });
  let broken: Error | undefined;
  client.on('error', (error) => {
    broken = error;
  });
  try {
    await client.connect();
    await client.select(Number(pathname.slice(1) || 0));
    refuseEviction(await client.info('memory'));
  } catch (cause) {
    if (cause instanceof RadiantError) throw cause;
    // A refused handshake closes the connection, and its reason comes as a separate error.
    const text = `${broken?.message ?? ''} ${(cause as Error).message}`;
    const refusal = REFUSALS.find(([words]) => words.test(text))?.[1];
    if (refusal !== undefined) throw new RadiantError('queue_refused', `REDIS_URL: ${refusal}.`, { cause });
    if (mayBeAway) return;
    const { code = '', message } = (broken ?? cause) as { code?: string; message: string };
    const why =
      networkFault(code, message, `${hostname}:${port || 6379}`) ??
      'the server at this address does not answer as Redis does';
    throw new RadiantError('queue_unreachable', `REDIS_URL: ${why}.`, { cause });
  } finally {
    client.disconnect();
  }
}

const REFUSALS: [RegExp, string][] = [
  [
    /WRONGPASS|invalid password|invalid username/i,
    'Redis does not accept the login and password. Correct them',
  ],
  [/NOAUTH/, 'Redis requires a password. Write redis://:password@host:port'],
  [
    /NOPERM/,
    'the login may not run commands that BullMQ needs. Allow it all commands and keys (ACL SETUSER … ~* &* +@all)',
  ],
  [
    /DB index|invalid DB/i,
    'Redis has fewer databases than the number in its path. Choose a lower number, or raise "databases"',
  ],
  [/SELECT is not allowed/i, 'a Redis cluster has only database 0. End the URL with its port'],
];

/** @throws RadiantError `queue_evicts` if Redis is configured to evict keys, which would delete jobs */
function refuseEviction(memory: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return;
  throw new RadiantError(
    'queue_evicts',
    `REDIS_URL: Redis may evict jobs, since its maxmemory-policy is ${policy}. Set "maxmemory-policy noeviction" in its ` +
      'configuration (CONFIG SET maxmemory-policy noeviction, or the parameter group of a managed Redis).',
  );
}
