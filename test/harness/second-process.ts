/** A second process as PostgreSQL sees it: its own pool, notifications and registry. */
import { listen, type Events, type LedgerEvent } from '../../src/store/db/notifications.js';
import { openModels, type Models } from '../../src/store/models/models.js';
import { openLedger, type Ledger } from '../../src/store/db/ledger.js';
import type { TestSystem } from './system.js';

export interface SecondProcess {
  ledger: Ledger;
  events: Events;
  models: Models;
  /** Every event so far. */
  heard: LedgerEvent[];
  stop(): Promise<void>;
}

export async function openSecondProcess({ servers: { databaseUrl } }: TestSystem): Promise<SecondProcess> {
  const ledger = openLedger(databaseUrl);
  const events = await listen(databaseUrl, () => {});
  const models = openModels(ledger, events);
  const heard: LedgerEvent[] = [];
  events.on((event) => heard.push(event));
  return {
    ledger,
    events,
    models,
    heard,
    async stop() {
      models.stop();
      await events.stop();
      await ledger.stop();
    },
  };
}
