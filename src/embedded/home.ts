/** The directory PostgreSQL lives in: one that the user it runs as can reach. */
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
 * Finds or makes `home` inside `dataDir` and gives it to `account`. When the directories above are closed to the account
 * (such as root's own) `home` is a link to a directory of its own in /var/lib. Returns the real path.
 */
export async function openHome(
  dataDir: string,
  home: string,
  account: Account,
  onLine: (line: string) => void,
): Promise<string> {
  if (!existsSync(home)) {
    rmSync(home, { force: true }); // a link whose directory somebody removed
    const above = realpathSync(dataDir);
    if (account.uid !== undefined && (await canEnter(account, dirname(above)))) {
      chmodSync(above, statSync(above).mode | 0o001); // ours to open: others may pass through, not look
    }
    if (await canEnter(account, above)) mkdirSync(home, { mode: 0o700 });
    else {
      // Not /var/tmp: that is cleaned by age, and open to everybody.
      const elsewhere = mkdtempSync('/var/lib/radiant-');
      symlinkSync(elsewhere, home);
      onLine(
        `PostgreSQL may not be root and its user cannot enter ${above}: the database lives in ${elsewhere}`,
      );
    }
  }
  const real = realpathSync(home);
  chmodSync(real, 0o700);
  giveTo(account, real);
  if (!(await canEnter(account, real))) {
    throw new Error(
      `PostgreSQL runs as user ${account.uid}, who cannot enter ${real}: open the directories above it (chmod o+x) or set DATABASE_URL`,
    );
  }
  return real;
}

/** Makes the account the owner of a path and all below it, unless it is already. */
export function giveTo({ uid, gid }: Account, path: string): void {
  if (uid === undefined || gid === undefined || statSync(path).uid === uid) return;
  const below = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of [...below, '']) lchownSync(join(path, name), uid, gid);
}

async function canEnter(account: Account, dir: string): Promise<boolean> {
  return !(await failureOf(account, '/bin/sh', '-c', 'cd "$1"', 'sh', dir));
}
