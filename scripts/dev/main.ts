/** What `npm run dev` is: servers that stay, a Radiant that starts again at each save, and the dashboard in front of it. */
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../src/embedded/port.js';
import { firstKey, startLocalServers } from '../../src/local-servers.js';
import { checkedConfig } from '../../src/preflight.js';
import { openLedger } from '../../src/store/db/ledger.js';
import { migrate } from '../../src/store/db/migrate.js';
import { startFront } from './front.js';
import { seed } from './seed.js';
import { makeServer } from './server.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Editors save in several steps, and several files at once. */
const TOGETHER_MS = 50;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const running: { stop(): Promise<void> }[] = [];
const { values: asked } = parseArgs({ options: { seed: { type: 'boolean', default: false } } });

async function run(): Promise<void> {
  const config = await checkedConfig();
  const servers = await startLocalServers(config, say);
  running.push(servers);
  void servers.died.then((name) => end(1, `${name} has ended.`));

  const ledger = openLedger(servers.databaseUrl, { max: 2 });
  running.push(ledger);
  const key = await firstKey(ledger, { dataDir: config.dataDir, own: servers.own, say });

  const port = await freePort();
  const server = makeServer({ port, servers }, say);
  const front = await startFront(config, `http://127.0.0.1:${port}`, () => server.isUp());
  running.push(front, server);

  const changed = new Set<string>();
  const follow = async () => {
    const files = [...changed];
    changed.clear();
    say(`changed   ${files.join(', ')}`);
    try {
      if (servers.ownerUrl && files.some((file) => !file.startsWith('src')))
        for (const name of await migrate(servers.ownerUrl, servers.databaseUrl))
          say(`schema    ${name} applied`);
    } catch (error) {
      say((error as Error).message);
    }
    server.restart();
  };
  front.watcher.add(['src', 'migrations', 'seeds'].map((folder) => `${ROOT}${folder}`));
  front.watcher.on('all', (event, path) => {
    const file = relative(ROOT, path);
    if (event.endsWith('Dir') || !/^(src|migrations|seeds)\b/.test(file) || file.endsWith('.test.ts')) return;
    if (changed.size === 0) setTimeout(() => void follow(), TOGETHER_MS);
    changed.add(file);
  });
  server.restart();
  await server.isUp();
  say(`dashboard ${front.url}/ (sign in with the key in ${config.dataDir}/admin.key)`);
  say(`API       ${front.url}/docs`);
  if (asked.seed && key)
    await seed({ ledger, url: front.url, key, say }).catch((error: Error) =>
      say(`seed      ${error.message}`),
    );
}

let ending: Promise<void> | undefined;
/** The last one opened is stopped first. */
function end(code: number, why?: string): Promise<void> {
  return (ending ??= (async () => {
    if (why) process.stderr.write(`${why}\n`);
    for (const part of running.reverse()) await part.stop();
    process.exit(code);
  })());
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
try {
  await run();
} catch (error) {
  await end(1, (error as Error).message);
}
