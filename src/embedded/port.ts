/** Private ports on 127.0.0.1. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Another program may take the port before the server binds it, and the children of a killed PostgreSQL need a moment
// to release its shared memory.
const passing = /address already in use|pre-existing shared memory/i;

/** Starts a server on a free port, and retries after failures that are certain to pass. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5 || !passing.test(String(error))) throw error;
      await sleep(attempt * 200);
    }
  }
}

/** One that nothing listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
