#!/usr/bin/env node
/** The command line. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { startLocalServers, firstKey } from './local-servers.js';
import { addLedgerCommands } from './commands/ledger.js';
import { addPsqlCommand } from './commands/psql.js';
import { readConfig, SERVICES, type Config, type Service } from './config.js';
import { RadiantError } from './core/errors.js';
import { runDemo } from './demo/demo.js';
import { HOOK_SECRET, runSample } from './demo/sample.js';
import { readSample, sampleNames } from './demo/sample-file.js';
import { openLog } from './log.js';
import { loadCatalogue } from './store/models/seed-catalogue.js';
import { checkedConfig } from './preflight.js';
import { migrate } from './store/db/migrate.js';
import type { System } from './system.js';

/** Loaded by those who run it: importing it takes a second, which other commands and refusals need not wait for. */
const loadSystem = () => import('./system.js');

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Runs until a signal, or until one of our own servers dies. A second signal does not interrupt the clean-up, which has
 * its own time limit.
 */
async function untilStopped(stop: () => Promise<void>, died?: Promise<string>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    void (async () => {
      const name = await died;
      if (name === undefined) return;
      process.stderr.write(
        `${name} has ended, so Radiant stops. Start it again. No accepted execution is lost.\n`,
      );
      process.exitCode = 1;
      resolve();
    })();
  });
  await stop();
}

/** Starts all services in this process, with local servers where the environment configures none. */
async function startAll(
  given: Config,
  log: ReturnType<typeof openLog>,
): Promise<System & { key: string | undefined; died: Promise<string> }> {
  const local = await startLocalServers(given, say);
  const config = { ...given, standInUrl: local.standInUrl };
  try {
    const { startSystem } = await loadSystem();
    const system = await startSystem({ config, services: SERVICES, servers: local, log });
    const key = await firstKey(system.ledger, { dataDir: config.dataDir, own: local.own, say });
    return {
      ...system,
      key,
      died: local.died,
      async stop() {
        await system.stop();
        await local.stop();
      },
    };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

async function start({
  rooms: former,
  services = former,
}: {
  rooms?: Service[];
  services?: Service[];
}): Promise<void> {
  const config = await checkedConfig(services);
  const log = openLog(config.logLevel ?? 'info', services?.join(',') ?? 'all');
  if (services) {
    const servers = { ...config, databaseUrl: config.databaseUrl as string };
    const { startSystem } = await loadSystem();
    const system = await startSystem({ config, services, servers, log });
    if (services.includes('api')) await firstKey(system.ledger, { dataDir: config.dataDir, own: false, say });
    return untilStopped(() => system.stop());
  }
  const system = await startAll(config, log);
  say(`dashboard ${system.url}/ (sign in with the key in ${config.dataDir}/admin.key)`);
  say(`API       ${system.url}/docs`);
  say(`queues    ${system.url}/queues`);
  await untilStopped(() => system.stop(), system.died);
}

/** Starts all services with the catalogue, and shows something through the API; then runs on, unless it is to exit. */
async function present(
  config: Config,
  exit: boolean | undefined,
  show: (api: { url: string; key: string; dataDir: string; signal: AbortSignal }) => Promise<number>,
): Promise<number> {
  const log = openLog(config.logLevel ?? 'error', 'all');
  const system = await startAll(config, log);
  if (system.key === undefined) {
    await system.stop();
    throw new RadiantError('no_key', `This needs a valid key in ${config.dataDir}/admin.key.`);
  }
  const stop = new AbortController();
  const stopped = untilStopped(async () => stop.abort(), system.died);
  try {
    const { added } = await loadCatalogue(system.ledger);
    if (added.length > 0)
      say(`catalogue ${added.length} more models, each with its licences and a workflow to try`);
    const code = await show({
      url: system.url as string,
      key: system.key,
      dataDir: config.dataDir,
      signal: stop.signal,
    });
    if (!exit && code === 0) {
      say('\nPress Ctrl-C to stop.');
      await stopped;
    }
    return code;
  } finally {
    await system.stop();
  }
}

async function demo({ fasta, exit }: { fasta?: string; exit?: boolean }): Promise<number> {
  return present(await checkedConfig(), exit, (api) => runDemo({ ...api, fasta }));
}

async function sample(name: string | undefined, { exit }: { exit?: boolean }): Promise<number> {
  if (name === undefined) {
    for (const each of await sampleNames()) say(`${each.padEnd(22)} ${(await readSample(each, '')).shows}`);
    return 0;
  }
  await readSample(name, '');
  const config = await checkedConfig();
  if (!config.standIn) {
    throw new RadiantError(
      'bad_configuration',
      'RADIANT_STANDIN: samples run against the stand-in only, since their models have no weights. Unset it.',
    );
  }
  const hookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const secret = (reference: string) => (reference === HOOK_SECRET ? hookSecret : config.secret(reference));
  // The models of samples listen on this machine.
  return present({ ...config, allowPrivateHosts: true, secret }, exit, (api) =>
    runSample({ ...api, name, hookSecret }),
  );
}

/** Parses a list of services, separated by commas. */
function readServices(value: string): Service[] {
  const asked = value.split(',') as Service[];
  const unknown = asked.filter((service) => !SERVICES.includes(service));
  if (unknown.length > 0)
    program.error(`Unknown service ${unknown.join(', ')}. The services are ${SERVICES.join(', ')}.`);
  return asked;
}

const services = new Option(
  '--services <services>',
  `production: run only these of ${SERVICES.join(', ')}`,
).argParser(readServices);
/** The former name of the option, to be removed in 1.0. */
const formerServices = new Option('--rooms <services>').argParser(readServices).hideHelp();

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('radiant')
  .description('Orchestrates workflows of AI models.')
  .version(version, '-v, --version', 'print the version');
program
  .command('start')
  .description('start Radiant')
  .addOption(services)
  .addOption(formerServices)
  .action(start);
program
  .command('demo')
  .description('start Radiant and fold a protein')
  .option('--fasta <file>', 'fold this sequence instead')
  .option('--exit', 'stop when the execution has ended; exit code 0 only if it succeeded')
  .action(async (options: { fasta?: string; exit?: boolean }) => {
    process.exitCode = await demo(options);
  });
program
  .command('migrate')
  .description('migrate the database of DATABASE_OWNER_URL, and create the login of DATABASE_URL')
  .action(async () => {
    const config = readConfig({ production: false });
    if (!config.ownerUrl || !config.databaseUrl) {
      throw new RadiantError(
        'bad_configuration',
        'Set DATABASE_OWNER_URL (may create roles and a schema) and DATABASE_URL (the login that the services use).',
      );
    }
    const done = await migrate(config.ownerUrl, config.databaseUrl);
    say(done.length === 0 ? 'Nothing to do.' : done.map((name) => `applied ${name}`).join('\n'));
  });
program
  .command('sample')
  .description('start Radiant and run a sample; without a name, list them')
  .argument('[name]', 'a file of the folder samples, without .json')
  .option('--exit', 'stop when the execution has ended; exit code 0 only if it succeeded')
  .action(async (name: string | undefined, options: { exit?: boolean }) => {
    process.exitCode = await sample(name, options);
  });
addLedgerCommands(program, say);
addPsqlCommand(program, say);

try {
  await program.parseAsync();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stderr.write(`${message}${error instanceof RadiantError ? '' : ` (${code ?? 'unexpected'})`}\n`);
  process.exitCode = 1;
}
// Timers of a queue whose server is down may still run, but nothing is left to wait for.
process.exit();
