/** The server's process, replaced at each save. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Orders } from './serve.js';

const PROGRAM = fileURLToPath(new URL('serve.ts', import.meta.url));
const EXEC_ARGV = ['--import', import.meta.resolve('tsx'), '--enable-source-maps'];
/** Far more than a stop takes. */
const STOP_MS = 10_000;

export interface Server {
  /** Replaces the process, once for saves that come together. */
  restart(): void;
  /** Waits while a start is under way; answers whether it runs. */
  isUp(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starts it at the first `restart`. What the process writes is seen in the terminal, and why it did not start as well. */
export function makeServer(orders: Orders, say: (line: string) => void): Server {
  /** Has loaded the packages, and waits for the next save. */
  let spare = launch();
  let running: ChildProcess | undefined;
  let starting: ChildProcess | undefined;
  let wanted = false;
  let turn: Promise<void> | undefined;

  async function replace(): Promise<void> {
    const begun = performance.now();
    const next = spare;
    starting = next;
    const ended = once(next, 'exit');
    const last = running;
    running = undefined;
    await end(last);
    if (next.connected) next.send(orders);
    const started = await Promise.race([once(next, 'message').then(() => true), ended.then(() => false)]);
    starting = undefined;
    spare = launch();
    if (started) {
      running = next;
      say(`server    started in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
      next.once('exit', (code, signal) => {
        if (running !== next) return;
        running = undefined;
        tellEnd(code, signal);
      });
    } else if (!wanted) tellEnd(next.exitCode, next.signalCode);
  }

  const tellEnd = (code: number | null, signal: string | null) =>
    say(`server    ended (${signal ?? `code ${code}`}): the next save starts it again`);

  async function work(): Promise<void> {
    while (wanted) {
      wanted = false;
      await replace();
    }
    turn = undefined;
  }

  return {
    restart() {
      wanted = true;
      starting?.kill('SIGKILL'); // it would start what is out of date already
      turn ??= work();
    },
    async isUp() {
      await turn;
      return running !== undefined;
    },
    async stop() {
      wanted = false;
      starting?.kill('SIGKILL');
      await turn;
      const last = running;
      running = undefined;
      spare.kill('SIGKILL');
      await end(last);
    },
  };
}

const launch = () => fork(PROGRAM, { execArgv: EXEC_ARGV, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

/** Lets go of it, and waits until it has stopped. */
async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(timer);
}
