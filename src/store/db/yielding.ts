/** Runs long work in parts and yields to the event loop between them. */
import { setImmediate as turn } from 'node:timers/promises';

const TURN_MS = 20;

export async function inChunks<T>(work: Iterator<unknown, T>): Promise<T> {
  for (;;) {
    const ends = performance.now() + TURN_MS;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < ends);
    await turn();
  }
}
