/** Formats for other programs: PDB, mmCIF, confidence as a table, aligned errors as JSON and as bytes. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { diskBlobs } from '../../src/blobs/disk.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

const SEQUENCE = 'MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDD';

let system: TestSystem;
let folded: string;
beforeAll(async () => {
  system = await startTestSystem();
  await publishWorkflow(system, 'small', [{ id: 'first', type: 'validation' }]);
  folded = await submit(system, 'protein_folding_alphafold2', { sequence: SEQUENCE, numModels: 2 });
  const status = async () =>
    ((await (await system.ask('GET', `/v1/executions/${folded}`)).json()) as { status: string }).status;
  await vi.waitFor(async () => expect(await status()).toBe('succeeded'), { timeout: 40_000 });
});
afterAll(() => system.stop());

interface Artifact {
  name: string;
  taskId: string;
  size: number;
  sha256: string;
  mediaType: string;
  href: string;
  synthetic: boolean;
}
const get = (path: string, headers: Record<string, string> = {}) =>
  system.ask('GET', path, undefined, headers);
const listed = async (id: string) =>
  ((await (await get(`/v1/executions/${id}/artifacts`)).json()) as { items: Artifact[] }).items;

/** An execution that has ended with this output; returns its id. */
async function ended(output: unknown): Promise<string> {
  const id = await submit(system, 'small');
  await expect
    .poll(async () => ((await (await get(`/v1/executions/${id}`)).json()) as { status: string }).status)
    .toBe('succeeded');
  await system.owner.query('update workflow_executions set output_data = $2 where id = $1', [
    id,
    JSON.stringify(output),
  ]);
  return id;
}

test('each listed file exists, with the size and the hash in the list', async () => {
  const items = await listed(folded);
  const names = items.map(({ name }) => name);
  for (const name of ['structure.pdb', 'structure.cif', 'plddt.csv', 'pae.json', 'msa.a3m'])
    expect(names).toContain(name);
  expect(items.find(({ name }) => name === 'structure.cif')).toMatchObject({
    taskId: 'relaxation',
    mediaType: 'chemical/x-mmcif',
    href: `/v1/executions/${folded}/artifacts/structure.cif`,
  });
  for (const { name, href, size, sha256, mediaType, synthetic } of items) {
    expect([name, synthetic]).toEqual([name, true]);
    const response = await get(href);
    const bytes = Buffer.from(await response.arrayBuffer());
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect([name, bytes.length, hash]).toEqual([name, size, sha256]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringContaining(mediaType),
      'content-length': String(size),
      // The stand-in made it, which the file's name must show.
      'content-disposition': `attachment; filename="synthetic_${name}"`,
      'x-synthetic': 'true',
    });
  }
});

