/** One run of the server for `npm run dev`: all services on the servers that its parent sends, until the parent lets go. */
import { once } from 'node:events';
import { readConfig, SERVICES } from '../../src/config.js';
import type { LocalServers } from '../../src/local-servers.js';
import { openLog } from '../../src/log.js';
import { startSystem, type System } from '../../src/system.js';

export interface Orders {
  /** On 127.0.0.1. */
  port: number;
  servers: Pick<LocalServers, 'databaseUrl' | 'redisUrl' | 'queueUrl' | 'standInUrl'>;
}

/** What an edit interrupts is done again by the next run: it need not be waited for. */
const DRAIN_MS = 300;

let system: System | undefined;
process.on('SIGINT', () => {}); // the terminal's Ctrl-C is for the parent, who lets go in its own order
process.once('disconnect', () => {
  void (async () => {
    await system?.stop();
    process.exit();
  })();
});
const [{ port, servers }] = (await once(process, 'message')) as [Orders];
const given = readConfig({ production: false });
system = await startSystem({
  config: {
    ...given,
    port,
    host: '127.0.0.1',
    standInUrl: servers.standInUrl,
    drainMs: Math.min(given.drainMs, DRAIN_MS),
  },
  services: SERVICES,
  servers,
  log: openLog(given.logLevel ?? 'info', 'all'),
});
process.send?.('started');
