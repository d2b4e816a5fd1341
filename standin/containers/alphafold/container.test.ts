/** The answers of the AlphaFold container, task by task. */
import { expect, test } from 'vitest';
import type { Fields, File } from '../container.js';
import { bandsOf } from './confidence.js';
import { alphafold } from './container.js';
import { passSeconds, profile } from './profile.js';
import type { Structure } from './structures.js';

const SEQUENCE = 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV';

async function ask(task: string, parameters: Fields = {}, inputs: Fields = {}) {
  const request = { task, parameters: { sequence: SEQUENCE, ...parameters }, inputs };
  return answer(request);
}
async function answer(request: Fields | string) {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  const plan = alphafold.plan(Buffer.from(body), {});
  const reply = await plan.produce();
  return { plan, status: reply.status, body: JSON.parse(reply.body.toString('utf8')) as Fields };
}
const fileOf = (value: unknown): File['$file'] => (value as File).$file;
const structuresOf = (body: Fields): Structure[] => body['structures'] as Structure[];

test('the profile is linear through 100 and 500 residues, and never below a second', () => {
  expect(passSeconds(100)).toBe(4.9);
  expect(passSeconds(500)).toBe(29);
  expect(passSeconds(300)).toBe(16.95);
  expect(passSeconds(900)).toBe(53.1);
  expect(passSeconds(16)).toBe(1);
  expect(profile).toMatchObject({ inferenceTime100Residues: 4.9, inferenceTime500Residues: 29 });
});

test('every task reports its compute time; only the prediction multiplies it', async () => {
  const sequence = 'ACDEFGHIKLMNPQRSTVWY'.repeat(10);
  const structures = [{ model: 'model_1', rank: 1, plddt: [90] }];
  for (const task of [
    'msa_generation',
    'template_search',
    'structure_prediction',
    'relaxation',
    'confidence_analysis',
  ]) {
    const { plan, status, body } = await ask(
      task,
      { sequence, numModels: 3 },
      { structure_prediction: { structures } },
    );
    const expected = Math.round(passSeconds(200) * (task === 'structure_prediction' ? 3 : 1) * 1000) / 1000;
    expect([status, plan.computeSeconds, body['usage']]).toEqual([
      200,
      expected,
      { computeSeconds: expected, synthetic: true },
    ]);
  }
});

test('the alignment starts with the query, and every row fits it', async () => {
  const { body } = await ask('msa_generation');
  const file = fileOf(body['msa']);
  expect(file).toMatchObject({ name: 'msa.a3m', encoding: 'utf8' });
  const lines = file.data.trimEnd().split('\n');
  const rows = lines.filter((line) => !line.startsWith('>'));
  expect(lines[0]).toMatch(/^>query SYNTHETIC/);
  expect(rows[0]).toBe(SEQUENCE);
  expect(rows).toHaveLength(body['depth'] as number);
  expect(rows.every((row) => row.replaceAll(/[a-z]/g, '').length === SEQUENCE.length)).toBe(true);
  expect(rows.some((row) => row.includes('-')) && rows.some((row) => /[a-z]/.test(row))).toBe(true);
  expect(body['coverage']).toBeGreaterThan(0.5);
});

test('templates are marked as synthetic, and omitted unless requested', async () => {
  const { body } = await ask('template_search');
  const templates = body['templates'] as Fields[];
  expect(templates.length).toBeGreaterThan(0);
  for (const template of templates) {
    expect(template).toMatchObject({
      id: expect.stringMatching(/^0[a-z]{3}_[A-D]$/) as string,
      synthetic: true,
    });
  }
  expect((await ask('template_search', { useTemplates: false })).body['templates']).toEqual([]);
});

