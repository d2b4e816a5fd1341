/** The thermal room: warms what is needed, cools what is idle, looks at every model each tick and at once when a task comes. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cellar } from '../cellar.js';
import { startLoop } from '../loop.js';
import { readHeat, releaseLeases } from '../store/thermal.js';
import { makeTick } from './tick.js';

export function startThermal({ config, log, ledger, events, models, endpoints, sender }: Cellar): {
  stop(): Promise<void>;
} {
  const owner = `${hostname().slice(0, 60)}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const tick = makeTick({ owner, config, ledger, models, endpoints, sender, log });

  const turn = async () => {
    const rows = await readHeat(ledger);
    const changing = await Promise.all(
      rows.map((row) =>
        tick(row).catch((error: unknown) => {
          log.error('thermal.tick_failed', error, { modelId: row.modelId });
          return false;
        }),
      ),
    );
    // What is on its way is looked at more often: every moment between ready and known to be ready is a waiting task.
    return changing.includes(true) ? config.thermalTickMs / 5 : config.thermalTickMs;
  };
  const loop = startLoop(turn, config.thermalTickMs, (error) => log.error('thermal.turn_failed', error));

  // A task of a cold model wakes the room at once; those that come while it looks share the next look.
  const waited = new Set<string>();
  const forget = [
    events.on(({ event, modelId }) => {
      if (modelId === undefined) return;
      if (event === 'task:ready' && !waited.has(modelId)) {
        waited.add(modelId);
        loop.wake();
      }
      if (event === 'thermal:changed' || event.startsWith('model:')) waited.delete(modelId);
    }),
    events.onGap(() => loop.wake()),
  ];
  return {
    async stop() {
      for (const stop of forget) stop();
      await loop.stop();
      await releaseLeases(ledger, owner);
    },
  };
}
