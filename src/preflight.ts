/** Checks before the start, all at once: whether the servers, folder and address of the configuration can be used. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { badConfiguration, inspectConfig, type Config, type Service } from './config.js';
import { RadiantError } from './core/errors.js';
import { checkRedis } from './queue/first-connection.js';
import { checkDatabase } from './store/db/migrate.js';
import { connectFirst } from './store/db/first-connection.js';

/**
 * The checked configuration. Takes seconds at most.
 *
 * @param services in production, the services that will run; undefined if all run, with local servers where none is configured
 * @throws RadiantError `bad_configuration` with one line per problem: the variable, the fault and what to do
 */
export async function checkedConfig(services?: readonly Service[]): Promise<Config> {
  const { config, problems } = inspectConfig({ production: services !== undefined });
  const found = await Promise.all(
    [
      ...servers(config, services),
      () => checkFolder(config, services),
      // An invalid address was replaced by the default one, which the user did not choose.
      ...(problems.some((problem) => /^(HOST|PORT):/.test(problem))
        ? []
        : [() => checkAddress(config, services)]),
    ].map(problemOf),
  );
  const all = [...problems, ...found.filter((problem) => problem !== null)];
  if (all.length > 0) throw badConfiguration(all);
  return config;
}

async function problemOf(check: () => Promise<void>): Promise<string | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof RadiantError) return error.message;
    throw error;
  }
}

function servers({ databaseUrl, ownerUrl, redisUrl, queueUrl }: Config, services?: readonly Service[]) {
  const checks: (() => Promise<void>)[] = [];
  const enter = (url: string, variable: string) =>
    checks.push(async () => (await connectFirst(url, variable)).end());
  // With an owner, the schema and the login's rights are about to be created.
  if (ownerUrl && !services) enter(ownerUrl, 'DATABASE_OWNER_URL');
  else if (databaseUrl) checks.push(() => checkDatabase(databaseUrl));
  // The api accepts executions while the queue is down.
  const mayBeAway = services?.every((service) => service === 'api') ?? false;
  if (redisUrl) checks.push(() => checkRedis(redisUrl, { mayBeAway }));
  if (queueUrl && !mayBeAway) enter(queueUrl, 'REDIS_URL');
  return checks;
}

async function checkFolder({ dataDir, blobs }: Config, services?: readonly Service[]): Promise<void> {
  if (services && blobs === 's3') return;
  const probe = join(dataDir, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(probe, 'Radiant may write here.\n');
    rmSync(probe);
  } catch (cause) {
    const { code = '' } = cause as { code?: string };
    const what = code === 'ENOSPC' ? 'Free some space' : 'Choose a folder that this user can write to';
    throw new RadiantError(
      'bad_configuration',
      `RADIANT_DATA_DIR: ${dataDir} cannot be written (${code}). ${what}.`,
      {
        cause,
      },
    );
  }
}

async function checkAddress({ host, port }: Config, services?: readonly Service[]): Promise<void> {
  if (services && !services.includes('api')) return;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const { code = '' } = cause as { code?: string };
    throw new RadiantError('bad_configuration', listenFault(code, host, port), { cause });
  } finally {
    server.close();
  }
}

function listenFault(code: string, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `PORT: another program already listens on ${host}:${port}. Stop it, or choose another port (0 takes a free one).`;
  if (code === 'EACCES')
    return `PORT: this user may not listen on ${port}. Choose a port from 1024 on, and put a proxy with TLS on 443 in front.`;
  return `HOST: ${host} is not an address of this machine (${code}). 127.0.0.1 is for this machine only, 0.0.0.0 for all networks.`;
}
