/** The first load of the dashboard stays small, and so does each part that a page loads later. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUILT } from '../harness/browser-harness.js';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

function readManifest(): Record<string, Chunk> {
  const path = join(BUILT, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error('This test needs the built dashboard: run `npm run build`.');
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
}

const kB = (file: string): number => gzipSync(readFileSync(join(BUILT, file)), { level: 9 }).length / 1000;
const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + kB(file), 0);

/** The chunk and all chunks that it imports. */
function withImports(chunks: Record<string, Chunk>, name: string, seen = new Set<string>()): Set<string> {
  if (!seen.has(name)) {
    seen.add(name);
    for (const next of chunks[name]?.imports ?? []) withImports(chunks, next, seen);
  }
  return seen;
}

test('the first load is at most 200 kB of script and 42 kB of style, and no later part is over 165 kB', () => {
  const chunks = readManifest();
  const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry) as string;
  const initial = [...withImports(chunks, entry)].map((name) => chunks[name] as Chunk);
  const scripts = new Set(initial.map(({ file }) => file));
  expect(sum(scripts)).toBeGreaterThan(50);
  expect(sum(scripts)).toBeLessThanOrEqual(200);
  expect(sum(new Set(initial.flatMap(({ css = [] }) => css)))).toBeLessThanOrEqual(42);
  const later = Object.values(chunks)
    .map(({ file }) => file)
    .filter((file) => file.endsWith('.js') && !scripts.has(file));
  expect(later.length).toBeGreaterThan(10);
  expect(later.filter((file) => kB(file) > 165)).toEqual([]);
});
