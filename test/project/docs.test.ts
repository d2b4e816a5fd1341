/** Promise: the documentation matches this version of Radiant. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const exists = (path: string) => existsSync(join(ROOT, path));
const all = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] as string)),
];

const foldersIn = (path: string) =>
  readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
const folders = foldersIn('.');
const places = foldersIn('src');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const variables = new Set([
  ...all(read('.env.example'), /^#?([A-Z][A-Z0-9_]*)=/gm),
  // The contract suite's own, which no service reads.
  ...all(read('standin/testing/contract-target.ts'), /'(RADIANT_CONTRACT_[A-Z_]+)'/g),
  ...all(read('test/executions/large.test.ts'), /env\.(RADIANT_TEST_[A-Z_]+)/g),
]);
const routes = readdirSync(join(ROOT, 'src/api'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => all(read(`src/api/${file}`), /path: '(\/[^']*)'/g));

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'bench/README.md',
  'docs/fluency.md',
  'docs/promises.md',
  'docs/schedules.md',
  'docs/speed.md',
  'docs/states.md',
  'docs/thermal.md',
  'docs/trace.md',
  'docs/triggers.md',
  'docs/workflows.md',
  'deploy/README.md',
  'standin/README.md',
];

describe.each(documents)('%s', (document) => {
  const text = read(document);
  const blocks = all(text, /^```\w*\n([\s\S]*?)^```$/gm);
  const spans = all(text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, ''), /`([^`\n]+)`/g);
  const code = [...spans, ...blocks].join('\n');

  test('names paths that exist', () => {
    const inFolder = new RegExp(String.raw`^(?:\.ci|${folders.join('|')})\/[\w./-]*$`);
    const isFile = /^[\w-]+([./][\w-]+)*\.(md|json|yml|tsx?|mjs)$/;
    const named = spans.filter((span) => inFolder.test(span) || isFile.test(span));
    const run = all(blocks.join('\n'), /\b((?:dashboard|samples|scripts|seeds|src|test)\/[\w./-]+)/g);
    // Made when it runs, or by a contributor.
    const made = /^(dist|\.radiant|node_modules|coverage)\/|</;
    const isThere = (path: string) => exists(path) || exists(join(dirname(document), path));
    expect([...named, ...run].filter((path) => !made.test(path) && !isThere(path))).toEqual([]);
  });

  test('names functions that are in the file it says', () => {
    const missing = spans.filter((span) => {
      const [, path = '', verb = ''] = /^((?:[a-z]+)(?:\/[\w-]+)+)(?:\.(\w+))?$/.exec(span) ?? [];
      if (!places.includes(path.split('/')[0] as string) || exists(span) || exists(`src/${span}`))
        return false;
      const file = `src/${path}.ts`;
      return !exists(file) || !new RegExp(String.raw`\b${verb}\b`).test(read(file));
    });
    expect(missing).toEqual([]);
  });

  test('names scripts, variables and routes that exist', () => {
    expect(all(code, /\bnpm run ([\w:]+)/g).filter((script) => !(script in scripts))).toEqual([]);
    expect(all(code, /\bnpm (start|test)\b/g).filter((script) => !(script in scripts))).toEqual([]);
    const named = all(code, /(?<![\w.-])((?:[A-Z][A-Z0-9]*_[A-Z0-9_]+)|PORT|HOST)\b/g);
    // Secrets have the names that their owner chose.
    const ours = named.filter((name) => /^(RADIANT_(?!SECRET_)|DATABASE|REDIS|AWS|LOG|PORT|HOST)/.test(name));
    expect(ours.filter((name) => !variables.has(name))).toEqual([]);
    const asked = all(code, /(\/v1\/[\w/$:{}-]+)/g).map((path) => path.replaceAll('$ID', ':id'));
    expect(asked.filter((path) => !routes.some((route) => answers(route, path)))).toEqual([]);
  });

  test('links to targets that exist', () => {
    const broken = all(text, /\]\(([^)]+)\)/g).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path ? join(dirname(document), path) : document;
      return !exists(target) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('says nothing about how it was written', () => {
    expect(text).not.toMatch(/\b(TODO|FIXME|TBD)\b|\bthe issue\b|\p{Extended_Pictographic}/u);
  });
});

test('each promise names the tests that prove it', () => {
  const rows = read('docs/promises.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (promise|---)/.test(line));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const proofs = all(row.split('|').at(-2) ?? '', /`([^`]+\.test\.ts)`/g);
    expect(proofs, row).not.toEqual([]);
    expect(
      proofs.filter((file) => !exists(file)),
      row,
    ).toEqual([]);
  }
});

test('ARCHITECTURE prints the actual tree, with a sentence for each folder', () => {
  const tree = /^## The tree\n[\s\S]*?^```\n([\s\S]*?)^```$/m.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
  let parent = '';
  const printed = [...tree.matchAll(/^( *)([\w-]+)\/ +\S.*$/gm)].map(([, indent, name = '']) => {
    if (indent === '') parent = name;
    return indent === '' ? name : `${parent}/${name}`;
  });
  const made = new Set(['dist', 'node_modules', 'coverage']);
  const top = folders.filter((folder) => !made.has(folder));
  const there = top.flatMap((folder) => [folder, ...foldersIn(folder).map((name) => `${folder}/${name}`)]);
  expect(printed).toEqual(there.toSorted());
});

test('ARCHITECTURE lists each table that the original design did not have', () => {
  const tables = readdirSync(join(ROOT, 'migrations')).flatMap((file) =>
    all(read(`migrations/${file}`), /^create table (\w+)/gm),
  );
  const rows = /^\| about \| tables \|\n((?:\|.*\n)+)/m.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
  const listed = [...rows.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
  expect([...listed, ...ORIGINAL].toSorted()).toEqual(tables.toSorted());
});

const ORIGINAL = [
  'ai_models',
  'model_dependencies',
  'model_licenses',
  'orchestration_audit_log',
  'task_executions',
  'workflow_definitions',
  'workflow_executions',
  'workflow_parameters',
  'workflow_tasks',
];

/** `/v1/executions/:id` matches `/v1/executions/:id` and any other id. */
const answers = (route: string, path: string) =>
  new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);

/** As GitHub makes them from headings. */
const anchorsOf = (markdown: string) =>
  all(markdown, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
