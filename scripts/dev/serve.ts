/** One run of the server for `npm run dev`: all services on the servers that its parent sends, until the parent lets go. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { LocalServers } from '../../src/local-servers.js';
import type { System } from '../../src/system.js';

export interface Orders {
  /** On 127.0.0.1. */
  port: number;
  servers: Pick<LocalServers, 'databaseUrl' | 'redisUrl' | 'queueUrl' | 'standInUrl'>;
}

/** The next run repeats what an edit interrupts, so it is not worth a longer wait. */
const DRAIN_MS = 300;

let system: System | undefined;
process.on('SIGINT', () => {}); // the terminal's Ctrl-C is for the parent, which stops everything in order
process.once('disconnect', () => {
  void (async () => {
    await system?.stop();
    process.exit();
  })();
});

// Loading packages is half of a start, and no save changes them: a spare process has done it before it is needed.
const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  dependencies: Record<string, string>;
};
await Promise.allSettled(Object.keys(dependencies).map((name) => import(name)));

const [{ port, servers }] = (await once(process, 'message')) as [Orders];
const [{ readConfig, SERVICES }, { openLog }, { startSystem }] = await Promise.all([
  import('../../src/config.js'),
  import('../../src/log.js'),
  import('../../src/system.js'),
]);
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
