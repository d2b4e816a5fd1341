/** Set up once for the whole suite: a PostgreSQL with a migrated template, and a Redis where the machine has one. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/embedded/postgres.js';
import { launchOptions } from '../../scripts/chromium.mjs';
import { startRedis } from '../../src/embedded/redis.js';
import { ensureDatabase, migrate } from '../../src/store/db/migrate.js';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    redisUrl: string | null;
    /** Launch options for a browser; null where none can run. */
    browser: Awaited<ReturnType<typeof launchOptions>> | null;
  }
}

export const TEMPLATE = 'radiant_template';
/** Tests discard their data when this server stops, so commits need not reach a disk. */
const UNSAFE_BUT_FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
export const LOGIN = { username: 'radiant_app', password: 'for-tests' };

/**
 * In memory where Linux offers enough of it: a database has a thousand files, and creating one on a disk takes half a second. The
 * shared memory of a container is often 64 MB, which is too little.
 */
const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 1024 ** 3;

function placeForServers(): string {
  if (!existsSync(IN_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize >= ENOUGH_BYTES ? IN_MEMORY : tmpdir();
}

/** Without a browser the dashboard's tests are skipped, unless BROWSER_TESTS=required demands them. */
async function availableBrowser(): Promise<ProvidedContext['browser']> {
  try {
    return await launchOptions();
  } catch (error) {
    if (process.env.BROWSER_TESTS === 'required') throw error;
    process.stdout.write(
      `The tests of the dashboard in a browser are skipped. ${(error as Error).message}\n`,
    );
    return null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('browser', await availableBrowser());
  const dataDir = mkdtempSync(join(placeForServers(), 'radiant-suite-'));
  const postgres = await startPostgres({ dataDir, sudoUid: process.env.SUDO_UID, settings: UNSAFE_BUT_FAST });
  const redis = await startRedis({ dataDir, path: process.env.PATH ?? '' });
  const templateUrl = await ensureDatabase(postgres.url, TEMPLATE);
  await migrate(templateUrl, Object.assign(new URL(templateUrl), LOGIN).href);
  project.provide('serverUrl', postgres.url);
  project.provide('redisUrl', redis?.url ?? null);
  return async () => {
    await redis?.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
