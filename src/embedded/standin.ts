/** Runs the SageMaker stand-in as a separate process, which ends when ours does. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// Run from the sources, its own are beside them, and need the same loader.
const isSource = import.meta.url.endsWith('.ts');
const path = (url: string) => fileURLToPath(new URL(url, import.meta.url));
const PROGRAM = isSource
  ? ['--import', import.meta.resolve('tsx'), path('../../standin/main.ts')]
  : [path('../standin/main.js')];

/** @param speed the speed of its clock, as a multiple of real time */
export async function startStandInProcess(
  speed: number | 'instant',
): Promise<{ url: string; died: Promise<void>; stop(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    [...PROGRAM, '--port', '0', '--speed', String(speed), '--exit-with-stdin'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Detached, so that Ctrl-C reaches only us: running work needs the stand-in while we drain.
      detached: true,
      env: {},
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { listening: string }).listening),
    );
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The stand-in ended with code ${code} before it was ready.`)),
    );
  });
  let stopping = false;
  const died = new Promise<void>((resolve) => {
    void ended.then(() => {
      if (!stopping) resolve();
      return undefined;
    });
  });
  return {
    url,
    died,
    async stop() {
      stopping = true;
      child.stdin.end();
      await ended;
    },
  };
}
