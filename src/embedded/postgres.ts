/** A private PostgreSQL, started when none is configured. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor, type Account } from './account.js';
import { findBinaries } from './binaries.js';
import { claimDataDir } from './claim.js';
import { clusterIn, disownPostmaster, openCluster, runningPostmaster, superuser } from './cluster.js';
import { hasOldGuardFired } from './guard.js';
import { openHome } from './home.js';
import { onFreePort } from './port.js';
import { keep, launch, type Server } from './server.js';

export interface PostgresOptions {
  /** Created if missing. The database is in its `postgres` folder. */
  dataDir: string;
  /** The environment's SUDO_UID: when we are root, the user that runs PostgreSQL. */
  sudoUid?: string | undefined;
  /** Additional settings, such as `fsync=off` where no data needs to survive. */
  settings?: readonly string[];
  /** Receives lines of the server's log, and messages for people. */
  onLine?: (line: string) => void;
}

const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];

export interface Postgres {
  /** For the superuser `radiant`, on 127.0.0.1. */
  url: string;
  /** Resolves if the server ends unexpectedly. */
  died: Promise<void>;
  /** Whether it was already running, left behind by an owner that died. */
  adopted: boolean;
  /** Shuts the server down, rolling back open transactions, and waits. May be called twice. */
  stop: () => Promise<void>;
}

/**
 * Starts the server on a private port, or adopts one that an earlier owner left running. It ends when this process
 * ends, in whatever way. Throws if another living process owns `dataDir` or PostgreSQL cannot run here.
 */
export async function startPostgres({
  dataDir,
  sudoUid,
  settings = [],
  onLine = () => {},
}: PostgresOptions): Promise<Postgres> {
  const claim = claimDataDir(dataDir, 'postgres');
  try {
    const link = join(dataDir, 'postgres');
    const account = accountFor(link, sudoUid);
    const home = await openHome(dataDir, link, account, onLine);
    const guardRecord = join(home, 'guard');
    const binaries = await findBinaries(home, account);
    const password = await openCluster(home, binaries, account);
    const cluster = clusterIn(home);

    const orphan = await settled(cluster, await hasOldGuardFired(guardRecord));
    const { server, port } = orphan
      ? { server: keep(orphan, guardRecord), port: orphan.port }
      : await begin(binaries.postgres, cluster, account, [...SETTINGS, ...settings], guardRecord, onLine);
    return {
      url: urlOf(port, password),
      adopted: orphan !== undefined,
      died: server.died,
      stop: () => server.stop().finally(claim.release),
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** The URL of the server that runs in `dataDir` now, whichever process started it; undefined when none does. */
export function runningPostgres(dataDir: string): string | undefined {
  const link = join(dataDir, 'postgres');
  if (!existsSync(link)) return undefined;
  const home = realpathSync(link);
  const postmaster = runningPostmaster(clusterIn(home));
  if (!postmaster?.isReady) return undefined;
  return urlOf(postmaster.port, readFileSync(join(home, 'password'), 'utf8'));
}

// Explicit, since the caller's PGSSLMODE could require TLS, which this server does not have.
const urlOf = (port: number, password: string) =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;

/** The running postmaster once it is ready; undefined if there is none, or if it was shutting down. */
async function settled(cluster: string, isEnding: boolean): Promise<ReturnType<typeof runningPostmaster>> {
  for (;;) {
    const postmaster = runningPostmaster(cluster);
    if (!postmaster || (postmaster.isReady && !isEnding)) return postmaster;
    await sleep(20);
  }
}

function begin(
  command: string,
  cluster: string,
  account: Account,
  settings: readonly string[],
  guardRecord: string,
  onLine: (line: string) => void,
): Promise<{ server: Server; port: number }> {
  disownPostmaster(cluster);
  return onFreePort(async (port) => {
    const server = await launch({
      command,
      args: ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      options: { ...account, cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' } },
      ready: /ready to accept connections/,
      guardRecord,
      onLine,
    });
    return { server, port };
  });
}
