/** The user that runs PostgreSQL, which refuses to run as root. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';

/** Spawn options that run a child as this user; empty if we are an ordinary user ourselves. */
export interface Account {
  uid?: number;
  gid?: number;
}

const run = promisify(execFile);

/**
 * As root: the owner of `home` if it exists, else the user behind sudo, else the first of postgres, node and nobody. The
 * user must be listed in /etc/passwd, where initdb looks. Throws if there is none.
 */
export function accountFor(home: string, sudoUid: string | undefined): Account {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid }) => uid !== 0);
  const owner = statSync(home, { throwIfNoEntry: false })?.uid;
  const user =
    users.find(({ uid }) => uid === owner) ??
    users.find(({ uid }) => String(uid) === sudoUid) ??
    ['postgres', 'node', 'nobody'].map((wanted) => users.find(({ name }) => name === wanted)).find(Boolean);
  if (!user) {
    throw new Error(
      'PostgreSQL does not run as root, and /etc/passwd has none of postgres, node, nobody. Run Radiant as an ordinary user or set DATABASE_URL',
    );
  }
  return { uid: user.uid, gid: user.gid };
}

/** Runs a program to its end as that user. The error contains the reason of a failure. */
export async function failureOf(
  account: Account,
  command: string,
  ...args: string[]
): Promise<string | undefined> {
  try {
    await run(command, args, { ...account, cwd: '/', env: { LC_ALL: 'C' } });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}
