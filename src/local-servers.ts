/** What `start` and `demo` bring up when the environment names none: servers, schema, stand-in and the first key. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { startPostgres } from './embedded/postgres.js';
import { startRedis } from './embedded/redis.js';
import { startStandInProcess } from './embedded/standin.js';
import { ensureDatabase, migrate } from './store/db/migrate.js';
import { bootstrap, replaceFirstKey, callerOf } from './store/people/identity.js';
import type { Ledger } from './store/db/ledger.js';

export interface LocalServers {
  databaseUrl: string;
  redisUrl: string | undefined;
  /** Whether the database was brought up here, and is nobody else's. */
  own: boolean;
  /** Where the queue lives when there is no Redis. */
  queueUrl: string | undefined;
  /** Where AWS is, if it is a stand-in. */
  standInUrl: string | undefined;
  /** Resolves with its name when one of our own servers ends although nobody asked it to. */
  died: Promise<string>;
  stop(): Promise<void>;
}

interface Server {
  stop(): Promise<void>;
  died?: Promise<void>;
}

/** @param say one line for a person about each thing brought up */
export async function startLocalServers(config: Config, say: (line: string) => void): Promise<LocalServers> {
  const servers: Server[] = [];
  let told: (name: string) => void = () => {};
  const died = new Promise<string>((resolve) => {
    told = resolve;
  });
  const stop = async () => {
    for (const server of servers.splice(0).reverse()) await server.stop();
  };
  try {
    mkdirSync(config.dataDir, { recursive: true });
    const database = config.databaseUrl
      ? { ownerUrl: config.ownerUrl, loginUrl: config.databaseUrl }
      : await embeddedDatabase(config, servers, say);
    if (database.ownerUrl) {
      const done = await migrate(database.ownerUrl, database.loginUrl);
      if (done.length > 0) say(`schema    ${done.length} migration(s) applied`);
    }
    const named = config.redisUrl ?? config.queueUrl;
    const redisUrl = named ? config.redisUrl : await embeddedRedis(config, servers, say);
    let standInUrl: string | undefined;
    if (config.standIn) {
      const standIn = await startStandInProcess(config.standInSpeed);
      servers.push(standIn);
      standInUrl = standIn.url;
      say(
        `AWS       a stand-in at ${standIn.url}, ${speedOf(config)}: no account, no GPU, no real prediction`,
      );
    }
    for (const server of servers) void server.died?.then(() => told('A server that Radiant had brought up'));
    return {
      databaseUrl: database.loginUrl,
      own: config.databaseUrl === undefined,
      died,
      redisUrl,
      standInUrl,
      queueUrl: redisUrl ? undefined : (config.queueUrl ?? database.ownerUrl),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const speedOf = ({ standInSpeed }: Config) =>
  standInSpeed === 'instant' ? 'answering at once' : `its clock ${standInSpeed} times as fast as life`;

async function embeddedDatabase(
  config: Config,
  servers: Server[],
  say: (line: string) => void,
): Promise<{ ownerUrl: string; loginUrl: string }> {
  const postgres = await startPostgres({ dataDir: config.dataDir, sudoUid: config.sudoUid });
  servers.push(postgres);
  const ownerUrl = await ensureDatabase(postgres.url, 'radiant');
  const login = new URL(ownerUrl);
  login.username = 'radiant_app';
  login.password = keptSecret(join(config.dataDir, 'app.password'));
  say(`database  PostgreSQL of its own in ${config.dataDir}${postgres.adopted ? ' (found running)' : ''}`);
  return { ownerUrl, loginUrl: login.href };
}

async function embeddedRedis(
  config: Config,
  servers: Server[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const redis = await startRedis({ dataDir: config.dataDir, path: config.path });
  if (redis) servers.push(redis);
  say(
    redis
      ? `queue     Redis of its own in ${config.dataDir}`
      : 'queue     in PostgreSQL: there is no redis-server or valkey-server on PATH, and REDIS_URL is not set',
  );
  return redis?.url;
}

/** A secret made once and kept for its owner only. */
function keptSecret(file: string): string {
  if (!existsSync(file))
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

/**
 * The first administrator's key: made and printed at the first start, kept in a file for its owner only. Where keys
 * exist already none is made, unless the database is our own and its owner has lost the file.
 */
export async function firstKey(
  ledger: Ledger,
  { dataDir, own, say }: { dataDir: string; own: boolean; say: (line: string) => void },
): Promise<string | undefined> {
  const file = join(dataDir, 'admin.key');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (kept && (await callerOf(ledger, kept))) return kept;
  const key = (await bootstrap(ledger)) ?? (own && !kept ? await replaceFirstKey(ledger) : null);
  if (key === null) {
    say(
      `key       the database has its keys already; ${kept ? `the one in ${file} is not valid any more` : 'none is made'}`,
    );
    return undefined;
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  say(`key       ${key} (shown once; kept in ${file})`);
  return key;
}
