/** A server process that this process owns, started or adopted. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifeOf, lives, type Life } from './process-identity.js';
import { postGuard } from './guard.js';

export interface Server extends Life {
  /** Sends SIGINT and waits until the server has ended. May be called twice. */
  stop: () => Promise<void>;
  isStopping: () => boolean;
  /** Resolves if it ends unexpectedly. */
  died: Promise<void>;
}

export interface Launch {
  command: string;
  args: string[];
  /** Directory and user. Nothing of our own environment is passed on. */
  options: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid' | 'env'>;
  /** Written to its stdin, which is then closed. */
  input?: string;
  /** The log line which shows that it accepts connections. */
  ready: RegExp;
  guardRecord: string;
  /** Called as soon as it has a pid, long before it is ready. */
  onSpawn?: (life: Life) => void;
  onLine: (line: string) => void;
}

const POLL_MS = 500;

/** Takes ownership of a process that already runs. */
export function keep(life: Life, guardRecord: string): Server & { reportDeath: () => void } {
  const guard = postGuard(life, guardRecord);
  let stopped: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    if (lives(life)) process.kill(life.pid, 'SIGINT');
    guard.dismiss(); // after the signal: if we die in between, the guard only repeats it
    while (lives(life)) await sleep(20);
  };
  let reportDeath: () => void = () => {};
  const died = new Promise<void>((resolve) => {
    reportDeath = resolve;
  });
  // An adopted server is not our child, so only polling shows that it has ended.
  const watch = setInterval(() => {
    if (!stopped && lives(life)) return;
    clearInterval(watch);
    if (!stopped) reportDeath();
  }, POLL_MS).unref();
  return {
    ...life,
    died,
    reportDeath,
    stop: () => (stopped ??= end()),
    isStopping: () => stopped !== undefined,
  };
}

/** Resolves once the server is ready. Rejects with its last lines if it ends before. */
export function launch(wanted: Launch): Promise<Server> {
  const { command, args, options, input, ready, guardRecord, onSpawn, onLine } = wanted;
  const name = basename(command);
  // Detached, so that Ctrl-C reaches only us: the server must run until we have drained.
  const child = spawn(command, args, { env: {}, ...options, detached: true, stdio: 'pipe' });
  const lastLines: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    if (child.pid === undefined) return;
    const life = lifeOf(child.pid);
    onSpawn?.(life);
    const server = keep(life, guardRecord);
    const onOutput = (line: string): void => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      onLine(line);
      if (ready.test(line)) resolve(server);
    };
    createInterface({ input: child.stdout }).on('line', onOutput);
    createInterface({ input: child.stderr }).on('line', onOutput);
    child.stdin.on('error', () => {}); // it ended before it read its input: `close` reports that
    child.stdin.end(input);
    child.once('close', (code, signal) => {
      const end = `${name} ended (${signal ?? `code ${code}`})`;
      if (!server.isStopping()) {
        onLine(end);
        server.reportDeath();
      }
      void server.stop();
      reject(new Error(`${end} before it was ready:\n${lastLines.join('\n')}`));
    });
  });
}
