/** Services as processes of their own, as in production, which a test can kill without warning. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Service } from '../../src/config.js';
import type { TestSystem } from './system.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface ServiceProcess {
  pid: number;
  /** Its log so far. */
  lines: string[];
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits until it has ended by itself. */
  stop(): Promise<number | null>;
  /** SIGSTOP and SIGCONT: pauses the process without ending it. */
  freeze(): void;
  thaw(): void;
}

/** Starts `radiant start --services …` and waits until it reports that it has started. */
export async function startServices(
  system: TestSystem,
  services: Service[],
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const child: ChildProcess = system.adopt(
    spawn(process.execPath, [MAIN, 'start', '--services', services.join(',')], {
      env: { ...system.env, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stderr as NodeJS.ReadableStream).on('line', (line) => {
      lines.push(line);
      if (line.includes('system.started')) resolve();
    });
    void ended.then((code) =>
      reject(new Error(`The services ended with code ${code}:\n${lines.join('\n')}`)),
    );
  });
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    pid: child.pid as number,
    lines,
    async kill() {
      signal('SIGKILL');
      await ended;
    },
    stop() {
      signal('SIGTERM');
      return ended;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}
