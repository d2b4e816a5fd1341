/** Opens the infrastructure, starts the requested services, and stops everything in reverse order. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { startApi } from './api/start.js';
import { diskBlobs } from './blobs/disk.js';
import { timeScaleOf, type Config, type Service } from './config.js';
import { makeEndpoints } from './endpoints/index.js';
import type { Log } from './log.js';
import { connectQueue } from './queue/connect.js';
import { deferredConnection } from './queue/deferred-connection.js';
import { makeSender } from './queue/send.js';
import { startScheduler } from './scheduler/start.js';
import { listen } from './store/db/notifications.js';
import { checkDatabase } from './store/db/migrate.js';
import { openAdmission } from './store/executions/admission.js';
import { openModels } from './store/models/models.js';
import { endOutage, noteOutage } from './store/storage-outages.js';
import { openLedger, type Ledger } from './store/db/ledger.js';
import { openWorkflows } from './store/workflows/versions.js';
import { startThermal } from './thermal/start.js';
import { startWorkers } from './workers/start.js';
import { s3Blobs } from './blobs/s3.js';
import { watchBlobs } from './blobs/watch.js';

export interface System {
  ledger: Ledger;
  /** The address of the api; undefined if that service does not run. */
  url: string | undefined;
  /** Waits for running work as configured. May be called twice. */
  stop(): Promise<void>;
}

export async function startSystem({
  config,
  services,
  servers,
  log,
}: {
  config: Config;
  services: readonly Service[];
  servers: { databaseUrl: string; redisUrl: string | undefined; queueUrl: string | undefined };
  log: Log;
}): Promise<System> {
  const running: { stop(): Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      for (const part of running.reverse()) {
        await part.stop().catch((error: unknown) => log.error('stop.failed', error));
      }
    })());

  try {
    await checkDatabase(servers.databaseUrl);
    const onError = (error: Error) => log.error('database.connection_lost', error);
    const max = Math.floor(config.databaseConnections / 2);
    const ledger = openLedger(servers.databaseUrl, { max, onError });
    const engine = openLedger(servers.databaseUrl, {
      max: config.databaseConnections - max,
      byIndex: true,
      onError,
    });
    running.push(ledger, engine);
    const events = await listen(servers.databaseUrl, (error) => log.error('database.events_lost', error));
    running.push(events);
    const workflows = openWorkflows(ledger, events);
    const process = `${hostname().slice(0, 60)}.${globalThis.process.pid}.${randomBytes(4).toString('hex')}`;
    const aws = { region: config.region, standInUrl: config.standInUrl };
    const place =
      config.blobs === 's3'
        ? s3Blobs({ bucket: config.s3Bucket, ...aws })
        : diskBlobs(join(config.dataDir, 'blobs'));
    const storage = watchBlobs(place, {
      log,
      report: (isUp) =>
        (isUp ? endOutage : noteOutage)(ledger, process).catch((error: unknown) =>
          log.error('storage.not_reported', error),
        ),
    });
    running.push({ stop: async () => storage.stop() });
    const report = (fact: string, error: unknown) => log.error(fact, error);
    const connecting = connectQueue({
      redisUrl: servers.redisUrl,
      postgresUrl: servers.queueUrl,
      prefix: config.queuePrefix,
      lockMs: config.leaseMs,
      onError: report,
    });
    // The api accepts executions even if the queue server is down. The other services need it.
    const deferred = deferredConnection(connecting, report);
    const queue = services.every((service) => service === 'api') ? deferred : await connecting;
    running.push({ stop: () => deferred.close() });
    const sender = makeSender(queue);
    const endpoints = makeEndpoints({
      environment: config.environment,
      s3Bucket: config.s3Bucket,
      // Calls must never wait for a socket while their deadline runs. The thermal service needs sockets too.
      maxSockets: config.workerConcurrency + 50,
      answerBytes: config.answerBytes,
      pollMs: config.pollMs,
      secrets: (reference) => config.secret(reference),
      allowPrivateHosts: config.allowPrivateHosts,
      ...aws,
      ...(config.executionRoleArn && { executionRoleArn: config.executionRoleArn }),
    });
    running.push(endpoints);
    const models = openModels(ledger, events, endpoints);
    const admission = openAdmission({ ledger, models, workflows, timeScale: timeScaleOf(config) });
    const infrastructure = {
      config,
      log,
      ledger,
      engine,
      process,
      events,
      models,
      workflows,
      admission,
      blobs: storage.blobs,
      storage,
      queue,
      sender,
      endpoints,
    };

    let url: string | undefined;
    if (services.includes('thermal')) running.push(startThermal(infrastructure));
    if (services.includes('workers')) running.push(await startWorkers(infrastructure));
    if (services.includes('scheduler')) running.push(startScheduler(infrastructure));
    if (services.includes('api')) {
      const api = await startApi(infrastructure);
      running.push(api);
      url = api.url;
    }
    log.info('system.started', { services });
    return { ledger, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
