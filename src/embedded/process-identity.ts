/** The identity of a process. A pid alone is no proof, since the system reuses pids. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, distinguished from any later one with the same pid. */
export interface Life {
  readonly pid: number;
  readonly birth: string;
}

const linux = process.platform === 'linux';

/** When the process started, in the system's format; undefined if it does not run. A zombie does not run. */
export function birthOf(pid: number): string | undefined {
  const stat = linux ? read(`/proc/${pid}/stat`) : ps(pid, 'stat=,lstart=');
  // The command's name is in parentheses and may contain anything. State and times follow it.
  const [state = 'Z', ...rest] = stat
    .slice(linux ? stat.lastIndexOf(')') + 1 : 0)
    .trim()
    .split(/\s+/);
  if (stat === '' || /^[ZX]/.test(state)) return undefined;
  return linux ? rest[18] : rest.join(' ');
}

/** The life of a process that runs now. */
export function lifeOf(pid: number): Life {
  return { pid, birth: birthOf(pid) ?? '' };
}

export function lives({ pid, birth }: Life): boolean {
  return birth !== '' && birthOf(pid) === birth;
}

/** Reads an identity that an earlier process wrote; undefined if there is none. */
export function recall(file: string): Life | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Life;
  } catch {
    return undefined;
  }
}

/** The command line of a running process, words parted by spaces; empty for a zombie or when nothing runs. */
export function commandOf(pid: number): string {
  return linux ? read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') : ps(pid, 'command=');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, columns: string): string {
  try {
    return execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}
