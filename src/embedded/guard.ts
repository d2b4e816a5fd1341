/** A server must not outlive us, however we die: a tiny shell holds the other end of a pipe and ends it for us. */
import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifeOf, lives, recall, type Life } from './process-identity.js';

// A line on stdin dismisses the guard; the end of the file means that we died. /proc proves that the number was not
// given to somebody else since. The emptied record tells the next owner that the server is on its way out, even while
// it still answers.
const watch = `trap '' HUP INT TERM
read -r _ && exit
if [ -r "/proc/$1/stat" ]; then
  read -r stat < "/proc/$1/stat"
  case $stat in *" $2 "*) ;; *) exit ;; esac
fi
true > "$3"
kill -s INT "$1"`;

/**
 * Sends SIGINT to `server` when this process ends without having dismissed the guard. The guard's own identity is
 * written to `record`, for `hasOldGuardFired`.
 */
export function postGuard(server: Life, record: string): { dismiss: () => void } {
  const guard = spawn('/bin/sh', ['-c', watch, 'guard', String(server.pid), server.birth, record], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {}); // no shell, no guard: the server then becomes an orphan that the next start adopts
  guard.stdin.on('error', () => {}); // somebody killed the guard
  if (guard.pid !== undefined) {
    writeFileSync(record, JSON.stringify(lifeOf(guard.pid)), { mode: 0o600 });
  }
  return { dismiss: () => guard.stdin.end('\n') };
}

/** Waits until the guard of a dead owner is gone too. True when it has told the server to end. */
export async function hasOldGuardFired(record: string): Promise<boolean> {
  for (;;) {
    if (statSync(record, { throwIfNoEntry: false })?.size === 0) return true;
    const guard = recall(record);
    if (!guard || !lives(guard)) return false;
    await sleep(20);
  }
}
