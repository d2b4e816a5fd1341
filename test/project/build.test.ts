/** Promise: a build makes what is stale and nothing else, and removes the output of a removed source. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let checkout: string;
const at = (path: string) => join(checkout, path);
const save = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

/** A checkout of a few lines, built by the real script and its real tools. */
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'radiant-build-'));
  for (const path of ['scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'standin/tsconfig.json'])
    cpSync(join(ROOT, path), at(path));
  symlinkSync(join(ROOT, 'node_modules'), at('node_modules'));
  save('package.json', '{ "type": "module" }');
  save(
    'src/main.ts',
    "import { output } from './output.js';\nexport const twice: string = output + output;\n",
  );
  save('src/output.ts', "export const output = 'a';\n");
  save('src/gone.ts', 'export {};\n');
  save('standin/main.ts', 'export const one: number = 1;\n');
  save('scripts/contract.mjs', '');
  save('dashboard/index.html', '<script type="module" src="/src/main.ts"></script>\n');
  save('dashboard/src/main.ts', "document.title = 'first';\n");
  save(
    'dashboard/vite.config.ts',
    "export default { root: import.meta.dirname, build: { outDir: '../dist/dashboard' } };\n",
  );
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function build(): { code: number | null; built: string[]; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('scripts/build.mjs')], {
    encoding: 'utf8',
  });
  const output = stdout + stderr;
  return {
    code: status,
    built: [...output.matchAll(/^Building the (\w+)$/gm)].map(([, part = '']) => part),
    output,
  };
}
const main = () => import(`${at('dist/main.js')}?${Math.random()}`) as Promise<{ twice: string }>;

test('the first build makes everything, later ones only what has changed', async () => {
  expect(build()).toMatchObject({ code: 0, built: ['server', 'dashboard'] });
  expect(existsSync(at('dist/standin/main.js'))).toBe(true);
  expect(existsSync(at('dist/dashboard/index.html'))).toBe(true);
  expect((await main()).twice).toBe('aa');
  expect(build()).toEqual({ code: 0, built: [], output: '' });

  save('src/output.ts', "export const output = 'b';\n");
  expect(build()).toMatchObject({ code: 0, built: ['server'] });
  expect(readFileSync(at('dist/output.js'), 'utf8')).toContain("'b'");

  save('dashboard/src/main.ts', "document.title = 'second';\n");
  expect(build()).toMatchObject({ code: 0, built: ['dashboard'] });

  save('src/core/rule.ts', 'export const rule = 1;\n');
  expect(build()).toMatchObject({ code: 0, built: ['server', 'dashboard'] });
});

test('a build removes what was compiled from a removed source', () => {
  expect(existsSync(at('dist/gone.js'))).toBe(true);
  rmSync(at('src/gone.ts'));
  rmSync(at('src/core'), { recursive: true });
  expect(build().code).toBe(0);
  for (const path of ['gone.js', 'gone.js.map', 'core/rule.js'])
    expect(existsSync(at(`dist/${path}`)), path).toBe(false);
});

test('a build that fails names the place, and is tried again until it succeeds', () => {
  save('src/output.ts', 'export const output: string = 1;\n');
  for (let n = 0; n < 2; n += 1) {
    const { code, output } = build();
    expect(code).toBe(1);
    expect(output).toContain('src/output.ts');
  }
  save('src/output.ts', "export const output = 'c';\n");
  expect(build()).toMatchObject({ code: 0, built: ['server'] });
  expect(build().built).toEqual([]);
});

test('a removed build is made anew', () => {
  rmSync(at('dist'), { recursive: true });
  expect(build()).toMatchObject({ code: 0, built: ['server', 'dashboard'] });
  expect(existsSync(at('dist/main.js'))).toBe(true);
});
