/** Promise: `npm run demo` folds a protein through the public API alone, and states plainly when it cannot. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runDemo } from '../../src/demo/demo.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

const never = new AbortController().signal;
let system: TestSystem;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'radiant-demo-'));
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function paper(terminal: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const written: string[] = [];
  return {
    out: { ...terminal, write: (text: string) => written.push(text) },
    text: () => written.join(''),
  };
}

const demo = (changes: Partial<Parameters<typeof runDemo>[0]>) =>
  runDemo({ url: system.url, key: system.key, dataDir, fasta: undefined, signal: never, ...changes });

it('the demo folds haemoglobin, prints each change and saves the structure', async () => {
  const { out, text } = paper();
  expect(await demo({ out })).toBe(0);
  expect(text()).toMatch(/Structure prediction: succeeded/);
  expect(text()).toMatch(/mean pLDDT +\d+\.\d of 100\n +pTM +0\.\d\d\n +cost +\$\d+\.\d\d of \$\d+\.\d\d/);
  expect(text()).toContain('synthetic');
  expect(text()).toContain(`${system.url}/docs`);
  const path = /structure +(.+)/.exec(text())?.[1] ?? '';
  expect(path.startsWith(dataDir)).toBe(true);
  expect(readFileSync(path, 'utf8')).toMatch(/^ATOM .*\bMET A {3}1 /m);
});

it('the demo draws in place on a terminal, and restores the cursor', async () => {
  const { out, text } = paper({ isTTY: true, columns: 60, rows: 12 });
  expect(await demo({ out })).toBe(0);
  expect(text().indexOf('\u001b[?25l')).toBeLessThan(text().indexOf('\u001b[?25h'));
  const drawings = text().split('\u001b[J').slice(1, -1).map(stripVTControlCharacters);
  for (const drawing of drawings) {
    const lines = drawing.split('\n');
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(60);
  }
});

it('the demo prints what was wrong with a sequence', async () => {
  const fasta = join(dataDir, 'bad.fasta');
  writeFileSync(fasta, '>bad\nMVLSPADKTNVKAAWG1KVGAHAGEYG\n');
  const { out, text } = paper();
  expect(await demo({ fasta, out })).toBe(1);
  expect(text()).toMatch(/parameters\.sequence: .*"1" at 17/);
  expect(existsSync(join(dataDir, 'results', 'undefined'))).toBe(false);
});

it('the demo stops at once when it is aborted', async () => {
  const abort = new AbortController();
  const { out, text } = paper();
  const code = demo({ signal: abort.signal, out });
  await vi.waitFor(() => expect(text()).toContain('Execution'), { interval: 5 });
  abort.abort();
  expect(await code).toBe(130);
});

it('the demo survives event streams that drop and an API that is away for a moment', async () => {
  const dropped: string[] = [];
  let refusals = 2;
  const unreliable = await relay((asked) => {
    if (asked.url?.endsWith('/events')) return dropped.push(asked.url) > 0;
    return /executions\/[^/]+$/.test(asked.url ?? '') && refusals-- > 0;
  });
  const { out } = paper();
  expect(await demo({ url: unreliable.url, out })).toBe(0);
  expect(dropped.length).toBeGreaterThan(0);
  expect(refusals).toBeLessThan(1);
  unreliable.server.close();
});

/** Passes requests on to the system, but drops the connection of those that `hangsUp` selects. */
async function relay(hangsUp: (asked: IncomingMessage) => boolean): Promise<{ url: string; server: Server }> {
  const server = createServer((asked, answer) => {
    if (hangsUp(asked)) {
      answer.destroy();
      return;
    }
    const onward = request(
      system.url + asked.url,
      { method: asked.method, headers: asked.headers },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      },
    );
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
