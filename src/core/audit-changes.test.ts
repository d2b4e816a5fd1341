import { expect, test } from 'vitest';
import { changesOf, modelFieldsIn } from './audit-changes.js';

const row = {
  id: 'uuid',
  model_id: 'm',
  row_version: 1,
  display_name: 'M',
  description: null,
  capabilities: ['a'],
  status: 'active',
  thermal_config: { maxInstances: 2, minInstances: 0 },
  deployment_config: { image: 'a:1', environment: { A: '1', KEY: 'env:RADIANT_SECRET_A' }, headers: {} },
};

test('a change is shown with the paths of the API, and values of the environment are hidden', () => {
  const after = {
    ...row,
    row_version: 2,
    description: 'd',
    capabilities: ['a', 'b'],
    thermal_config: { maxInstances: 4, minInstances: 0 },
    deployment_config: {
      image: 'a:1',
      environment: { A: '2', KEY: 'env:RADIANT_SECRET_B', NEW: 3 },
      headers: {},
    },
  };
  expect(changesOf(row, after)).toEqual([
    { path: 'description', before: null, after: 'd' },
    { path: 'capabilities', before: ['a'], after: ['a', 'b'] },
    { path: 'thermal.maxInstances', before: 2, after: 4 },
    { path: 'deployment.environment.A', before: '[hidden]', after: '[hidden]' },
    { path: 'deployment.environment.KEY', before: 'env:RADIANT_SECRET_A', after: 'env:RADIANT_SECRET_B' },
    { path: 'deployment.environment.NEW', before: null, after: '[hidden]' },
  ]);
  expect(changesOf(row, row)).toEqual([]);
});

test('a created row has no value before, a deleted one none after', () => {
  const license = { id: 'uuid', model_id: 'uuid', license_spdx: 'MIT', share_alike: false };
  const made = [
    { path: 'spdx', before: null, after: 'MIT' },
    { path: 'shareAlike', before: null, after: false },
  ];
  expect(changesOf(null, license)).toEqual(made);
  expect(changesOf(license, null)).toEqual(
    made.map(({ path, after }) => ({ path, before: after, after: null })),
  );
});

test('a list that becomes an object is one change', () => {
  expect(changesOf({ default_value: [1] }, { default_value: { a: 1 } })).toEqual([
    { path: 'default', before: [1], after: { a: 1 } },
  ]);
});

test('a row can be saved again; a status that editors cannot set is left out', () => {
  const { status, ...fields } = modelFieldsIn(row);
  expect(status).toBe('active');
  expect(fields).toEqual({
    displayName: 'M',
    description: null,
    capabilities: ['a'],
    thermal: row.thermal_config,
    deployment: row.deployment_config,
  });
  expect(modelFieldsIn({ ...row, status: 'disabled', enabled: false })).not.toHaveProperty('status');
});
