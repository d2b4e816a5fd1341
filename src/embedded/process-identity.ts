/** Who a process is: a number alone is no proof, because the system gives numbers out again. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told from any later one that carries its number. */
export interface Life {
  readonly pid: number;
  readonly birth: string;
}

const linux = process.platform === 'linux';

/** When the process began, in the system's own words; undefined when it does not run. A zombie does not run. */
export function birthOf(pid: number): string | undefined {
  const stat = linux ? read(`/proc/${pid}/stat`) : ps(pid, 'stat=,lstart=');
  // The command's name stands in parentheses and may hold anything; state and times come after it.
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

/** Reads a life written down by an earlier process; undefined when there is none to be read. */
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
