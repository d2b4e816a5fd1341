/** Promise: each sample runs as the README says, through the public API alone, and can be run again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/demo/api.js';
import { HOOK_SECRET, publish, runSample } from '../../src/demo/sample.js';
import { readSample, sampleNames } from '../../src/demo/sample-file.js';
import { loadCatalogue } from '../../src/store/models/seed-catalogue.js';
import { expectInvariants } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { startVirtualTime } from '../harness/virtual-time.js';
import { openScheduleHarness } from '../schedules/schedule-harness.js';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const never = new AbortController().signal;
const hookSecret = `whsec_${Buffer.from('a secret for tests, of some length').toString('base64')}`;

const PDB = { $file: { name: expect.stringMatching(/\.pdb$/) as unknown } };
/** The output of each. */
const OUTPUTS: Record<string, object> = {
  chat_with_tools: {
    answer: 'About 2310 Da, from 21 residues.',
    toolResults: ['count_letters: 21', 'multiply: 2310'],
  },
  fan_out: { items: 1_000, succeeded: 990, failed: 10 },
  fold_and_approve: {
    outcome: 'approved',
    released: {
      note: 'Good enough for a first look.',
      releasedBy: 'admin@localhost',
    },
    structure: PDB,
  },
  fold_batch: {
    proteins: 10,
    folded: 10,
    mostConfident: { residues: expect.any(Number) },
    leastConfident: { name: expect.stringMatching(/^sp\|/), meanPlddt: expect.any(Number) },
    structures: Array.from({ length: 10 }, () => PDB),
  },
  image_pipeline: {
    image: { $file: { name: 'image_1.png' } },
    caption: 'Haemoglobin, seed 7',
  },
  nightly: { proteins: 10, longest: 238, shortest: 46 },
  transcribe_on_webhook: {
    callId: 'call-17',
    text: expect.stringMatching(/^\[synthetic\] /),
    words: 13,
    subtitles: { $file: { name: 'transcript.vtt' } },
  },
};

