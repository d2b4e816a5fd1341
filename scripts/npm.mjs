/** Ends a script with the npm that runs it. */
import { readFileSync } from 'node:fs';

/**
 * A killed npm cannot tell us, and Radiant would run on unseen. Who started npm may go: `nohup npm start &` lasts
 * longer than its shell.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** Our parent and, when that is the shell npm put in between, npm itself. */
function ancestors() {
  const parent = process.ppid;
  const [shell = '', flag] = read(`/proc/${parent}/cmdline`).split('\0');
  if (!/(^|\/)(ba|da|a)?sh$/.test(shell) || flag !== '-c') return String(parent);
  const stat = read(`/proc/${parent}/stat`);
  // The command's name stands in parentheses and may hold anything; after it come the state and the parent.
  const [, grandparent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${parent} ${grandparent}`;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