test('the formats hold the same data as the structure', async () => {
  const text = async (name: string) => (await get(`/v1/executions/${folded}/artifacts/${name}`)).text();
  const pdb = await text('structure.pdb');
  const atoms = pdb.match(/^ATOM.*$/gm) ?? [];
  expect(pdb).toContain('RELAXED');
  const cif = await text('structure.cif');
  expect(cif.match(/^ATOM .*$/gm)).toHaveLength(atoms.length);
  expect(cif).toMatch(/^# SYNTHETIC\./m);
  const csv = (await text('plddt.csv')).trim().split('\n');
  expect(csv).toHaveLength(SEQUENCE.length + 1);
  const [chain, , residue, plddt] = csv[1]?.split(',') ?? [];
  expect([chain, residue, Number(plddt).toFixed(2)]).toEqual(['A', 'MET', atoms[0]?.slice(60, 66).trim()]);
  expect((await text('structure.pdb?rank=2')).match(/^ATOM/gm)).toHaveLength(atoms.length);
  expect(await text('structure.pdb?rank=2')).not.toBe(pdb);
  expect((await get(`/v1/executions/${folded}/artifacts/structure.pdb?rank=3`)).status).toBe(404);
  expect(await text('msa.a3m')).toMatch(/^>query/);
});

test('aligned errors are sent as bytes, zipped for clients that accept that, and as JSON with the same values', async () => {
  const n = SEQUENCE.length;
  const plain = await get(`/v1/executions/${folded}/pae`, { 'accept-encoding': 'identity' });
  const bytes = Buffer.from(await plain.arrayBuffer());
  expect([bytes.length, plain.headers.get('x-size'), plain.headers.get('content-encoding')]).toEqual([
    n * n,
    String(n),
    null,
  ]);
  const zipped = await get(`/v1/executions/${folded}/pae?rank=1`, { 'accept-encoding': 'br, gzip;q=0.5' });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(Buffer.from(await zipped.arrayBuffer()).equals(bytes)).toBe(true);
  const refused = await get(`/v1/executions/${folded}/pae`, { 'accept-encoding': 'gzip;q=0' });
  expect(refused.headers.get('content-encoding')).toBeNull();
  const json = (await (await get(`/v1/executions/${folded}/artifacts/pae.json`)).json()) as {
    predicted_aligned_error: number[][];
    max_predicted_aligned_error: number;
  }[];
  const rows = json[0]?.predicted_aligned_error ?? [];
  expect([json.length, rows.length, rows[0]?.length]).toEqual([1, n, n]);
  expect(rows[3]?.[5]).toBeCloseTo((bytes[3 * n + 5] as number) / 8, 0.5);
  expect(json[0]?.max_predicted_aligned_error).toBe(Math.max(...rows.flat()));
  expect((await get(`/v1/executions/${folded}/pae?rank=9`)).status).toBe(404);
});

const ATOM = 'ATOM      1  CA  GLY A   1       1.000   2.000   3.000  1.00 70.00           C  ';

test('a structure is recognised by its content: text, a matrix, and errors in a JSON file work as well', async () => {
  const text = `${ATOM}\n${ATOM.replace('GLY A   1', 'ALA A   2')}\nEND\n`;
  const inText = await ended({
    result: {
      fold: text,
      PAE: [
        [0, 40],
        [1.5, 0],
      ],
    },
  });
  const response = await get(`/v1/executions/${inText}/pae`, { 'accept-encoding': 'identity' });
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 12, 0]);
  expect(await (await get(`/v1/executions/${inText}/artifacts/plddt.csv`)).text()).toBe(
    'chain,residue,name,plddt\nA,1,GLY,70\nA,2,ALA,70\n',
  );
  expect((await listed(inText)).map(({ name }) => name)).toEqual([
    'structure.pdb',
    'structure.cif',
    'plddt.csv',
    'pae.json',
  ]);

  const blobs = diskBlobs(join(system.config.dataDir, 'blobs'));
  const pae = Buffer.from(
    JSON.stringify([
      {
        predicted_aligned_error: [
          [0, 2],
          [3, 0],
        ],
      },
    ]),
  );
  await blobs.put('files/pae', pae, 'application/json');
  const reference = {
    name: 'scores.json',
    mediaType: 'application/json',
    size: pae.length,
    sha256: 'p'.repeat(64),
    key: 'files/pae',
  };
  const inFile = await ended({ structures: [{ pdb: text, pae: { $file: reference } }] });
  const zipped = await fetch(`${system.url}/v1/executions/${inFile}/pae`, {
    headers: { authorization: `Bearer ${system.key}` },
  });
  expect([...new Uint8Array(await zipped.arrayBuffer())]).toEqual([0, 16, 24, 0]);
  // The answer is cached by hash, so the file is no longer needed.
  await blobs.remove('files/pae');
  expect((await get(`/v1/executions/${inFile}/pae`)).status).toBe(200);
});

test('an execution without a structure has no files of one', async () => {
  const id = await ended({
    text: 'no structure',
    numbers: [
      [1, 2],
      [3, 4],
    ],
  });
  expect(await listed(id)).toEqual([]);
  expect((await get(`/v1/executions/${id}/pae`)).status).toBe(404);
  expect((await get(`/v1/executions/${id}/artifacts/structure.pdb`)).status).toBe(404);
  const authorization = `Bearer ${await system.keyFor('acme', 5)}`;
  for (const path of ['pae', 'artifacts', 'artifacts/structure.cif'])
    expect((await get(`/v1/executions/${folded}/${path}`, { authorization })).status).toBe(404);
});

test('a synthetic result is marked wherever it is shown, and no other result is', async () => {
  const flags = async (id: string) => {
    const one = (await (await get(`/v1/executions/${id}`)).json()) as {
      synthetic: boolean;
      tasks: { taskId: string; synthetic: boolean }[];
    };
    const list = (await (await get('/v1/executions?limit=100')).json()) as {
      items: { id: string; synthetic: boolean }[];
    };
    return {
      one: one.synthetic,
      listed: list.items.find((item) => item.id === id)?.synthetic,
      tasks: one.tasks.filter(({ synthetic }) => synthetic).map(({ taskId }) => taskId),
    };
  };
  expect(await flags(folded)).toEqual({
    one: true,
    listed: true,
    tasks: ['msa_generation', 'template_search', 'structure_prediction', 'relaxation', 'confidence_analysis'],
  });
  // No model made this output: its values are the caller's own.
  expect(await flags(await ended({ a: 1 }))).toEqual({ one: false, listed: false, tasks: [] });
  // A result reused by a rerun keeps its mark.
  const rerun = (await (
    await system.ask('POST', `/v1/executions/${folded}/rerun`, { from: 'confidence_analysis' })
  ).json()) as { id: string };
  expect((await flags(rerun.id)).tasks).toContain('msa_generation');
});