test('structures come best first, with their confidence and their errors', async () => {
  const { body } = await ask('structure_prediction', { numModels: 5 });
  const structures = structuresOf(body);
  const n = SEQUENCE.length;
  expect(structures.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
  expect(body['ranking']).toEqual(structures.map(({ model }) => model));
  const means = structures.map(({ meanPlddt }) => meanPlddt);
  expect(means).toEqual(means.toSorted((a, b) => b - a));
  for (const { model, plddt, meanPlddt, ptm, pdb, pae, maxPae } of structures) {
    expect(plddt).toHaveLength(n);
    expect(plddt.every((value) => value >= 0 && value <= 100 && Number(value.toFixed(2)) === value)).toBe(
      true,
    );
    expect(meanPlddt).toBeCloseTo(plddt.reduce((sum, value) => sum + value, 0) / n, 1);
    expect(ptm).toBeGreaterThan(0);
    expect(fileOf(pdb)).toMatchObject({ name: `unrelaxed_${model}.pdb`, mediaType: 'chemical/x-pdb' });
    expect(fileOf(pae)).toMatchObject({ name: `pae_${model}.bin`, encoding: 'base64' });
    const errors = Buffer.from(fileOf(pae).data, 'base64');
    expect(errors).toHaveLength(n * n);
    expect(maxPae).toBe(Math.max(...errors) / 8);
    expect(errors[0]).toBeLessThan(errors[n - 1] as number);
  }
});

test('relaxation changes the best structure only', async () => {
  const { body } = await ask('structure_prediction', { numModels: 2 });
  const [first, second] = structuresOf(body) as [Structure, Structure];
  const relaxed = await ask('relaxation', {}, { structure_prediction: body });
  const [best, other] = structuresOf(relaxed.body) as [Structure, Structure];
  expect(relaxed.body['relaxed']).toEqual([first.model]);
  expect(fileOf(best.pdb).name).toBe(`relaxed_${first.model}.pdb`);
  expect(fileOf(best.pdb).data).not.toBe(fileOf(first.pdb).data);
  expect({ ...best, pdb: first.pdb }).toEqual(first);
  expect(other).toEqual(second);
  const unwanted = await ask('relaxation', { relaxStructure: false }, { structures: body['structures'] });
  expect(unwanted.body).toMatchObject({ structures: body['structures'], relaxed: [] });
});

test('confidence is judged on the best structure; a threshold belongs to the band above it', async () => {
  expect(bandsOf([90, 89.99, 70, 50, 49.99])).toEqual({
    veryHigh: 0.2,
    confident: 0.4,
    low: 0.2,
    veryLow: 0.2,
  });
  const structures = [{ rank: 1, ptm: 0.8, plddt: [95, 85, 65, 45] }];
  const parameters = { sequence: SEQUENCE };
  const { body } = await answer({ task: 'confidence_analysis', parameters, structures });
  expect(body['confidence']).toEqual({
    meanPlddt: 72.5,
    ptm: 0.8,
    bands: { veryHigh: 0.25, confident: 0.25, low: 0.25, veryLow: 0.25 },
    summary: expect.stringMatching(/^50% of 4 residues/) as string,
  });
});

test.each([
  ['no sequence', { task: 'msa_generation', parameters: {} }],
  ['a strange letter', { task: 'msa_generation', parameters: { sequence: 'ACDX' } }],
  ['small letters', { task: 'msa_generation', parameters: { sequence: 'acd' } }],
  ['too many models', { task: 'structure_prediction', parameters: { sequence: 'ACD', numModels: 6 } }],
  ['an unknown task', { task: 'constructor', parameters: { sequence: 'ACD' } }],
  ['nothing to relax', { task: 'relaxation', parameters: { sequence: 'ACD' } }],
  ['no JSON', 'ACD'],
])('%s is the fault of the caller', async (_, request) => {
  const { plan, status, body } = await answer(request);
  expect([status, plan.computeSeconds]).toEqual([400, 0]);
  expect(body['error']).toMatch(/\w/);
});

test('the same sequence gives the same bytes, another one different bytes', async () => {
  const bytes = async (sequence: string) =>
    JSON.stringify((await ask('structure_prediction', { sequence })).body);
  expect(await bytes(SEQUENCE)).toBe(await bytes(SEQUENCE));
  expect(await bytes(SEQUENCE)).not.toBe(await bytes(`${SEQUENCE}A`));
});

test('2,700 residues and five models take seconds', async () => {
  const sequence = 'ACDEFGHIKLMNPQRSTVWYLKEAVGS'.repeat(100);
  const body = JSON.stringify({ task: 'structure_prediction', parameters: { sequence } });
  const started = performance.now();
  const reply = await alphafold.plan(Buffer.from(body), {}).produce();
  expect(reply.body.length).toBeGreaterThan(5 * 2700 * 2700 * 1.33);
  expect(performance.now() - started).toBeLessThan(15_000);
});
