/** Probes for machines: liveness, readiness and metrics. */
import { z } from 'zod';
import type { Infrastructure } from '../../infrastructure.js';
import { readOutage } from '../../store/storage-outages.js';
import type { Metrics } from './metrics.js';
import { route, type Route } from '../http/route.js';

export const probeRoutes = ({ ledger, queue, storage, log }: Infrastructure, metrics: Metrics): Route[] => [
  route({
    method: 'get',
    path: '/healthz',
    operation: 'getHealth',
    roles: 'public',
    summary: 'Check that this process is alive',
    status: 200,
    response: z.strictObject({ status: z.literal('alive') }),
    handle: () => ({ body: { status: 'alive' } }),
  }),
  route({
    method: 'get',
    path: '/readyz',
    operation: 'getReadiness',
    roles: 'public',
    summary:
      'Check that executions can be accepted: PostgreSQL responds and has the schema (503 if not); the queue and the storage of results may be down',
    status: 200,
    response: z.strictObject({
      status: z.enum(['ready', 'not_ready']),
      queue: z.enum(['up', 'down']),
      storage: z.enum(['up', 'down']),
    }),
    handle: async () => {
      const asked = ledger.query('select from workflow_executions limit 1').then(() => readOutage(ledger));
      const outage = await asked.catch((error: unknown) => {
        log.error('api.not_ready', error);
        return null;
      });
      const up = outage !== null;
      const body = {
        status: up ? 'ready' : 'not_ready',
        queue: queue.ready() ? 'up' : 'down',
        storage: outage?.since === null && storage.isUp() ? 'up' : 'down',
      };
      return { status: up ? 200 : 503, body };
    },
  }),
  route({
    method: 'get',
    path: '/metrics',
    operation: 'getMetrics',
    roles: 'public',
    summary: 'Read metrics for Prometheus',
    status: 200,
    response: 'text/plain',
    handle: async () => ({ headers: { 'Content-Type': metrics.mediaType }, body: await metrics.read() }),
  }),
];
