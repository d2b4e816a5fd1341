/** Ends a server when this process dies, in whatever way: a small shell holds the other end of a pipe. */
import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifeOf, lives, recall, type Life } from './process-identity.js';

// A line on stdin dismisses the guard. The end of the input means that this process died. /proc proves that the pid was
// not reused. The emptied record tells the next owner that the server is shutting down, even while it still answers.
const watch = `trap '' HUP INT TERM
read -r _ && exit
if [ -r "/proc/$1/stat" ]; then
  read -r stat < "/proc/$1/stat"
  case $stat in *" $2 "*) ;; *) exit ;; esac
fi
true > "$3"
kill -s INT "$1"`;

/**
 * Sends SIGINT to `server` if this process ends without having dismissed the guard. The guard's own identity is
 * written to `record`, for `hasOldGuardFired`.
 */
export function postGuard(server: Life, record: string): { dismiss: () => void } {
  const guard = spawn('/bin/sh', ['-c', watch, 'guard', String(server.pid), server.birth, record], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {}); // without a shell there is no guard, and the next start adopts the server
  guard.stdin.on('error', () => {}); // the guard was killed
  if (guard.pid !== undefined) {
    writeFileSync(record, JSON.stringify(lifeOf(guard.pid)), { mode: 0o600 });
  }
  return { dismiss: () => guard.stdin.end('\n') };
}

/** Waits until the guard of a dead owner has ended too. True if it has asked the server to end. */
export async function hasOldGuardFired(record: string): Promise<boolean> {
  for (;;) {
    if (statSync(record, { throwIfNoEntry: false })?.size === 0) return true;
    const guard = recall(record);
    if (!guard || !lives(guard)) return false;
    await sleep(20);
  }
}
