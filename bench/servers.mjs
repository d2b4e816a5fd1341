/** PostgreSQL and Redis of a benchmark's own, in a temporary folder. All of it is gone at the end, also after Ctrl-C. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { setupOrExit } from '../scripts/setup.mjs';
import { say } from './report.mjs';

/** Of the built product: it starts its own servers in the same way. */
const embedded = (name) => import(new URL(`../dist/embedded/${name}.js`, import.meta.url).href);

/**
 * Builds what is stale, starts the servers, and ends them when `work` has ended. `own` takes a promise of `{ stop }`: whatever it
 * starts is stopped as well, the last one first. `freshDatabase` returns the owner's URL of an empty database, and empties Redis.
 */
export async function withServers(work) {
  await setupOrExit();
  const folder = mkdtempSync(join(tmpdir(), 'radiant-bench-'));
  const owned = [];
  const own = (starting) => {
    owned.push(starting); // at once: it may be interrupted before it has started
    return starting;
  };
  let ending;
  const end = () => (ending ??= endAll(owned, folder));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => void end().then(() => process.exit(130)));
  try {
    say('starting PostgreSQL and Redis');
    const { startPostgres } = await embedded('postgres');
    const { startRedis } = await embedded('redis');
    const postgres = await own(startPostgres({ dataDir: folder, sudoUid: process.env.SUDO_UID, settings }));
    const redis = await own(startRedis({ dataDir: folder, path: process.env.PATH ?? '' }));
    if (!redis) throw new Error('The benchmarks need redis-server or valkey-server on the PATH.');
    const queue = await own(connectRedis(redis.url));
    const admin = await own(connectPostgres(postgres.url));
    let databases = 0;
    await work({
      folder,
      own,
      admin,
      queue,
      redisUrl: redis.url,
      async freshDatabase() {
        await queue.flushall();
        if (databases > 0) await admin.query(`drop database bench_${databases} with (force)`);
        databases += 1;
        await admin.query(`create database bench_${databases}`);
        return Object.assign(new URL(postgres.url), { pathname: `/bench_${databases}` }).href;
      },
    });
  } catch (error) {
    // After Ctrl-C everything fails that was under way.
    if (!ending) throw error;
  } finally {
    await end();
  }
}

/** As the product starts it, with fsync; beyond that it counts calls, and no checkpoint falls into a measurement. */
const settings = ['shared_preload_libraries=pg_stat_statements', 'max_wal_size=8GB', 'checkpoint_timeout=1h'];

async function endAll(owned, folder) {
  for (const starting of owned.toReversed()) {
    try {
      await (await starting)?.stop();
    } catch (error) {
      say(error.message);
    }
  }
  // PostgreSQL's data may be elsewhere, where its user could not enter the folder.
  for (const path of [join(folder, 'postgres'), folder])
    if (existsSync(path)) rmSync(realpathSync(path), { recursive: true, force: true });
}

async function connectRedis(url) {
  const queue = new Redis(url, { lazyConnect: true });
  queue.on('error', () => {}); // the command that fails says so
  await queue.connect();
  return Object.assign(queue, { stop: async () => queue.disconnect() });
}

/** A connection that sees Radiant's tables. */
export async function connectPostgres(url) {
  const client = new Client({ connectionString: url, options: '-c search_path=radiant,public' });
  client.on('error', () => {}); // the query that fails says so
  await client.connect();
  return Object.assign(client, { stop: () => client.end() });
}
