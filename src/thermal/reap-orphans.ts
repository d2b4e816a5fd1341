/** Reaps orphans: endpoints at the provider that belong to no model are shown with their cost, and turned off after a grace period. */
import type { Config } from '../config.js';
import { usd } from '../core/money/money.js';
import type { ModelConfig } from '../core/models/model.js';
import type { Listed } from '../endpoints/driver.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { Models } from '../store/models/models.js';
import { endMaintenance, replaceOrphans, noteDiscard, takeMaintenance } from '../store/thermal/orphans.js';
import { brakesHeld } from '../store/thermal/pins.js';
import type { Ledger } from '../store/db/ledger.js';
import { Decimal } from '../core/json/decimal.js';

/** If a service dies during the task, others take over after this. */
const LEASE_MS = 120_000;

export function makeReapOrphans({
  owner,
  config,
  ledger,
  models,
  endpoints,
  log,
}: {
  owner: string;
  config: Config;
  ledger: Ledger;
  models: Models;
  endpoints: Endpoints;
  log: Log;
}): () => Promise<void> {
  async function reap(): Promise<void> {
    const listed = await endpoints.list();
    // Read from the ledger, after the list: a model's row exists before its endpoint, so no owned endpoint looks orphaned.
    const owners = await models.list({ includeDisabled: true });
    const owned = new Set(owners.flatMap((model) => endpoints.ownedBy(model)).map(lower));
    const orphans = listed.filter(({ name }) => !owned.has(lower(name)));
    const due = await replaceOrphans(
      ledger,
      orphans.map((orphan) => ({ ...orphan, hourlyUsd: priceOf(orphan, owners) })),
      config.orphanGraceMs,
    );
    if ((await brakesHeld(ledger)).some(({ name }) => name === 'scaleIn')) return;
    for (const { name, hourlyUsd } of due) {
      try {
        const asked = await endpoints.discard(name);
        log.warn('thermal.orphan_discarded', { endpoint: name, usdPerHour: hourlyUsd, asked });
        await noteDiscard(ledger, name, null);
      } catch (error) {
        log.error('thermal.orphan_not_discarded', error, { endpoint: name });
        await noteDiscard(ledger, name, (error as Error).message);
      }
    }
  }

  return async () => {
    if (!(await takeMaintenance(ledger, 'reap', owner, { everyMs: config.reapMs, leaseMs: LEASE_MS })))
      return;
    try {
      await reap();
    } finally {
      await endMaintenance(ledger, 'reap', owner);
    }
  };
}

/** The provider ignores the case of names. */
const lower = (name: string): string => name.toLowerCase();

/** The price of a model on the same instances; the highest, if they differ. */
function priceOf({ instanceType, instances }: Listed, models: readonly ModelConfig[]): string | null {
  const rates = models
    .filter(({ deployment }) => instanceType !== null && deployment.instanceType === instanceType)
    .map(({ pricing }) => new Decimal(pricing.hourlyRate));
  const [first, ...others] = rates;
  if (!first) return null;
  return usd(others.reduce((most, rate) => (rate.gt(most) ? rate : most), first).times(instances));
}
