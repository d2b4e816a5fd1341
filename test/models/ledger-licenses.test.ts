/** The licence summary counts each model in its class: usable, to be reviewed, forbidden. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewModel } from '../../src/core/models/model-fields.js';
import { listen, type Events } from '../../src/store/db/notifications.js';
import { openModels, type Models } from '../../src/store/models/models.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let events: Events;
let models: Models;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  events = await listen(system.servers.databaseUrl, () => {});
  models = openModels(system.ledger, events);
});
afterAll(async () => {
  models.stop();
  await events.stop();
  await system.stop();
});

const create = (modelId: string, more: Partial<NewModel>) =>
  models.create({ modelId, name: modelId, displayName: modelId, category: 'test', ...more }, SYSTEM);

test('the licence summary counts each model in its class', async () => {
  const ok = { type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' as const };
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const cases: [string, NewModel['licenses'], string[]][] = [
    ['fine', [ok], ['commercialOk']],
    ['none', [], ['reviewNeeded']],
    ['unknown', [{ type: 'code', spdx: 'LicenseRef-x' }], ['reviewNeeded']],
    ['use unknown', [ok, { ...ok, type: 'weights', commercialUse: null }], []],
    ['no commerce', [ok, { ...ok, type: 'weights', commercialUse: false }], []],
    ['bad', [ok, { ...ok, type: 'weights', complianceStatus: 'non_compliant' }], ['nonCompliant']],
    ['expired', [ok, { ...ok, type: 'weights', expiresAt: inDays(-400) }], ['expired', 'nonCompliant']],
    ['expiring', [{ ...ok, expiresAt: inDays(29) }], ['commercialOk', 'expiringIn30Days']],
    ['not yet', [{ ...ok, expiresAt: inDays(31) }], ['commercialOk']],
  ];
  for (const [name, licenses = [], counted] of cases) {
    const before = await models.licenseSummary();
    await create(`license-${name.replaceAll(' ', '-')}`, { licenses });
    const expected = { ...before };
    for (const count of ['totalModels', ...counted] as (keyof typeof before)[]) expected[count] += 1;
    expect(await models.licenseSummary(), name).toEqual(expected);
  }
  const before = await models.licenseSummary();
  await models.remove('license-fine', SYSTEM);
  expect(await models.licenseSummary()).toMatchObject({
    totalModels: before.totalModels - 1,
    commercialOk: before.commercialOk - 1,
  });
});
