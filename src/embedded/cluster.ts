/** One PostgreSQL data directory: its creation, and the process that runs it. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { birthOf, commandOf, lifeOf, type Life } from './process-identity.js';
import { giveTo } from './home.js';
import { postGuard } from './guard.js';

/** The superuser of every database created here. */
export const superuser = 'radiant';

/** Creates the cluster in `home` once. Returns the superuser's password. Throws for a cluster of another major version. */
export async function openCluster(home: string, binaries: Binaries, account: Account): Promise<string> {
  const cluster = clusterIn(home);
  const passwordFile = join(home, 'password');
  if (!existsSync(cluster)) {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    giveTo(account, passwordFile);
    await initialise(home, cluster, passwordFile, binaries, account);
  }
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made !== binaries.major) {
    throw new Error(
      `The database in ${cluster} was created by PostgreSQL ${made}, and Radiant has version ${binaries.major}. Set DATABASE_URL to a server that runs ${made}, or move the directory away to start with an empty database`,
    );
  }
  return readFileSync(passwordFile, 'utf8');
}

export function clusterIn(home: string): string {
  return join(home, 'cluster');
}

/** Works in a draft that is renamed when complete, so a killed initdb leaves nothing that looks like a cluster. */
async function initialise(
  home: string,
  cluster: string,
  passwordFile: string,
  { initdb }: Binaries,
  account: Account,
): Promise<void> {
  const draft = `${cluster}.draft`;
  rmSync(draft, { recursive: true, force: true, maxRetries: 10 });
  const args = ['-D', draft, '-U', superuser, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'];
  const making = promisify(execFile)(initdb, [...args, '-E', 'UTF8', '--locale=C', '-k'], {
    ...account,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  const { pid } = making.child;
  const guard = pid && postGuard(lifeOf(pid), join(home, 'guard'));
  try {
    await making;
  } finally {
    if (guard) guard.dismiss();
  }
  renameSync(draft, cluster);
}

/** The postmaster that runs the cluster now, if any. Zombies and unrelated processes with its pid do not count. */
export function runningPostmaster(cluster: string): (Life & { port: number; isReady: boolean }) | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [number, , , port, , , , status] = readFileSync(file, 'utf8').split('\n');
  const pid = Number(number);
  const birth = birthOf(pid);
  if (birth === undefined || !commandOf(pid).includes(cluster)) return undefined;
  return { pid, birth, port: Number(port), isReady: status?.trim() === 'ready' };
}

/**
 * Lets PostgreSQL start although an unrelated process or a zombie has the pid in `postmaster.pid` now. The file is kept,
 * with our pid: PostgreSQL ignores that of its parent, and still checks that the old shared memory is free.
 */
export function disownPostmaster(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)));
}
