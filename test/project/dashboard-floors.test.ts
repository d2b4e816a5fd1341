/** The dashboard's own table of who may import whom; and that no imports, of types and lazy ones too, go in a circle anywhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const DASHBOARD = 'dashboard/src';

/** Each place and what it may import beside itself. No subject of the pages knows another one. */
const MAY: Record<string, string[]> = {
  api: [],
  parts: ['api'],
  shell: ['api', 'parts'],
  'root.tsx': ['parts', 'shell'],
  'theme.ts': [],
  ...Object.fromEntries(
    readdirSync(join(ROOT, DASHBOARD, 'pages')).map((subject) => [
      `pages/${subject}`,
      ['api', 'parts', 'shell', 'root.tsx'],
    ]),
  ),
  'router.tsx': ['pages/*', 'parts', 'root.tsx'],
  'main.tsx': ['api', 'parts', 'shell', 'router.tsx', 'theme.ts'],
};

const placeOf = (file: string): string => {
  const [first = '', second] = file.slice(DASHBOARD.length + 1).split('/');
  return first === 'pages' ? `pages/${second}` : first;
};

const isSource = (file: string): boolean => /\.tsx?$/.test(file) && !/\.(test|d)\.ts$/.test(file);
const graphOf = (folder: string): Map<string, string[]> => {
  const files = new Set(
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .map((file) => join(folder, file)),
  );
  const find = (from: string, name: string): string[] => {
    const path = join(dirname(from), name).replace(/\.js$/, '');
    return ['', '.ts', '.tsx'].map((end) => path + end).filter((file) => files.has(file));
  };
  return new Map(
    [...files].map((file) => {
      const names = [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g),
      ];
      return [file, names.flatMap(([, name = '']) => find(file, name))];
    }),
  );
};

const dashboard = graphOf(DASHBOARD);

test.each([...dashboard])('%s stays on its floor', (file, imports) => {
  const place = placeOf(file);
  const allowed = new Set([place, ...(MAY[place] ?? [])]);
  const strays = imports.filter((target) => {
    const to = placeOf(target);
    return !allowed.has(to) && !(to.startsWith('pages/') && allowed.has('pages/*'));
  });
  expect(strays).toEqual([]);
});

test.each(['src', 'standin', DASHBOARD])('%s has no circle', (folder) => {
  const graph = folder === DASHBOARD ? dashboard : graphOf(folder);
  expect(graph.size).toBeGreaterThan(20);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (done.has(file) || way.includes(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  expect(circles).toEqual([]);
});
