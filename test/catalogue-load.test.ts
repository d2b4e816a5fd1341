/** The models that come along: real ones, with their terms, and never against an administrator's will. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, loadCatalogue } from '../src/store/catalogue.js';
import { SYSTEM } from '../src/store/pool.js';
import { speaking } from './catalogue-rig.js';
import { openHouse, type House } from './house.js';
import { plantWorkflow, submit } from './plant.js';

let house: House;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  house = await openHouse({ config: { rateLimit: 100_000 } });
  say = speaking(house);
});
afterAll(() => house.stop());

describe('the catalogue that comes along', () => {
  const rows = async () =>
    (
      await house.owner.query<{ model_id: string }>(
        `select model_id from ai_models where created_by is null and status <> 'retired' order by model_id`,
      )
    ).rows.map(({ model_id }) => model_id);

  test('is loaded once; what was never touched is corrected, and what administrators did is left alone', async () => {
    const all = catalogue();
    expect(all).toHaveLength(12);
    const ids = all.map(({ modelId }) => modelId);
    expect(await loadCatalogue(house.ledger)).toEqual({ added: ids, corrected: [] });
    expect(await rows()).toEqual(expect.arrayContaining(ids));
    expect(await loadCatalogue(house.ledger)).toEqual({ added: [], corrected: [] });

    const bySystem = (sql: string) => house.ledger.as(SYSTEM, (session) => session.query(sql));
    await bySystem(
      `update ai_models set description = 'old' where model_id in ('boltz1', 'esmfold', 'openfold')`,
    );
    await say('PATCH', '/v1/models/esmfold', { pricing: { markup: '9' } });
    await say('DELETE', '/v1/models/openfold');
    await bySystem(`update ai_models set enabled = false, status = 'retired' where model_id = 'sdxl-base'`);
    const [license] = (await say('GET', '/v1/models/boltz1/licenses')).body.items;
    await house.ask('DELETE', `/v1/models/boltz1/licenses/${license?.id}`);
    expect(await loadCatalogue(house.ledger)).toEqual({ added: [], corrected: ['boltz1'] });
    expect((await say('GET', '/v1/models/esmfold')).body).toMatchObject({
      description: 'old',
      pricing: { markup: '9' },
    });
    expect((await say('GET', '/v1/models/sdxl-base')).status).toBe(404);
    expect((await say('GET', '/v1/models/boltz1/licenses')).body.items).toHaveLength(1);
  });

  test('says of every licence whether it was verified, and of others what to verify', () => {
    for (const { modelId, licenses } of catalogue()) {
      expect(licenses.length, modelId).toBeGreaterThan(0);
      for (const { complianceStatus, complianceNotes } of licenses) {
        expect(complianceNotes, modelId).toMatch(complianceStatus === 'review_needed' ? /Verify/ : /./);
      }
    }
  });

  test('whatever its licences allow to a commercial tenant runs on the stand-in', async () => {
    const { items } = (await say('GET', '/v1/models?compliance=compliant')).body;
    const usable = [];
    for (const { id } of items) {
      const { usable: may } = (await say('GET', `/v1/models/${id}`)).body;
      if (may.commercial && id !== 'alphafold2') usable.push(id);
    }
    expect(usable).toEqual(
      expect.arrayContaining(['mistral-7b-instruct', 'rfdiffusion', 'whisper-large-v3']),
    );
    expect(usable).not.toContain('rosettafold');
    await plantWorkflow(
      house,
      'all',
      usable.map((model) => ({ id: model.replaceAll('-', '_'), model })),
    );
    const id = await submit(house, 'all', {});
    const status = async () => (await say('GET', `/v1/executions/${id}`)).body.status;
    await expect.poll(status, { timeout: 60_000 }).toBe('succeeded');
  });
});
