/** The classes that the dashboard's parts use are those of their stylesheets: none is missing, and none is left over. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../dashboard/src');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).map((file) => join(ROOT, file));
const read = (file: string): string => readFileSync(file, 'utf8');
const short = (file: string): string => file.slice(ROOT.length + 1);

const sheets = files.filter((file) => file.endsWith('.module.css'));
const defined = new Map(
  sheets.map((sheet) => [
    sheet,
    new Set([...read(sheet).matchAll(/\.([a-z]\w*)/gi)].map(([, name]) => name)),
  ]),
);

/** Each use of a class: the stylesheet, the name and the file. A class that is looked up by a value has no name. */
const uses = files
  .filter((file) => file.endsWith('.tsx'))
  .flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(/import (\w+) from '(\.[^']*\.module\.css)'/g)].flatMap(
      ([, as = '', path = '']) =>
        [...text.matchAll(new RegExp(String.raw`\b${as}(?:\.(\w+)|\[)`, 'g'))].map(([, name]) => ({
          sheet: join(dirname(file), path),
          name,
          file,
        })),
    );
  });

test('each class that is used is defined', () => {
  expect(uses.length).toBeGreaterThan(300);
  const missing = uses.filter(({ sheet, name }) => name && !defined.get(sheet)?.has(name));
  expect(missing.map(({ sheet, name, file }) => `${short(file)}: ${short(sheet)} has no .${name}`)).toEqual(
    [],
  );
});

test('each class that is defined is used', () => {
  const left = sheets.flatMap((sheet) => {
    const own = uses.filter((use) => use.sheet === sheet);
    if (own.some(({ name }) => name === undefined)) return [];
    const used = new Set(own.map(({ name }) => name));
    const names = [...read(sheet).matchAll(/(?:^|[\s,>+~(])\.([a-z]\w*)(?![\w-])/gim)].map(
      ([, name]) => name,
    );
    return [...new Set(names)].filter((name) => !used.has(name)).map((name) => `${short(sheet)}: .${name}`);
  });
  expect(left).toEqual([]);
});
