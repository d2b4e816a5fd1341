/** Brings dist/ up to date: server, stand-in and dashboard, each only where its sources have changed. Says a line for each. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);

/** In this order: the server describes its API to the dashboard. */
const parts = [
  {
    name: 'server',
    sources: [
      'src',
      'standin',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'scripts/contract.mjs',
    ],
    make() {
      node('node_modules/typescript/bin/tsc', '--build', 'tsconfig.build.json', 'standin/tsconfig.json');
      removeOrphans();
      node('scripts/contract.mjs');
    },
  },
  {
    name: 'dashboard',
    sources: [
      'dashboard/index.html',
      'dashboard/public',
      'dashboard/src',
      'dashboard/tsconfig.json',
      'dashboard/vite.config.ts',
      'src/core', // some of its rules are the dashboard's as well
      'tsconfig.json',
      'package.json',
    ],
    make: () =>
      node(
        'node_modules/vite/bin/vite.js',
        'build',
        '--config',
        'dashboard/vite.config.ts',
        '--logLevel',
        'warn',
      ),
  },
];

export const buildIsStale = () => parts.some(isStale);

/** @throws Error when a step fails; that part is then built again by the next build */
export function build() {
  for (const part of parts) {
    if (!isStale(part)) continue;
    process.stdout.write(`Building the ${part.name}\n`);
    const begunAt = new Date();
    part.make();
    mkdirSync(at('dist'), { recursive: true });
    writeFileSync(stampOf(part), '');
    utimesSync(stampOf(part), begunAt, begunAt); // what was saved while we built makes it stale again
  }
}

const stampOf = ({ name }) => at('dist', `.built-${name}`);

function isStale(part) {
  const builtAt = changedAt(stampOf(part));
  return builtAt === 0 || part.sources.some((source) => newestIn(at(source)) > builtAt);
}

/** The compiler leaves what it once made of a source that is gone. */
function removeOrphans() {
  for (const file of readdirSync(at('dist'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.js(\.map)?$/.test(file) || /^dashboard\b/.test(file)) continue;
    const source = file.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(/^standin\b/.test(file) ? at(source) : at('src', source))) rmSync(at('dist', file));
  }
}

function node(...args) {
  const { status, signal, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  throw new Error(`${args.join(' ')} failed (${error?.message ?? signal ?? `code ${status}`})`);
}

/** The newest change at or below a path, 0 when it is missing. A directory's own time tells of removed files. */
function newestIn(path) {
  const entries = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : [];
  return Math.max(changedAt(path), ...entries.map((entry) => newestIn(join(path, entry))));
}

/** In milliseconds, 0 when it is missing. */
export function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
