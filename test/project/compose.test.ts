/** Promise: Dockerfile, docker-compose.yml and .env.example match this version of Radiant. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Infrastructure } from '../../src/infrastructure.js';
import type { Metrics } from '../../src/api/operations/metrics.js';
import { probeRoutes } from '../../src/api/operations/probes.js';
import { readConfig, SERVICES } from '../../src/config.js';

interface Service {
  image: string;
  command?: string[];
  entrypoint?: string[];
  restart: string;
  stop_grace_period?: string;
  profiles?: string[];
  volumes?: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string | number | null>;
}

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const exists = (path: string) => existsSync(new URL(`../../${path}`, import.meta.url));

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const of = (name: string) => compose.services[name] as Service;
const ours = services.filter(([, { image }]) => image === 'radiant');

/** `[name, value, wasCommentedOut]` of each assignment. */
const example = [...read('.env.example').matchAll(/^(#?)([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, mark, name = '', value = '']) => ({ name, value, required: mark === '' }),
);
const schema = /z\.object\(\{\n([\s\S]*?)\n\}\);/.exec(read('src/environment.ts'))?.[1] ?? '';
const known = schema.split(/\n(?= {2}[A-Z])/).map((entry) => ({
  name: /[A-Z][A-Z0-9_]*/.exec(entry)?.[0] ?? '',
  hasDefault: entry.includes('.default('),
}));
const knownNames = known.map(({ name }) => name);

/** Variables that compose itself fills in: `${NAME:-default}` or `${NAME:?message}`. */
const filled = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):([-?])([^}]*)\}/g)].map(
  ([, name = '', kind, text = '']) => ({ name, default: kind === '-' ? text : undefined }),
);
const fillIn = (text: string) =>
  text.replaceAll(/\$\{[A-Z_]+:([-?])([^}]*)\}/g, (_, kind, value) => (kind === '-' ? value : 'secret'));
/** A container's environment when .env holds no more than it must. */
const environmentOf = ({ environment = {} }: Service) =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === null ? [] : [[name, fillIn(String(value))]],
    ),
  );
const seconds = (text: string) => Number(/^(\d+)s$/.exec(fillIn(text))?.[1]);

const instructions = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .map((line) => /^([A-Z]+) (.+)$/.exec(line))
  .filter((match) => match !== null)
  .map(([, verb = '', rest = '']) => ({ verb, rest }));
const all = (verb: string) => instructions.filter((each) => each.verb === verb).map(({ rest }) => rest);

