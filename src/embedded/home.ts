/** The directory of PostgreSQL, which its user must be able to reach. */
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { failureOf, type Account } from './account.js';

/**
 * Finds or creates `home` inside `dataDir` and gives it to `account`. If the account cannot enter the directories above
 * (such as root's own), `home` is a link to a directory in /var/lib. Returns the real path.
 */
export async function openHome(
  dataDir: string,
  home: string,
  account: Account,
  onLine: (line: string) => void,
): Promise<string> {
  if (!existsSync(home)) {
    rmSync(home, { force: true }); // a link whose directory was removed
    const above = realpathSync(dataDir);
    if (account.uid !== undefined && (await canEnter(account, dirname(above)))) {
      chmodSync(above, statSync(above).mode | 0o001); // we own it: others may enter, but not list it
    }
    if (await canEnter(account, above)) mkdirSync(home, { mode: 0o700 });
    else {
      // Not /var/tmp, which is cleaned by age and writable by everyone.
      const elsewhere = mkdtempSync('/var/lib/radiant-');
      symlinkSync(elsewhere, home);
      onLine(
        `PostgreSQL cannot run as root and its user cannot enter ${above}, so the database is in ${elsewhere}`,
      );
    }
  }
  const real = realpathSync(home);
  chmodSync(real, 0o700);
  giveTo(account, real);
  if (!(await canEnter(account, real))) {
    throw new Error(
      `PostgreSQL runs as user ${account.uid}, which cannot enter ${real}. Open the directories above it (chmod o+x) or set DATABASE_URL`,
    );
  }
  return real;
}

/** Makes the account the owner of a path and everything below it, unless it is already. */
export function giveTo({ uid, gid }: Account, path: string): void {
  if (uid === undefined || gid === undefined || statSync(path).uid === uid) return;
  const below = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of [...below, '']) lchownSync(join(path, name), uid, gid);
}

async function canEnter(account: Account, dir: string): Promise<boolean> {
  return !(await failureOf(account, '/bin/sh', '-c', 'cd "$1"', 'sh', dir));
}
