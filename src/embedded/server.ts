/** A server process that we answer for, launched or adopted. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifeOf, lives, type Life } from './process-identity.js';
import { postGuard } from './guard.js';

export interface Server extends Life {
  /** Asks it to shut down (SIGINT) and waits until it has; may be called twice. */
  stop: () => Promise<void>;
  isStopping: () => boolean;
  /** Resolves when it ends although nobody asked it to. */
  died: Promise<void>;
}

export interface Launch {
  command: string;
  args: string[];
  /** Where and as whom; nothing of our own environment is passed on. */
  options: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid' | 'env'>;
  /** Written to its stdin, which is then closed. */
  input?: string;
  /** The line by which it says that it accepts connections. */
  ready: RegExp;
  guardRecord: string;
  /** Called as soon as it has a number, long before it is ready. */
  onSpawn?: (life: Life) => void;
  onLine: (line: string) => void;
}

const LOOK_MS = 500;

/** Answers for a process that runs already. */
export function keep(life: Life, guardRecord: string): Server & { tell: () => void } {
  const guard = postGuard(life, guardRecord);
  let stopped: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    if (lives(life)) process.kill(life.pid, 'SIGINT');
    guard.dismiss(); // after the signal: should we die in between, the guard does no more than we did
    while (lives(life)) await sleep(20);
  };
  let tell: () => void = () => {};
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  // An adopted server is nobody's child: only looking tells that it is gone.
  const watch = setInterval(() => {
    if (!stopped && lives(life)) return;
    clearInterval(watch);
    if (!stopped) tell();
  }, LOOK_MS).unref();
  return { ...life, died, tell, stop: () => (stopped ??= end()), isStopping: () => stopped !== undefined };
}

/** Resolves once the server says it is ready; rejects with its last lines when it ends before. */
export function launch(wanted: Launch): Promise<Server> {
  const { command, args, options, input, ready, guardRecord, onSpawn, onLine } = wanted;
  const name = basename(command);
  // Detached: the terminal's Ctrl-C is for us alone, the server must last until we have drained.
  const child = spawn(command, args, { env: {}, ...options, detached: true, stdio: 'pipe' });
  const lastLines: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    if (child.pid === undefined) return;
    const life = lifeOf(child.pid);
    onSpawn?.(life);
    const server = keep(life, guardRecord);
    const hear = (line: string): void => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      onLine(line);
      if (ready.test(line)) resolve(server);
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', hear);
    child.stdin.on('error', () => {}); // it ended before it read: `close` tells
    child.stdin.end(input);
    child.once('close', (code, signal) => {
      const end = `${name} ended (${signal ?? `code ${code}`})`;
      if (!server.isStopping()) {
        onLine(end);
        server.tell();
      }
      void server.stop();
      reject(new Error(`${end} before it was ready:\n${lastLines.join('\n')}`));
    });
  });
}