describe('docker-compose.yml', () => {
  it('runs every service, and only commands that exist', () => {
    const running = ours.flatMap(([, { command, profiles }]) => (profiles ? [] : [command]));
    expect(running).toEqual([...SERVICES.map((service) => ['start', '--services', service]), ['migrate']]);
    expect(of('standin').profiles).toEqual(['standin']);
  });

  it.each(ours)('%s: has an environment that Radiant knows and accepts', (_, service) => {
    const names = Object.keys(service.environment ?? {}).filter((name) => !/^(AWS|POSTGRES)_/.test(name));
    expect(knownNames).toEqual(expect.arrayContaining(names));
    const production = service.command?.[0] === 'start';
    const { host, dataDir } = readConfig({ production }, environmentOf(service));
    if (production) expect(dataDir).toBe('/data');
    if (service === of('api')) expect(host).toBe('0.0.0.0');
  });

  it('offers every setting of the services', () => {
    const offered = new Set(services.flatMap(([, { environment }]) => Object.keys(environment ?? {})));
    // The stand-in of `start` and `demo`; here it is a service of its own.
    expect(knownNames.filter((name) => !offered.has(name))).toEqual(['RADIANT_STANDIN']);
  });

  it.each(SERVICES)('%s: waits for its servers and the schema, and has time to stop', (service) => {
    const { depends_on, restart, stop_grace_period = '', volumes } = of(service);
    expect(depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
    expect(restart).toBe('unless-stopped');
    expect(seconds(stop_grace_period) * 1000).toBeGreaterThan(readConfig({ production: false }, {}).drainMs);
    expect(volumes).toEqual(['data:/data']);
  });

  it('migrates first, as the owner, for the login that the services use', () => {
    expect(of('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    const { DATABASE_OWNER_URL, DATABASE_URL } = environmentOf(of('migrate'));
    expect(new URL(DATABASE_OWNER_URL as string)).toMatchObject({
      username: 'postgres',
      pathname: '/radiant',
    });
    for (const service of SERVICES) expect(environmentOf(of(service)).DATABASE_URL).toBe(DATABASE_URL);
    expect(of('postgres').environment?.POSTGRES_DB).toBe('radiant');
  });

  it('stores on a volume what must last', () => {
    expect(of('redis').command?.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(new Set(mounted)).toEqual(new Set(Object.keys(compose.volumes)));
    expect(of('postgres').volumes).toEqual(['postgres:/var/lib/postgresql']);
  });

  it('checks the health of each server', () => {
    expect(of('postgres').healthcheck?.test).toContain('pg_isready');
    expect(of('redis').healthcheck?.test).toContain('ping');
    const silent = ours.filter(([, { healthcheck }]) => healthcheck?.disable);
    expect(silent.map(([name]) => name)).toEqual(['scheduler', 'workers', 'thermal', 'migrate', 'standin']);
  });
});

describe('Dockerfile', () => {
  it('copies only files that exist and are not ignored', () => {
    const wanted = all('COPY').filter((copy) => !copy.startsWith('--from'));
    const sources = wanted.flatMap((copy) => copy.split(' ').slice(0, -1));
    const let_in = read('.dockerignore').match(/(?<=^!).+/gm);
    expect(new Set(sources)).toEqual(new Set(let_in));
    expect(sources.filter((source) => !exists(source))).toEqual([]);
    expect(all('COPY')).toContain('--from=build /radiant/dist ./dist');
  });

  it('runs a supported Node, not as root, with the given servers', () => {
    const versions = all('FROM').map((from) => /^node:(\d+)\.\d+\.\d+-slim/.exec(from)?.[1]);
    const oldest = Number(
      /\d+/.exec((JSON.parse(read('package.json')) as { engines: { node: string } }).engines.node),
    );
    expect(versions.every((version) => Number(version) >= oldest)).toBe(true);
    expect(all('USER')).toEqual(['node']);
    expect(all('RUN').at(-2)).toMatch(/^npm install --no-save --omit=dev --omit=optional/);
    expect(all('ENTRYPOINT')).toEqual(['["node", "dist/main.js"]']);
  });

  it('uses a probe that the api has', () => {
    const probes = probeRoutes({} as Infrastructure, {} as Metrics).map(({ path }) => path);
    const asked = /:\$\{process\.env\.PORT \|\| (\d+)\}(\/\w+)/.exec(all('HEALTHCHECK')[0] ?? '');
    expect(probes).toContain(asked?.[2]);
    expect(Number(asked?.[1])).toBe(readConfig({ production: false }, {}).port);
  });
});

describe('.env.example', () => {
  const names = example.map(({ name }) => name);

  it('names each setting once, and all of them', () => {
    expect(new Set(names).size).toBe(names.length);
    const more = names.filter((name) => !knownNames.includes(name) && !name.startsWith('AWS_'));
    expect(knownNames.filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(more)).toEqual(new Set(filled.map(({ name }) => name)));
  });

  it('shows the actual defaults', () => {
    const shown = Object.fromEntries(example.map(({ name, value }) => [name, value]));
    const settings = (env: NodeJS.ProcessEnv) => ({
      ...readConfig({ production: false }, env),
      secret: undefined,
    });
    expect(settings(shown)).toEqual(settings({}));
    for (const { name, hasDefault } of known) expect([name, shown[name] !== '']).toEqual([name, hasDefault]);
    for (const variable of filled) expect(shown[variable.name]).toBe(variable.default ?? '');
  });

  it('requires nothing but the passwords', () => {
    const required = example.filter((each) => each.required).map(({ name }) => name);
    const demanded = filled.filter((variable) => variable.default === undefined).map(({ name }) => name);
    expect(new Set(required)).toEqual(new Set(demanded));
  });
});
