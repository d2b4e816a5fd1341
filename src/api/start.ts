/** The api service: listens, and on stop lets running requests finish. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAuth } from './http/auth.js';
import { openBoard } from './pages/bull-board.js';
import type { Infrastructure } from '../infrastructure.js';
import { makeLimits } from './http/limits.js';
import { openMetrics } from './operations/metrics.js';
import { allRoutes } from './routes.js';
import { buildServer } from './server.js';
import { lostPage } from './pages/dashboard.js';
import { openStreamWatchers } from './events/stream-watchers.js';

export interface Api {
  url: string;
  port: number;
  /** Stops listening, ends event streams, and waits up to `drainMs` for running requests. May be called twice. */
  stop(): Promise<void>;
}

/** Rejects if the port is in use. */
export async function startApi(infrastructure: Infrastructure): Promise<Api> {
  const { config, log, ledger, events } = infrastructure;
  const board = await openBoard(infrastructure);
  const watches = openStreamWatchers(events);
  const metrics = openMetrics(infrastructure);
  const app = buildServer({
    routes: allRoutes(infrastructure, { board, metrics, watches }),
    auth: openAuth(ledger, config.authTtlMs),
    limits: makeLimits(config.rateLimit),
    log,
    observe: metrics.observe,
    lost: lostPage(infrastructure),
  });

  let stopping: Promise<void> | undefined;
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  server.on('request', (_req, res) => {
    if (stopping) res.setHeader('Connection', 'close');
    res.once('close', () => {
      if (stopping) server.closeIdleConnections();
    });
  });
  server.on('request', app);
  server.listen(config.port, config.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    board.stop();
    watches.stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${port}`;
  log.info('api.started', { url });

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    board.stop();
    watches.stop();
    const patience = setTimeout(() => server.closeAllConnections(), config.drainMs);
    await closed;
    clearTimeout(patience);
    log.info('api.stopped');
  }
  return { url, port, stop: () => (stopping ??= stop()) };
}
