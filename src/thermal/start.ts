/** The thermal service: warms needed models, cools idle ones. Each model has its own loop, so no model waits for another. */
import { timeScaleOf } from '../config.js';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Infrastructure } from '../infrastructure.js';
import { startLoop, type Loop } from '../loop.js';
import { replacePermissions } from '../store/thermal/orphans.js';
import { modelsToReconcile, releaseLeases } from '../store/thermal/heat.js';
import { makeForecast, NO_FORECAST } from './forecast.js';
import { damped } from './damped-log.js';
import { makeReapOrphans } from './reap-orphans.js';
import { startBills } from './settle-bills.js';
import { makeReconcile } from './reconcile.js';

export function startThermal(infrastructure: Infrastructure): { stop(): Promise<void> } {
  const { config, log, ledger, events } = infrastructure;
  const owner = `${hostname().slice(0, 60)}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const everyMs = config.thermalTickMs;
  const forecastAt = config.lookAhead
    ? makeForecast({ ...infrastructure, freshMs: everyMs / 2, timeScale: timeScaleOf(config) })
    : () => Promise.resolve(NO_FORECAST);
  const reconcile = makeReconcile({ ...infrastructure, owner, forecastAt });
  const isNews = damped();

  /** By the model's primary key, since another model may reuse the name of a deleted one. */
  const loops = new Map<string, { modelId: string; loop: Loop }>();
  const looking = (modelUuid: string, modelId: string): Loop =>
    startLoop(
      // A model that changes is reconciled more often: tasks wait until its readiness is noticed.
      () => reconcile({ modelUuid, modelId }),
      everyMs,
      (error) => {
        if (isNews(modelUuid, (error as Error).message))
          log.error('thermal.reconcile_failed', error, { modelId });
      },
    );

  const roster = startLoop(
    async () => {
      const looked = new Map((await modelsToReconcile(ledger)).map((row) => [row.modelUuid, row.modelId]));
      for (const [modelUuid, modelId] of looked) {
        if (!loops.has(modelUuid)) loops.set(modelUuid, { modelId, loop: looking(modelUuid, modelId) });
      }
      for (const [modelUuid, { loop }] of loops) {
        if (looked.has(modelUuid)) continue;
        loops.delete(modelUuid);
        void loop.stop();
      }
    },
    everyMs,
    (error) => log.error('thermal.roster_failed', error),
  );
  // The reaper polls more often than it works, since the turn of another service may end at any time.
  const reaper = startLoop(
    makeReapOrphans({ ...infrastructure, owner }),
    Math.min(config.reapMs, 60_000),
    (error) => log.error('thermal.reap_failed', error),
  );
  const bills = startBills(infrastructure);
  const checking = checkPermissions(infrastructure);

  const wake = (which: (modelId: string) => boolean) => {
    for (const { modelId, loop } of loops.values()) if (which(modelId)) loop.wake();
  };
  // A task of a cold model wakes its loop at once. Tasks that arrive meanwhile share the next reconciliation.
  const waited = new Set<string>();
  const forget = [
    events.on(({ event, modelId }) => {
      if (event === 'thermal:braked') wake(() => true);
      if (!modelId) return;
      const isTask = event.startsWith('task:');
      if (isTask && (event !== 'task:ready' || waited.has(modelId))) return;
      if (event === 'model:created') roster.wake();
      if (isTask) waited.add(modelId);
      else waited.delete(modelId);
      // The event of its own recorded change must not start another reconciliation.
      if (event !== 'thermal:changed') wake((id) => id === modelId);
    }),
    events.onGap(() => {
      roster.wake();
      wake(() => true);
    }),
  ];
  return {
    async stop() {
      for (const stop of forget) stop();
      await roster.stop();
      await Promise.all([reaper, ...[...loops.values()].map(({ loop }) => loop)].map((loop) => loop.stop()));
      await bills.stop();
      await checking;
      await releaseLeases(ledger, owner);
    },
  };
}

/** Runs in the background. Missing permissions are logged once, and shown until the next start. */
async function checkPermissions({ endpoints, ledger, log }: Infrastructure): Promise<void> {
  try {
    const found = await endpoints.checkPermissions();
    await replacePermissions(ledger, found);
    const missing = found.filter(({ allowed }) => !allowed).map(({ action }) => action);
    if (missing.length > 0) {
      log.warn('thermal.permissions_missing', {
        missing,
        advice: 'Give the role of the thermal service the permissions in deploy/iam.json.',
      });
    }
  } catch (error) {
    log.error('thermal.permissions_unknown', error);
  }
}
