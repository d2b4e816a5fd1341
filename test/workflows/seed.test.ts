/** The stand-in acts as the seeded model: its times are the catalogue's, so that its results match the rows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passSeconds, profile } from '../../standin/containers/alphafold/profile.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { submit } from '../harness/fixtures.js';

const HBA1 =
  'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTLAAHLPAEFTPAVHASLDKFLASVSTVLTSKYR';

interface Folded {
  status: string;
  output: {
    confidence: Record<string, unknown>;
    structures: { rank: number; pdb: { $file: { name: string } } }[];
  };
  tasks: { taskId: string; status: string }[];
}

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

test('the stand-in warms and works as long as the catalogue says', async () => {
  const { rows } = await system.owner.query(
    "select performance_metrics as metrics, thermal_config as thermal from ai_models where model_id = 'alphafold2'",
  );
  const [{ metrics, thermal }] = rows;
  expect(profile.inferenceTime100Residues).toBe(metrics.inferenceTime100Residues);
  expect(profile.inferenceTime500Residues).toBe(metrics.inferenceTime500Residues);
  expect(profile.warmUpSeconds).toBe(thermal.warmupTimeSeconds);
});

test('a real sequence goes through all six tasks to a structure with its confidence', async () => {
  const id = await submit(system, 'protein_folding_alphafold2', { sequence: HBA1, numModels: 2 });
  const read = async () => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Folded;
  await expect.poll(async () => (await read()).status, { timeout: 40_000 }).toBe('succeeded');

  const { output, tasks } = await read();
  expect(tasks).toHaveLength(6);
  expect(output.confidence).toMatchObject({ meanPlddt: expect.any(Number), ptm: expect.any(Number) });
  expect(output.structures.map(({ rank }) => rank)).toEqual([1, 2]);
  const name = output.structures[0]?.pdb.$file.name;
  const pdb = await (await system.ask('GET', `/v1/executions/${id}/artifacts/${name}`)).text();
  expect(pdb).toMatch(/^REMARK.*SYNTHETIC/m);
  expect(pdb.match(/^ATOM.{9}CA /gm)).toHaveLength(HBA1.length);

  const seconds = system.standIn.ledger().invocations.map(({ computeSeconds }) => computeSeconds);
  const once = Math.round(passSeconds(HBA1.length) * 1_000) / 1_000;
  expect(seconds.filter((time) => time === once)).toHaveLength(4);
});

test('without templates and relaxation the workflow skips them and still ends with a structure', async () => {
  const id = await submit(system, 'protein_folding_alphafold2', {
    sequence: HBA1,
    numModels: 1,
    useTemplates: false,
    relaxStructure: false,
  });
  const read = async () => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Folded;
  await expect.poll(async () => (await read()).status, { timeout: 40_000 }).toBe('succeeded');
  const { output, tasks } = await read();
  const skipped = tasks.filter(({ status }) => status === 'skipped');
  expect(skipped.map(({ taskId }) => taskId)).toEqual(['template_search', 'relaxation']);
  expect(output.structures).toHaveLength(1);
});
