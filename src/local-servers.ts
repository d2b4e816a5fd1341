/** What `start` and `demo` start locally where the environment configures none: servers, schema, stand-in and the first key. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { RadiantError } from './core/errors.js';
import { runningPostgres, startPostgres } from './embedded/postgres.js';
import { startRedis } from './embedded/redis.js';
import { startStandInProcess } from './embedded/standin.js';
import { ensureDatabase, migrate } from './store/db/migrate.js';
import { bootstrap, replaceFirstKey, callerOf } from './store/people/identity.js';
import { openLedger, type Ledger } from './store/db/ledger.js';
import { forgetInvocations } from './store/scheduling/leases.js';

export interface LocalServers {
  databaseUrl: string;
  /** May change the schema; undefined where the environment names a database without its owner. */
  ownerUrl: string | undefined;
  redisUrl: string | undefined;
  /** Whether the database was started here, and is used by no other program. */
  own: boolean;
  /** The address of the queue if there is no Redis. */
  queueUrl: string | undefined;
  /** The address of the stand-in, if one was started. */
  standInUrl: string | undefined;
  /** Resolves with a server's name when one of our own servers ends unexpectedly. */
  died: Promise<string>;
  stop(): Promise<void>;
}

/** In a server of our own. */
const DATABASE = 'radiant';

interface Server {
  stop(): Promise<void>;
  died?: Promise<void>;
}

/** @param say called with one line of text for each thing started */
export async function startLocalServers(config: Config, say: (line: string) => void): Promise<LocalServers> {
  const servers: Server[] = [];
  let reportDeath: (name: string) => void = () => {};
  const died = new Promise<string>((resolve) => {
    reportDeath = resolve;
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
        `AWS       a stand-in at ${standIn.url}, ${speedOf(config)}: no AWS account, no GPU, no real predictions`,
      );
    }
    if (standInUrl && !config.databaseUrl) await afterFreshStandIn(database.loginUrl);
    for (const server of servers)
      void server.died?.then(() => reportDeath('A server that Radiant had started'));
    return {
      databaseUrl: database.loginUrl,
      ownerUrl: database.ownerUrl,
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

/** Forgets unfinished invocations: a restarted stand-in has lost them, so nothing waits for their results. */
async function afterFreshStandIn(databaseUrl: string): Promise<void> {
  const ledger = openLedger(databaseUrl, { max: 1 });
  try {
    await forgetInvocations(ledger);
  } finally {
    await ledger.stop();
  }
}

const speedOf = ({ standInSpeed }: Config) =>
  standInSpeed === 'instant' ? 'it answers at once' : `its clock runs ${standInSpeed} times as fast`;

async function embeddedDatabase(
  config: Config,
  servers: Server[],
  say: (line: string) => void,
): Promise<{ ownerUrl: string; loginUrl: string }> {
  const postgres = await startPostgres({ dataDir: config.dataDir, sudoUid: config.sudoUid });
  servers.push(postgres);
  const ownerUrl = await ensureDatabase(postgres.url, DATABASE);
  say(`database  own PostgreSQL in ${config.dataDir}${postgres.adopted ? ' (already running)' : ''}`);
  return { ownerUrl, loginUrl: loginTo(ownerUrl, config) };
}

function loginTo(ownerUrl: string, { dataDir }: Config): string {
  const login = new URL(ownerUrl);
  login.username = 'radiant_app';
  login.password = keptSecret(join(dataDir, 'app.password'));
  return login.href;
}

/**
 * The URL of the database, with the login of the services.
 *
 * @throws RadiantError `no_database` where the environment names none and none runs in the data directory
 */
export function ledgerUrl(config: Config): string {
  if (config.databaseUrl) return config.databaseUrl;
  const server = runningPostgres(config.dataDir);
  if (server) return loginTo(Object.assign(new URL(server), { pathname: `/${DATABASE}` }).href, config);
  throw new RadiantError(
    'no_database',
    `No database runs in ${config.dataDir}: start Radiant, or name one by DATABASE_URL or RADIANT_DATA_DIR.`,
  );
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
      ? `queue     own Redis in ${config.dataDir}`
      : 'queue     in PostgreSQL, since PATH has no redis-server or valkey-server, and REDIS_URL is not set',
  );
  return redis?.url;
}

/** A secret that is created once and readable by its owner only. */
function keptSecret(file: string): string {
  if (!existsSync(file))
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

/**
 * The key of the first administrator: created and printed at the first start, and kept in a file readable by its owner
 * only. If the database already has keys, none is created, unless the database is our own and the file is lost.
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
      `key       the database already has keys; ${kept ? `the one in ${file} is no longer valid` : 'none is created'}`,
    );
    return undefined;
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  say(`key       ${key} (shown once; stored in ${file})`);
  return key;
}
