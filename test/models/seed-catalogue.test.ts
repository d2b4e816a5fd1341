/** The seeded models: real ones, with their terms, and never over an administrator's changes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, catalogueWorkflows, loadCatalogue } from '../../src/store/models/seed-catalogue.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { speaking } from './catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { submit } from '../harness/fixtures.js';

let system: TestSystem;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  system = await startTestSystem({ config: { rateLimit: 100_000 } });
  say = speaking(system);
});
afterAll(() => system.stop());

describe('the seed catalogue', () => {
  const rows = async () =>
    (
      await system.owner.query<{ model_id: string }>(
        `select model_id from ai_models where created_by is null and status <> 'retired' order by model_id`,
      )
    ).rows.map(({ model_id }) => model_id);

  test("is loaded once; untouched models are corrected, and administrators' changes stay", async () => {
    const all = catalogue();
    expect(all).toHaveLength(12);
    const ids = all.map(({ modelId }) => modelId);
    expect(await loadCatalogue(system.ledger)).toEqual({
      added: ids,
      corrected: [],
      workflows: catalogueWorkflows().map(({ workflowId }) => workflowId),
    });
    expect(await rows()).toEqual(expect.arrayContaining(ids));
    expect(await loadCatalogue(system.ledger)).toEqual({ added: [], corrected: [], workflows: [] });

    const bySystem = (sql: string) => system.ledger.as(SYSTEM, (session) => session.query(sql));
    await bySystem(
      `update ai_models set description = 'old' where model_id in ('boltz1', 'esmfold', 'openfold')`,
    );
    await say('PATCH', '/v1/models/esmfold', { pricing: { markup: '9' } });
    await say('DELETE', '/v1/models/openfold');
    await bySystem(`update ai_models set enabled = false, status = 'retired' where model_id = 'sdxl-base'`);
    const [license] = (await say('GET', '/v1/models/boltz1/licenses')).body.items;
    await system.ask('DELETE', `/v1/models/boltz1/licenses/${license?.id}`);
    expect(await loadCatalogue(system.ledger)).toEqual({
      added: [],
      corrected: ['boltz1'],
      workflows: [],
    });
    expect((await say('GET', '/v1/models/esmfold')).body).toMatchObject({
      description: 'old',
      pricing: { markup: '9' },
    });
    expect((await say('GET', '/v1/models/sdxl-base')).status).toBe(404);
    expect((await say('GET', '/v1/models/boltz1/licenses')).body.items).toHaveLength(1);
  });

  test('says of every licence whether it was verified, and otherwise what to verify', () => {
    for (const { modelId, licenses } of catalogue()) {
      expect(licenses.length, modelId).toBeGreaterThan(0);
      for (const { complianceStatus, complianceNotes } of licenses) {
        expect(complianceNotes, modelId).toMatch(complianceStatus === 'review_needed' ? /Verify/ : /./);
      }
    }
  });

  test('each model has a workflow with an example that runs on the stand-in, and marks its result as synthetic', async () => {
    const models = catalogue().map(({ modelId }) => modelId);
    const workflows = catalogueWorkflows() as unknown as {
      workflowId: string;
      tasks: { modelId: string }[];
    }[];
    expect(workflows.flatMap(({ tasks }) => tasks.map(({ modelId }) => modelId)).toSorted()).toEqual(
      models.toSorted(),
    );
    const listed = new Set((await say('GET', '/v1/models')).body.items.map(({ id }) => id));
    const asked = [];
    for (const { workflowId, tasks } of workflows) {
      const modelId = tasks[0]?.modelId as string;
      if (!listed.has(modelId)) continue;
      const { body } = await say('GET', `/v1/models/${modelId}`);
      // Skip models that a test before disabled, and those that may not be sold.
      if (!body.usable.commercial) continue;
      const example = await system.ask('GET', `/v1/workflows/${workflowId}/example`);
      const { parameters } = (await example.json()) as { parameters: Record<string, unknown> };
      asked.push({ workflowId, modelId, id: await submit(system, workflowId, parameters) });
    }
    const usable = asked.map(({ modelId }) => modelId);
    expect(usable).toEqual(
      expect.arrayContaining(['mistral-7b-instruct', 'rfdiffusion', 'whisper-large-v3']),
    );
    expect(usable).not.toContain('rosettafold');
    for (const { workflowId, id } of asked) {
      const read = async () => (await say('GET', `/v1/executions/${id}`)).body;
      await expect.poll(async () => (await read()).status, { timeout: 60_000 }).toMatch(/succeeded|failed/);
      expect(await read(), workflowId).toMatchObject({ status: 'succeeded', output: { synthetic: true } });
    }
  });
});
