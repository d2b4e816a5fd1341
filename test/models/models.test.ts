/** The registry's own functions, used by two processes at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewModel } from '../../src/core/models/model-fields.js';
import type { Models } from '../../src/store/models/models.js';
import type { Actor } from '../../src/store/db/ledger.js';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openSecondProcess, type SecondProcess } from '../harness/second-process.js';

let system: TestSystem;
let here: SecondProcess;
let there: SecondProcess;
let admin: Actor;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  [here, there] = [await openSecondProcess(system), await openSecondProcess(system)];
  const [row] = await here.ledger.query<{ id: string }>('select id from administrators');
  admin = { type: 'admin', id: row?.id ?? null };
});
afterAll(async () => {
  for (const side of [here, there]) await side.stop();
  await system.stop();
});

const model = (modelId: string, more: Partial<NewModel> = {}): NewModel => ({
  modelId,
  name: modelId,
  displayName: modelId,
  category: 'test',
  ...more,
});
const create = (modelId: string, more: Partial<NewModel> = {}) =>
  here.models.create(model(modelId, more), admin);

describe('create', () => {
  test('completes omitted fields, and grants no permission by default', async () => {
    await create('bare', { licenses: [{ type: 'code', spdx: 'LicenseRef-odd' }] });
    expect(await here.models.get('bare')).toMatchObject({
      providerType: 'self_hosted',
      thermal: {
        defaultState: 'OFF',
        scaleToZeroAfterMinutes: 15,
        warmupTimeSeconds: 60,
        minInstances: 0,
        maxInstances: 2,
      },
      pricing: { hourlyRate: '0', perRequest: '0', markup: '0.75' },
      deployment: { maxConcurrentInvocationsPerInstance: 1 },
      enabled: true,
      currentThermalState: 'OFF',
      rowVersion: 1,
      licenses: [
        {
          commercialUse: null,
          complianceStatus: 'review_needed',
          attributionRequired: false,
          shareAlike: false,
        },
      ],
    });
  });

  test('stores every field of licences and dependencies', async () => {
    const license = {
      type: 'weights',
      spdx: 'CC-BY-SA-4.0',
      url: 'https://example.org/l',
      commercialUse: true,
      attributionRequired: true,
      attributionText: 'by us',
      shareAlike: true,
      complianceStatus: 'compliant' as const,
    };
    const dependency = {
      type: 'database',
      name: 'BFD',
      sizeGb: '1800.25',
      license: 'MIT',
      required: false,
      notes: 'big',
    };
    await create('whole', {
      licenses: [{ ...license, expiresAt: '2031-01-01T00:00:00Z' }],
      dependencies: [dependency],
    });
    const found = await here.models.get('whole');
    expect(found).toMatchObject({ licenses: [license], dependencies: [dependency] });
    expect(new Date(found?.licenses[0]?.expiresAt ?? '')).toEqual(new Date('2031-01-01T00:00:00Z'));
  });

  test('refuses a second model of the same name, and stores nothing of it', async () => {
    await create('once');
    const again = create('once', { displayName: 'second', licenses: [{ type: 'code', spdx: 'MIT' }] });
    await expect(again).rejects.toMatchObject({ code: 'model_exists' });
    expect(await here.models.get('once')).toMatchObject({ displayName: 'once', licenses: [] });
    const both = await Promise.allSettled([create('race'), there.models.create(model('race'), admin)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('reports every field that is wrong, unknown ones too', async () => {
    const wrong = {
      modelId: '../x',
      minTier: 9,
      enabled: false,
      licenses: [{ type: 'code' }],
      thermal: { maxInstances: 0 },
    };
    await expect(here.models.create(wrong as unknown as NewModel, admin)).rejects.toMatchObject({
      code: 'invalid_input',
      faults: expect.arrayContaining(
        ['modelId', 'minTier', 'licenses.0.spdx', 'thermal.maxInstances', 'enabled'].map((path) =>
          expect.objectContaining({ path }),
        ),
      ),
    });
  });
});

describe('update', () => {
  test('merges deeply: an omitted field stays, null deletes', async () => {
    await create('merged', {
      description: 'd',
      deployment: { instanceType: 'ml.g5.xlarge', environment: { A: '1', B: '2' } },
      thermal: { maxInstances: 7, scaleToZeroAfterMinutes: 3 },
      pricing: { hourlyRate: '2', perResidueOver500: '0.1' },
    });
    const updated = await here.models.update(
      'merged',
      {
        description: null,
        deployment: { environment: { B: null, C: '3' } },
        thermal: { maxInstances: 4 },
        pricing: { markup: '0.5' },
      },
      admin,
      1,
    );
    expect(updated).toMatchObject({
      rowVersion: 2,
      displayName: 'merged',
      description: null,
      deployment: { instanceType: 'ml.g5.xlarge', environment: { A: '1', C: '3' } },
      thermal: { maxInstances: 4, scaleToZeroAfterMinutes: 3 },
      pricing: { hourlyRate: '2', perResidueOver500: '0.1', markup: '0.5' },
    });
    expect(updated.deployment.environment).not.toHaveProperty('B');
    expect(await here.models.get('merged')).toEqual(updated);
  });

  test.each([
    ['a stale version', 'merged', { description: 'x' }, 1, 'stale_version'],
    ['a model that is not there', 'nobody', { description: 'x' }, undefined, 'not_found'],
    ['an unknown field', 'merged', { enabled: false }, undefined, 'invalid_input'],
    ['the name it goes by', 'merged', { modelId: 'other' }, undefined, 'invalid_input'],
    ['a required field deleted', 'merged', { displayName: null }, undefined, 'invalid_input'],
    ['a value out of range', 'merged', { thermal: { maxInstances: -1 } }, undefined, 'invalid_input'],
  ])('refuses %s and changes nothing', async (_, modelId, patch, version, code) => {
    const before = await here.models.get(modelId);
    await expect(here.models.update(modelId, patch, admin, version)).rejects.toMatchObject({ code });
    here.models.refresh();
    expect(await here.models.get(modelId)).toEqual(before);
  });

  test('loses nothing when fifty calls change it at once, from two processes', async () => {
    await create('busy');
    const add = async (n: number): Promise<void> => {
      const { ledger, models } = n % 2 === 0 ? here : there;
      const [row] = await ledger.query<{ rowVersion: number }>(
        `select row_version from ai_models where model_id = 'busy'`,
      );
      await models
        .update('busy', { performanceMetrics: { [`m${n}`]: n } }, admin, row?.rowVersion)
        .catch((error: { code?: string }) => {
          if (error.code !== 'stale_version') throw error;
          return add(n);
        });
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => add(n)));
    here.models.refresh();
    const busy = await here.models.get('busy');
    expect(Object.keys(busy?.performanceMetrics ?? {})).toHaveLength(50);
    expect(busy?.rowVersion).toBe(51);
  });
});

describe('remove', () => {
  test('disables it, and thermal still sees it to turn it off', async () => {
    await create('leaving');
    await here.models.remove('leaving', admin);
    expect(await here.models.get('leaving')).toMatchObject({ enabled: false, status: 'disabled' });
    expect((await readHeat(here.ledger)).find(({ modelId }) => modelId === 'leaving')).toMatchObject({
      enabled: false,
    });
    expect((await here.models.list()).map(({ id }) => id)).not.toContain('leaving');
    expect((await here.models.list({ includeDisabled: true })).map(({ id }) => id)).toContain('leaving');
    await expect(here.models.remove('leaving', admin)).rejects.toMatchObject({ code: 'not_found' });
    await expect(here.models.remove('nobody', admin)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is not undone by a change', async () => {
    expect(await here.models.update('leaving', { description: 'gone' }, admin)).toMatchObject({
      enabled: false,
      status: 'disabled',
      description: 'gone',
    });
  });
});

test('list filters by each of its fields, in a stable order', async () => {
  await create('f-b', { category: 'filter', displayName: 'B', minTier: 1, status: 'beta' });
  await create('f-a', {
    category: 'filter',
    displayName: 'A',
    minTier: 4,
    providerType: 'external',
    deployment: { url: 'https://models.example/' },
  });
  const ids = async (filters: Parameters<Models['list']>[0]) =>
    (await there.models.list({ category: 'filter', ...filters })).map(({ id }) => id);
  expect(await ids({})).toEqual(['f-a', 'f-b']);
  expect(await ids({ status: 'beta' })).toEqual(['f-b']);
  expect(await ids({ minTier: 3 })).toEqual(['f-b']);
  expect(await ids({ minTier: 4 })).toEqual(['f-a', 'f-b']);
  expect(await ids({ providerType: 'external' })).toEqual(['f-a']);
  expect(await ids({ category: 'nothing' })).toEqual([]);
});
