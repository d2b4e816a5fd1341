/** Metrics for Prometheus. Labels come from small, fixed sets: never the id of an execution, a tenant or a key. */
import type { RequestHandler } from 'express';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Decimal } from '../../core/json/decimal.js';
import { EXECUTION_MOVES, HEAT_MOVES, isTerminal } from '../../core/status.js';
import { readHeat, type HeatRow } from '../../store/thermal/heat.js';
import { readOutage } from '../../store/storage-outages.js';
import { listOrphans } from '../../store/thermal/orphans.js';
import type { Infrastructure } from '../../infrastructure.js';
import { countLive } from '../../store/executions/executions.js';

export interface Metrics {
  observe: RequestHandler;
  mediaType: string;
  read(): Promise<string>;
}

/** Reads are shared by all callers, since they are expensive. */
const FRESH_MS = 1_000;
const LIVE = Object.keys(EXECUTION_MOVES).filter((status) => !isTerminal('execution', status));

export function openMetrics({ ledger, sender, log }: Infrastructure): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // The lag of the event loop is sampled by a timer. A shorter one costs half a percent of a core, also when idle.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const durations = new Histogram({
    name: 'radiant_http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    fill: (gauge: Gauge<L>) => Promise<void>,
  ) =>
    new Gauge<L>({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        // A metric that cannot be read now is left out; the others are still returned.
        await fill(this).catch((error: unknown) => log.error('metrics.incomplete', error, { metric: name }));
      },
    });
  gauge('radiant_executions', 'Live executions', ['status'], async (gauge) => {
    for (const status of LIVE) gauge.set({ status }, 0);
    for (const { status, count } of await countLive(ledger)) gauge.set({ status }, count);
  });
  gauge('radiant_queue_jobs', 'Messages in the queues', ['queue', 'state'], async (gauge) => {
    for (const { queue, ...counts } of await sender.counts()) {
      for (const [state, count] of Object.entries(counts)) gauge.set({ queue, state }, count);
    }
  });
  // All metrics of one scrape share one read.
  let rows: Promise<HeatRow[]> | undefined;
  const heat = () => (rows ??= readHeat(ledger));
  gauge('radiant_model_slots', 'Slots of each model', ['model', 'state'], async (gauge) => {
    for (const { modelId, slots, slotsTaken } of await heat()) {
      gauge.set({ model: modelId, state: 'taken' }, slotsTaken);
      gauge.set({ model: modelId, state: 'free' }, Math.max(0, slots - slotsTaken));
    }
  });
  gauge(
    'radiant_model_heat',
    'Thermal state of each model: 1 for the current one',
    ['model', 'heat'],
    async (gauge) => {
      for (const row of await heat())
        for (const one of Object.keys(HEAT_MOVES))
          gauge.set({ model: row.modelId, heat: one }, Number(one === row.heat));
    },
  );
  gauge(
    'radiant_model_usd_per_hour',
    'Current instance costs of each model, in USD per hour',
    ['model'],
    async (gauge) => {
      for (const { modelId, hourlyRate, billedInstances } of await heat())
        gauge.set({ model: modelId }, new Decimal(hourlyRate).times(billedInstances).toNumber());
    },
  );
  gauge(
    'radiant_model_last_look_seconds',
    'Seconds since the thermal service last observed a model',
    ['model'],
    async (gauge) => {
      for (const { modelId, observedAt, now } of await heat())
        if (observedAt) gauge.set({ model: modelId }, (now.getTime() - observedAt.getTime()) / 1000);
    },
  );
  gauge('radiant_orphans', 'Endpoints at the provider that belong to no model', [], async (gauge) => {
    gauge.set((await listOrphans(ledger)).length);
  });

  gauge(
    'radiant_storage_up',
    '1 if every process can write files and large results, else 0',
    [],
    async (gauge) => {
      gauge.set(Number((await readOutage(ledger)).since === null));
    },
  );

  let latest: { at: number; text: Promise<string> } | undefined;
  return {
    mediaType: registry.contentType,
    read() {
      if (!latest || Date.now() - latest.at > FRESH_MS) {
        rows = undefined;
        latest = { at: Date.now(), text: registry.metrics() };
      }
      return latest.text;
    },
    observe(req, res, next) {
      const end = durations.startTimer();
      res.once('finish', () => {
        const { path } = (req.route ?? {}) as { path?: string };
        end({ method: req.method, route: path ? req.baseUrl + path : 'none', status: res.statusCode });
      });
      next();
    },
  };
}
