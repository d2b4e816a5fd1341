/** The environment is read once: it reports every problem at once, and sets nothing by halves. */
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';

const local = (env: NodeJS.ProcessEnv) => readConfig({ production: false }, env);
const production = (env: NodeJS.ProcessEnv) => readConfig({ production: true }, env);
const SERVERS = { DATABASE_URL: 'postgres://u:p@db/radiant', REDIS_URL: 'redis://cache' };

test('an empty environment is enough to start', () => {
  expect(local({})).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    databaseUrl: undefined,
    redisUrl: undefined,
    standIn: true,
  });
});

test('every problem is reported at once, by the name of its variable', () => {
  const wrong = {
    DATABASE_URL: 'mysql://db',
    PORT: '70000',
    RADIANT_STANDIN: 'yes',
    RADIANT_STANDIN_SPEED: '-1',
    RADIANT_ENVIRONMENT: 'Prod!',
    RADIANT_LEASE_MS: 'soon',
  };
  const all = new RegExp(
    Object.keys(wrong)
      .map((name) => `(?=[^]*\\n  ${name}: )`)
      .join(''),
  );
  expect(() => local(wrong)).toThrow(all);
  expect(() => production(wrong)).toThrow(/(?=[^]*\n {2}PORT: )(?=[^]*\n {2}REDIS_URL: must be set)/);
});

test('a problem never repeats a value, which may be a secret', () => {
  expect(() => local({ DATABASE_URL: 'mysql://root:hunter2@db' })).toThrow(/^(?![^]*hunter2)/);
});

test('production must name both servers', () => {
  expect(() => production({})).toThrow(/DATABASE_URL: must be set[^]*REDIS_URL: must be set/);
  expect(() => production({ ...SERVERS, RADIANT_BLOBS: 's3' })).toThrow(/AWS_REGION/);
  expect(production(SERVERS)).toMatchObject({
    databaseUrl: SERVERS.DATABASE_URL,
    redisUrl: SERVERS.REDIS_URL,
  });
});

test('an empty string counts as not set', () => {
  expect(local({ PORT: '', DATABASE_URL: '', AWS_REGION: '' })).toMatchObject({
    port: 8080,
    databaseUrl: undefined,
    region: undefined,
  });
  expect(() => production({ ...SERVERS, REDIS_URL: '' })).toThrow(/REDIS_URL: must be set/);
});

test('REDIS_URL may name a PostgreSQL, which then holds the queue', () => {
  expect(local({ REDIS_URL: 'postgres://db/queue' })).toMatchObject({
    redisUrl: undefined,
    queueUrl: 'postgres://db/queue',
  });
});

test('the registry may read only variables made for it as secrets', () => {
  const registry = local({
    RADIANT_SECRET_TOKEN: 't',
    AWS_SECRET_ACCESS_KEY: 's',
    RADIANT_SECRET_EMPTY: '',
  });
  expect(registry.secret('env:RADIANT_SECRET_TOKEN')).toBe('t');
  for (const reference of [
    'env:AWS_SECRET_ACCESS_KEY',
    'RADIANT_SECRET_TOKEN',
    'env:RADIANT_SECRET_EMPTY',
    'env:RADIANT_SECRET_',
  ]) {
    expect(registry.secret(reference), reference).toBeUndefined();
  }
});
