/** The route table, and the app that is built from it, for tests of the contract. */
import type express from 'express';
import { openAuth } from '../../src/api/http/auth.js';
import { openBoard } from '../../src/api/pages/bull-board.js';
import { makeLimits } from '../../src/api/http/limits.js';
import { openMetrics } from '../../src/api/operations/metrics.js';
import { allRoutes } from '../../src/api/routes.js';
import { lostPage } from '../../src/api/pages/dashboard.js';
import { buildServer } from '../../src/api/server.js';
import { openStreamWatchers } from '../../src/api/events/stream-watchers.js';
import { diskBlobs } from '../../src/blobs/disk.js';
import { connectQueue } from '../../src/queue/connect.js';
import { makeSender } from '../../src/queue/send.js';
import { listen } from '../../src/store/db/notifications.js';
import { openAdmission } from '../../src/store/executions/admission.js';
import { openModels } from '../../src/store/models/models.js';
import { makeEndpoints } from '../../src/endpoints/index.js';
import { openWorkflows } from '../../src/store/workflows/versions.js';
import type { Route } from '../../src/api/http/route.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

export interface ApiHarness {
  system: TestSystem;
  routes: Route[];
  build: (routes: readonly Route[]) => express.Express;
  stop(): Promise<void>;
}

export async function openApiHarness(): Promise<ApiHarness> {
  const system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  const { config, ledger, servers } = system;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const events = await listen(servers.databaseUrl, () => {});
  const queue = await connectQueue({
    redisUrl: servers.redisUrl,
    postgresUrl: servers.queueUrl,
    prefix: config.queuePrefix,
    onError: () => {},
  });
  const models = openModels(ledger, events);
  const workflows = openWorkflows(ledger, events);
  const infrastructure = {
    config,
    log,
    ledger,
    engine: ledger,
    process: 'test',
    storage: { isUp: () => true },
    events,
    queue,
    models,
    admission: openAdmission({ ledger, models, workflows, timeScale: 1 }),
    workflows,
    sender: makeSender(queue),
    blobs: diskBlobs(config.dataDir),
    endpoints: makeEndpoints({ s3Bucket: config.s3Bucket, region: 'us-east-1' }),
  };
  const metrics = openMetrics(infrastructure);
  const board = await openBoard(infrastructure);
  const close: (() => unknown)[] = [
    () => board.stop(),
    () => queue.close(),
    () => events.stop(),
    () => infrastructure.endpoints.stop(),
  ];
  const routes = allRoutes(infrastructure, { board, metrics, watches: openStreamWatchers(events) });
  const build = (table: readonly Route[]): express.Express =>
    buildServer({
      routes: table,
      auth: openAuth(ledger, config.authTtlMs),
      limits: makeLimits(100),
      log,
      observe: metrics.observe,
      lost: lostPage(infrastructure),
    });
  return {
    system,
    routes,
    build,
    async stop() {
      for (const end of close) await end();
      await system.stop();
    },
  };
}
