/** Licences and dependencies over HTTP: recorded, reviewed, shown on the board; each change raises the model's version. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { speaking } from './catalogue-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let say: ReturnType<typeof speaking>;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 100_000 } });
  say = speaking(system);
  await say('POST', '/v1/models', { modelId: 'm', name: 'm', displayName: 'Modèle', category: 'test' });
});
afterAll(() => system.stop());

const model = async () => (await say('GET', '/v1/models/m')).body;
const listed = async (path: string) => (await say('GET', path)).body.items;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('a licence', () => {
  const LICENSES = '/v1/models/m/licenses';
  let id: string;

  test('is recorded, and waits for its review', async () => {
    const { rowVersion } = await model();
    const { status, body } = await say('POST', LICENSES, {
      type: 'source_code',
      spdx: 'Apache-2.0',
      url: 'https://www.apache.org/licenses/LICENSE-2.0',
      commercialUse: true,
      commercialNotes: 'fine',
      attributionRequired: true,
      attributionText: 'by us',
    });
    id = body.id;
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        type: 'source_code',
        spdx: 'Apache-2.0',
        url: 'https://www.apache.org/licenses/LICENSE-2.0',
        commercialUse: true,
        commercialNotes: 'fine',
        attributionRequired: true,
        attributionText: 'by us',
        shareAlike: false,
        complianceStatus: 'review_needed',
        complianceNotes: null,
        lastComplianceReview: null,
        reviewedBy: null,
        expiresAt: null,
      },
    ]);
    expect(await model()).toMatchObject({ rowVersion: rowVersion + 1, compliance: 'review_needed' });
    expect(await say('POST', LICENSES, { type: 'source_code', spdx: 'Apache-2.0' })).toMatchObject({
      status: 409,
      body: { code: 'license_exists' },
    });
  });

  test('is reviewed with reviewer, time and reason', async () => {
    const review = `${LICENSES}/${id}/review`;
    expect((await say('POST', review, { complianceStatus: 'compliant', note: ' ' })).status).toBe(422);
    const { body } = await say('POST', review, {
      complianceStatus: 'compliant',
      note: 'read it',
    });
    expect(body).toMatchObject({
      complianceStatus: 'compliant',
      complianceNotes: 'read it',
      reviewedBy: 'admin@localhost',
    });
    expect(Math.abs(Date.parse(body.lastComplianceReview) - Date.now())).toBeLessThan(60_000);
    expect(await model()).toMatchObject({ compliance: 'compliant' });
    expect((await say('PATCH', `${LICENSES}/${id}`, { complianceStatus: 'compliant' })).status).toBe(422);
  });

  test('is changed field by field; a changed SPDX id has to be reviewed anew', async () => {
    const one = `${LICENSES}/${id}`;
    const expiresAt = '2031-01-01T00:00:00.000Z';
    expect((await say('PATCH', one, { expiresAt, commercialNotes: null })).body).toMatchObject({
      expiresAt,
      commercialNotes: null,
      attributionText: 'by us',
      complianceStatus: 'compliant',
    });
    expect((await say('PATCH', one, { spdx: 'MIT' })).body).toMatchObject({
      spdx: 'MIT',
      complianceStatus: 'review_needed',
    });
    for (const patch of [{ spdx: 'Free' }, { stray: 1 }, { type: null }, { url: 'x' }]) {
      expect((await say('PATCH', one, patch)).status, JSON.stringify(patch)).toBe(422);
    }
    await say('POST', LICENSES, { type: 'source_code', spdx: 'BSD-3-Clause' });
    expect(await say('PATCH', one, { spdx: 'BSD-3-Clause' })).toMatchObject({
      status: 409,
      body: { code: 'license_exists' },
    });
  });

  test('of an older version of the model is not changed, and one of another model is not found', async () => {
    const { rowVersion } = await model();
    const stale = { 'if-match': `"${rowVersion - 1}"` };
    for (const [method, path, body] of [
      ['POST', LICENSES, { type: 'x', spdx: 'MIT' }],
      ['PATCH', `${LICENSES}/${id}`, { shareAlike: true }],
      ['DELETE', `${LICENSES}/${id}`, undefined],
    ] as const) {
      expect(await say(method, path, body, stale)).toMatchObject({
        status: 412,
        body: { code: 'stale_version', current: { rowVersion } },
      });
      const elsewhere = path.replace('/m/', '/alphafold2/');
      if (method !== 'POST') expect((await say(method, elsewhere, body)).status).toBe(404);
    }
    expect(await model()).toMatchObject({ rowVersion });
  });

  test('each change is one row of the audit, and an empty change is none', async () => {
    const audited = async () => (await listed('/v1/audit?entity=license&limit=200')).length;
    const before = await audited();
    await say('PATCH', `${LICENSES}/${id}`, { shareAlike: true });
    expect(await audited()).toBe(before + 1);
    await say('PATCH', `${LICENSES}/${id}`, { shareAlike: true });
    expect(await audited()).toBe(before + 1);
    expect((await say('DELETE', `${LICENSES}/${id}`)).status).toBe(204);
    expect(await audited()).toBe(before + 2);
    expect((await say('DELETE', `${LICENSES}/${id}`)).status).toBe(404);
    expect((await listed(LICENSES)).map(({ spdx }) => spdx)).toEqual(['BSD-3-Clause']);
  });
});

test('a dependency is added, changed and removed', async () => {
  const all = '/v1/models/m/dependencies';
  const fields = {
    type: 'database',
    name: 'BFD',
    sizeGb: '1800.25',
    license: 'CC-BY-SA-4.0',
    required: true,
    notes: 'big',
  };
  const { status, body } = await say('POST', all, fields);
  expect([status, body]).toEqual([201, { id: expect.any(String), ...fields }]);
  expect((await say('POST', all, fields)).body).toMatchObject({ code: 'dependency_exists' });
  expect((await say('POST', all, { ...fields, name: 'X', license: 'free' })).status).toBe(422);
  await say('POST', all, { type: 'database', name: 'Other' });
  expect((await say('PATCH', `${all}/${body.id}`, { name: 'Other' })).body).toMatchObject({
    code: 'dependency_exists',
  });
  expect((await say('PATCH', `${all}/${body.id}`, { sizeGb: null, required: false })).body).toEqual({
    id: body.id,
    ...fields,
    sizeGb: null,
    required: false,
  });
  expect((await say('DELETE', `${all}/${body.id}`)).status).toBe(204);
  expect((await listed(all)).map(({ name }) => name)).toEqual(['Other']);
});

test('the board separates expired from expiring licences, and filters work', async () => {
  const ok = { type: 'code', commercialUse: true, complianceStatus: 'compliant' };
  await say('POST', '/v1/models', {
    modelId: 'board',
    name: 'board',
    displayName: 'Board',
    category: 'test',
    licenses: [
      { ...ok, spdx: 'MIT' },
      { ...ok, spdx: 'ISC', expiresAt: inDays(-1) },
      { ...ok, spdx: 'Zlib', expiresAt: inDays(29) },
      { ...ok, spdx: '0BSD', expiresAt: inDays(31) },
      { ...ok, spdx: 'Beerware', complianceStatus: 'non_compliant' },
      { type: 'code', spdx: 'LicenseRef-own' },
    ],
  });
  const found = async (query: string) =>
    (await listed(`/v1/licenses?q=board${query}`)).map(({ spdx }) => spdx);
  expect(await found('&compliance=compliant')).toEqual(['0BSD', 'MIT']);
  expect(await found('&compliance=expired')).toEqual(['ISC']);
  expect(await found('&compliance=expiring')).toEqual(['Zlib']);
  expect(await found('&compliance=non_compliant')).toEqual(['Beerware']);
  expect(await found('&compliance=review_needed')).toEqual(['LicenseRef-own']);
  expect(await found('&spdx=MIT')).toEqual(['MIT']);
  const [first] = await listed('/v1/licenses?spdx=ISC');
  expect(first).toMatchObject({
    modelId: 'board',
    modelName: 'Board',
    standing: 'expired',
    reviewedBy: 'admin@localhost',
  });
});

test('the notice lists every model in use with its terms', async () => {
  const response = await system.ask('GET', '/v1/licenses/notice');
  expect(response.headers.get('content-type')).toMatch('text/plain; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('AlphaFold 2 (alphafold2 2.3.2)');
  expect(text).toContain('Modèle (m)');
  expect(text).not.toContain('Tasks:');
});

test('an SPDX id is corrected in case, chosen from a list, or accepted as a custom one', async () => {
  const made = await say('POST', '/v1/models/m/licenses', {
    type: 'container',
    spdx: 'polyform-noncommercial-1.0.0',
  });
  expect(made).toMatchObject({
    status: 201,
    body: { spdx: 'PolyForm-Noncommercial-1.0.0', commercialUse: false, complianceStatus: 'review_needed' },
  });
  const refused = await say('PATCH', `/v1/models/m/licenses/${made.body.id}`, { commercialUse: true });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'commercialUse' }] } });
  expect((await listed('/v1/licenses/spdx?q=nc-sa-4')).map(({ id }) => id)).toEqual(['CC-BY-NC-SA-4.0']);
  const first = (await say('GET', '/v1/licenses/spdx?limit=2')).body;
  expect(first.items.map(({ id }) => id)).toEqual(['0BSD', '3D-Slicer-1.0']);
  expect(first.nextCursor).toEqual(expect.any(String));
});

test('terms that nobody here has reviewed are not compliant, even if the request says so', async () => {
  const terms = [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' as const }];
  await system.ledger.as({ type: 'system', id: null }, async (session) => {
    await session.query(
      `insert into ai_models (model_id, name, display_name, category) values ('stated', 'stated', 'stated', 'test')`,
    );
    await session.query(
      `insert into model_licenses (model_id, license_type, license_spdx, commercial_use, compliance_status)
       select id, 'code', 'MIT', true, 'compliant' from ai_models where model_id = 'stated'`,
    );
  });
  expect((await say('GET', '/v1/models/stated')).body.compliance).toBe('unreviewed');
  expect(await listed('/v1/licenses?compliance=unreviewed&q=stated')).toMatchObject([{ modelId: 'stated' }]);
  const { id } = (await listed('/v1/models/stated/licenses'))[0] as { id: string };
  await say('POST', `/v1/models/stated/licenses/${id}/review`, {
    complianceStatus: 'compliant',
    note: 'read it',
  });
  expect((await say('GET', '/v1/models/stated')).body.compliance).toBe('compliant');
  // An administrator who records it has reviewed it.
  const own = { modelId: 'own', name: 'o', displayName: 'O', category: 'test', licenses: terms };
  expect((await say('POST', '/v1/models', own)).body.compliance).toBe('compliant');
});
