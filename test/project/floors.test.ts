/** The import rules: this table is the architecture. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const INFRASTRUCTURE = ['store', 'queue', 'endpoints', 'blobs'];
const GROUND = ['core', 'config.ts', 'environment.ts', 'log.ts', 'loop.ts', 'timeouts.ts'];
/** Types only: what the roof opens for the services. */
const STAIRS = ['infrastructure.ts'];
/** Each place and what it may import beside itself. */
const MAY: Record<string, string[]> = {
  core: [],
  ...Object.fromEntries(GROUND.slice(1).map((file) => [file, ['core']])),
  'config.ts': ['core', 'environment.ts'],
  ...Object.fromEntries(
    INFRASTRUCTURE.map((service) => [service, ['core', 'log.ts', 'loop.ts', 'timeouts.ts']]),
  ),
  ...Object.fromEntries(
    ['api', 'scheduler', 'workers', 'thermal'].map((service) => [
      service,
      [...INFRASTRUCTURE, ...GROUND, ...STAIRS],
    ]),
  ),
  'infrastructure.ts': [...INFRASTRUCTURE, ...GROUND],
  embedded: [],
  demo: ['core'],
  'local-servers.ts': ['embedded', 'store', ...GROUND],
  'preflight.ts': ['store', 'queue', ...GROUND],
  'system.ts': ['api', 'scheduler', 'workers', 'thermal', ...INFRASTRUCTURE, ...GROUND],
  commands: ['store', 'thermal', 'local-servers.ts', ...GROUND],
  'main.ts': [
    'commands',
    'demo',
    'preflight.ts',
    'system.ts',
    'local-servers.ts',
    'store',
    'thermal',
    ...GROUND,
  ],
};
/** Subjects have the same order on every floor. Within a floor each imports only those before it; a name alone is a file. */
const ORDER: Record<string, string[]> = {
  core: [
    'errors.ts', 'status.ts', 'priority.ts', 'aws-client.ts', 'connection-errors.ts', 'webhook-retry.ts',
    'json', 'validation', 'time', 'expressions', 'approvals', 'workflows', 'definitions', 'structures', 'models', 'money', 'thermal', 'executions',
    'schedules', 'triggers', 'audit-changes.ts', 'testing',
  ],
  store: [
    'db', 'people', 'workflows', 'models', 'money', 'executions', 'approvals', 'thermal', 'scheduling', 'schedules', 'triggers',
    'webhook-outbox.ts', 'failure-handlers.ts', 'storage-outages.ts', 'search.ts',
  ],
  api: [
    'http', 'openapi', 'people', 'models', 'workflows', 'thermal', 'executions', 'approvals.ts', 'schedules', 'triggers', 'money', 'events', 'operations', 'pages',
    'routes.ts', 'server.ts', 'start.ts',
  ],
}; // prettier-ignore
/** Libraries that do I/O are imported in one place only. */
const ONLY: [RegExp, string[]][] = [
  [/^(pg|node-pg-migrate)$/, ['store']],
  [/^(bullmq|ioredis)$/, ['queue']],
  [/^@(aws-sdk|smithy)\//, ['endpoints', 'blobs']],
  [/^(express|helmet|@bull-board\/.*)$/, ['api']],
];
const PURE = /^(node:(fs|net|http|https|child_process|timers|worker_threads|dns)|pg|undici)/;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);
const placeOf = (file: string) => file.split('/')[0] as string;
const importsOf = (source: string) =>
  [...source.matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, name]) => name as string);

test.each(files)('%s imports only what its floor may', (file) => {
  const source = readFileSync(join(SRC, file), 'utf8');
  const place = placeOf(file);
  for (const name of importsOf(source)) {
    if (name.startsWith('.')) {
      const target = placeOf(relative(SRC, join(SRC, file, '..', name.replace(/\.js$/, '.ts'))));
      expect([place, ...(MAY[place] ?? [])], `${file} imports ${name}`).toContain(target);
      continue;
    }
    for (const [library, places] of ONLY)
      if (library.test(name)) expect(places, `${file} imports ${name}`).toContain(place);
    if (place === 'core') expect(name, 'core does no I/O').not.toMatch(PURE);
  }
  if (file !== 'config.ts')
    expect(source, 'only config.ts reads the environment').not.toContain('process.env');
});

test.each(Object.keys(ORDER))('the subjects of %s are in order', (floor) => {
  const order = ORDER[floor] ?? [];
  const subjectOf = (path: string) => path.split('/')[1] as string;
  for (const file of files.filter((name) => placeOf(name) === floor)) {
    expect(order, `${file} has a place in the table`).toContain(subjectOf(file));
    for (const name of importsOf(readFileSync(join(SRC, file), 'utf8')).filter((target) =>
      target.startsWith('.'),
    )) {
      const target = relative(SRC, join(SRC, file, '..', name.replace(/\.js$/, '.ts')));
      if (placeOf(target) !== floor) continue;
      expect(order.indexOf(subjectOf(target)), `${file} imports ${name}`).toBeLessThanOrEqual(
        order.indexOf(subjectOf(file)),
      );
    }
  }
});

test.each(['src', 'standin', 'dashboard/src', 'test'])(
  'no folder of %s holds more than fifteen files',
  (root) => {
    const inFolder = new Map<string, number>();
    for (const entry of readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true })) {
      // Where tests stand beside what they test, they do not count.
      if (!entry.isFile() || (root !== 'test' && /\.test\.tsx?$/.test(entry.name))) continue;
      inFolder.set(entry.parentPath, (inFolder.get(entry.parentPath) ?? 0) + 1);
    }
    expect([...inFolder].filter(([, count]) => count > 15)).toEqual([]);
  },
);

test('no file of src has more than 250 lines', () => {
  const linesOf = (file: string) => readFileSync(join(SRC, file), 'utf8').split('\n').length - 1;
  expect(files.map((file) => [file, linesOf(file)] as const).filter(([, lines]) => lines > 250)).toEqual([]);
});

const importsFromHarness = (name: string) =>
  new RegExp(String.raw`import \{[^}]*\b${name}\b[^}]*\} from '\.\.\/harness\/browser-harness\.js'`);
const TESTS = join(import.meta.dirname, '..');
const browserTests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => [file, readFileSync(join(TESTS, file), 'utf8')] as const)
  .filter(([, source]) => importsFromHarness('startBrowser').test(source));

test.each(browserTests)('%s is skipped where no browser can run', (_, source) => {
  expect(source).toMatch(importsFromHarness('test'));
});

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

test.each(readdirSync(MIGRATIONS))('%s touches no schema but ours', (file) => {
  expect(readFileSync(join(MIGRATIONS, file), 'utf8')).not.toMatch(/\bpublic\.|\bschema (?!radiant\b)/);
});

test('every load test runs in full by test:full', () => {
  const { scripts } = JSON.parse(readFileSync(join(TESTS, '../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = (scripts['test:full'] ?? '').split(' full ')[1]?.split(' ') ?? [];
  const sized = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.test.ts') &&
      /from '\.\.\/harness\/size\.js'/.test(readFileSync(join(TESTS, file), 'utf8')),
  );
  expect(sized.filter((file) => !named.some((name) => file.includes(name)))).toEqual([]);
  expect(named.filter((name) => !sized.some((file) => file.includes(name)))).toEqual([]);
});