let system: TestSystem;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'radiant-samples-'));
  system = await startTestSystem({
    config: { secret: (reference) => (reference === HOOK_SECRET ? hookSecret : undefined) },
  });
  await loadCatalogue(system.ledger);
});
afterAll(async () => {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(name: string, key = system.key) {
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text) };
  const code = await runSample({ url: system.url, key, dataDir, name, hookSecret, signal: never, out });
  const text = written.join('');
  const id = /^execution (.+)$/m.exec(text)?.[1] ?? '';
  return {
    code,
    text,
    execution: (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as object,
  };
}

test('each sample is in the table of the README', async () => {
  expect(await sampleNames()).toEqual(Object.keys(OUTPUTS));
  for (const name of await sampleNames()) expect(README).toContain(`| \`${name}\` |`);
});

describe.each(Object.entries(OUTPUTS))('%s', (name, output) => {
  test('runs, prints its output, and runs again', { timeout: 120_000 }, async () => {
    const first = await run(name);
    expect(first.execution, first.text).toMatchObject({ status: 'succeeded', output });
    expect(first.code).toBe(0);
    const { shows, synthetic = '' } = await readSample(name, '');
    expect(first.text).toContain(`${name}: ${shows}`);
    expect(first.text).toMatch(/Succeeded in .+, at a cost of \$\d+\.\d{4}\./);
    expect(first.text).toContain(synthetic);
    if (name === 'fan_out') return;
    const second = await run(name);
    expect(second.execution, second.text).toMatchObject({
      status: 'succeeded',
      output,
      workflowVersion: '1.0.0',
    });
  });
});

test('an image is drawn by the fallback model after the provider has failed', async () => {
  const { execution } = await run('image_pipeline');
  const { id } = execution as { id: string };
  const { rows } = await system.owner.query(
    `select m.model_id as model, a.status from task_attempts a join ai_models m on m.id = a.model_id where a.workflow_execution_id = $1 order by a.attempt_number`,
    [id],
  );
  expect(rows).toEqual([
    { model: 'sample-draw', status: 'failed' },
    { model: 'sample-draw', status: 'failed' },
    { model: 'sample-sdxl', status: 'succeeded' },
  ]);
});

test('the structures of a batch come from ten executions of the workflow that folds one', async () => {
  const { execution } = await run('fold_batch');
  const { id } = execution as { id: string };
  const { items } = (await (await system.ask('GET', `/v1/executions?parentId=${id}`)).json()) as {
    items: object[];
  };
  expect(items).toHaveLength(10);
});

test('a sample that does not exist is refused with the names of those that do', async () => {
  await expect(run('fold')).rejects.toThrow(/There is no sample fold\. Choose one of .*fold_batch, /);
});

test('a key that may not publish workflows ends with what is wrong', async () => {
  const { code, text } = await run('nightly', await system.keyFor('acme'));
  expect(code).toBe(1);
  expect(text).toContain('This needs one of the roles platform_admin.');
});

test('the promises hold after all of them', async () => {
  await expectInvariants(system);
});

test('nightly: ticks at 02:30 in Berlin, also where the clock changes, and makes up for one missed night', async () => {
  const time = await startVirtualTime({ services: ['api', 'scheduler'] });
  try {
    const schedules = openScheduleHarness(time);
    const sample = await readSample('nightly', '');
    await publish(connect(time.url, time.key, never), sample);
    const { id, nextAt } = await schedules.make({ intervalSeconds: undefined, ...sample.schedule });
    expect(nextAt).toBe('2026-03-02T01:30:00.000Z');
    await time.jump(2 * 3_600);
    const until = (states: string[]) =>
      expect.poll(() => schedules.states(id), { timeout: 15_000 }).toEqual(states);
    await until(['started']);
    // No scheduler acts for four nights: the last one is made up for, the others are counted.
    await time.jump(4 * 86_400);
    await until(['started', 'missed 3', 'started']);
    expect((await schedules.ticks(id)).at(-1)?.at).toBe('2026-03-06T01:30:00.000Z');
    // 29 March 2026: Berlin has no 02:30. The clock shows 03:00 then.
    await time.jump(23 * 86_400);
    await until(['started', 'missed 3', 'started', 'missed 22', 'started']);
    expect((await schedules.ticks(id)).at(-1)?.at).toBe('2026-03-29T01:00:00.000Z');
  } finally {
    await time.stop();
  }
});

/** Average masses in Da of the chains, rounded, as UniProt states them or as its residues add up to. */
test('the ten proteins are what their names say', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../samples/proteins.fasta'), 'utf8');
  const records = text
    .split('>')
    .slice(1)
    .map((record) => {
      const [title = '', ...lines] = record.split('\n');
      return [title.split('|')[1] ?? '', Math.round(massOf(lines.join('')))];
    });
  expect(Object.fromEntries(records)).toEqual({
    P01308: 11_981,
    P0CG48: 8_565,
    P00698: 14_313,
    P00974: 6_518,
    P01542: 4_736,
    P42212: 26_886,
    P02185: 17_331,
    P68871: 15_998,
    P99999: 11_749,
    P0AA25: 11_807,
  });
});

const MASSES: Record<string, number> = {
  A: 71.0788, R: 156.1875, N: 114.1038, D: 115.0886, C: 103.1388, E: 129.1155, Q: 128.1307, G: 57.0519, H: 137.1411, I: 113.1594,
  L: 113.1594, K: 128.1741, M: 131.1926, F: 147.1766, P: 97.1167, S: 87.0782, T: 101.1051, W: 186.2132, Y: 163.176, V: 99.1326,
}; // prettier-ignore
const massOf = (sequence: string) =>
  sequence.split('').reduce((sum, letter) => sum + (MASSES[letter] ?? 0), 18.0153);
