/** The registry over HTTP: models are made, changed, disabled, restored and found. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_FIELD, least, speaking } from './catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  say = speaking(system);
});
afterAll(() => system.stop());

describe('changes', () => {
  test('a model is registered whole, with defaults for omitted fields', async () => {
    const { status, headers, body } = await say('POST', '/v1/models', {
      ...least('whole'),
      licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
      dependencies: [{ type: 'database', name: 'D', license: 'CC0-1.0' }],
    });
    expect([status, headers.get('etag'), headers.get('location')]).toEqual([201, '"1"', '/v1/models/whole']);
    expect(body).toMatchObject({
      compliance: 'compliant',
      thermal: { maxInstances: 2, scaleToZeroAfterMinutes: 15 },
      pricing: { markup: '0.75' },
      usable: { commercial: true },
    });
    expect(await say('POST', '/v1/models', least('whole'))).toMatchObject({
      status: 409,
      body: { code: 'model_exists' },
    });
  });

  test('every field that can be created can be changed, one by one', async () => {
    await say('POST', '/v1/models', least('fields'));
    for (const [field, value] of Object.entries(EVERY_FIELD)) {
      const { status, body } = await say('PATCH', '/v1/models/fields', { [field]: value });
      expect([status, body[field as keyof typeof body]], field).toEqual([200, value]);
    }
    const { body: now } = await say('GET', '/v1/models/fields');
    expect(now).toMatchObject(EVERY_FIELD);
    expect(now.rowVersion).toBe(1 + Object.keys(EVERY_FIELD).length);
    expect((await say('PATCH', '/v1/models/fields', EVERY_FIELD)).body.rowVersion).toBe(now.rowVersion);
  });

  test("an empty configuration changes nothing, and a null restores a field's default", async () => {
    await say(
      'POST',
      '/v1/models',
      least('kept', { thermal: { maxInstances: 7 }, pricing: { markup: '2' } }),
    );
    const same = await say('PATCH', '/v1/models/kept', { thermal: {}, pricing: {}, deployment: {} });
    expect(same.body).toMatchObject({
      rowVersion: 1,
      thermal: { maxInstances: 7 },
      pricing: { markup: '2' },
    });
    const { body } = await say('PATCH', '/v1/models/kept', {
      thermal: { maxInstances: null },
      pricing: null,
    });
    expect(body).toMatchObject({
      thermal: { maxInstances: 2 },
      pricing: { markup: '0.75', hourlyRate: '0' },
    });
  });

  test.each<[string, object]>([
    ['enabled', { enabled: false }],
    ['modelId', { modelId: 'x' }],
    ['thermal.stray', { thermal: { stray: 1 } }],
    ['thermal.minInstances', { thermal: { minInstances: 9 } }],
    [
      'deployment.environment.HF_TOKEN',
      { deployment: { environment: { HF_TOKEN: `hf_${'aB1'.repeat(12)}` } } },
    ],
    ['deployment.headers.x-key', { deployment: { headers: { 'x-key': 'aws-sm:arn:aws:secretsmanager:x' } } }],
  ])('%s is refused with its place, and nothing is changed', async (path, patch) => {
    const before = await say('GET', '/v1/models/whole');
    const { status, body } = await say('PATCH', '/v1/models/whole', patch);
    expect([status, body.errors.map((fault) => fault.path)]).toEqual([422, [path]]);
    expect((await say('GET', '/v1/models/whole')).body).toEqual(before.body);
  });

  test('a change based on an older version is refused with the current one', async () => {
    await say('POST', '/v1/models', least('tabs'));
    const mine = await say('PATCH', '/v1/models/tabs', { description: 'mine' }, { 'if-match': '"1"' });
    expect([mine.status, mine.headers.get('etag')]).toEqual([200, '"2"']);
    const theirs = await say('PATCH', '/v1/models/tabs', { description: 'theirs' }, { 'if-match': '"1"' });
    expect(theirs).toMatchObject({
      status: 412,
      body: { code: 'stale_version', current: { id: 'tabs', rowVersion: 2, description: 'mine' } },
    });
    expect(theirs.body).not.toHaveProperty('current.uuid');
    expect((await say('PATCH', '/v1/models/tabs', {}, { 'if-match': 'W/"2"' })).status).toBe(422);
    expect(
      (await say('PATCH', '/v1/models/tabs', { description: null }, { 'if-match': '*' })).body,
    ).toMatchObject({
      description: null,
    });
  });
});

describe('disable and restore', () => {
  test('a disabled model is visible to administrators, and is restored unchanged', async () => {
    await say('POST', '/v1/models', least('resting', { status: 'beta' }));
    expect((await say('DELETE', '/v1/models/resting')).body).toMatchObject({
      enabled: false,
      status: 'disabled',
    });
    const tenant = { authorization: `Bearer ${await system.keyFor('acme')}` };
    expect((await say('GET', '/v1/models/resting', undefined, tenant)).status).toBe(404);
    expect((await say('GET', '/v1/models/resting')).status).toBe(200);
    await say('PATCH', '/v1/models/resting', { description: 'edited meanwhile' });
    for (let times = 1; times <= 2; times += 1) {
      expect((await say('POST', '/v1/models/resting/restore')).body).toMatchObject({
        enabled: true,
        status: 'beta',
        rowVersion: 4,
        description: 'edited meanwhile',
      });
    }
  });

  test('a model that is being deleted cannot be restored', async () => {
    await say('POST', '/v1/models', least('leaving'));
    expect(await say('POST', '/v1/models/leaving/retire', {})).toMatchObject({
      status: 202,
      body: { enabled: false, status: 'retiring' },
    });
    expect(await say('POST', '/v1/models/leaving/restore')).toMatchObject({
      status: 409,
      body: { code: 'model_retiring' },
    });
    for (const path of ['/v1/models/nobody/restore', '/v1/models/nobody/retire']) {
      expect((await say('POST', path)).status).toBe(404);
    }
  });
});

test('the list filters by status, by thermal state and by any word', async () => {
  const ids = async (query: string) =>
    (await say('GET', `/v1/models?category=found${query}`)).body.items.map(({ id }) => id);
  const ok = { type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' };
  await say(
    'POST',
    '/v1/models',
    least('f1', { category: 'found', licenses: [ok], capabilities: ['talks'] }),
  );
  await say('POST', '/v1/models', least('f2', { category: 'found', specialty: 'sings' }));
  expect(await ids('')).toEqual(['f1', 'f2']);
  expect(await ids('&compliance=compliant')).toEqual(['f1']);
  expect(await ids('&compliance=review_needed')).toEqual(['f2']);
  expect(await ids('&compliance=expired')).toEqual([]);
  expect(await ids('&q=TALKS')).toEqual(['f1']);
  expect(await ids('&q=sings')).toEqual(['f2']);
  expect(await ids('&heat=OFF')).toEqual(['f1', 'f2']);
  expect(await ids('&heat=HOT')).toEqual([]);
});
