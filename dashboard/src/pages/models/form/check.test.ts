import { describe, expect, it } from 'vitest';
import { modelFields, newModel } from '../../../../../src/core/models/model-fields';
import { put } from '../../../parts/difference/difference';
import { check, fromServer } from './check';
import { driverOf } from './deployment';
import { ALL, BLANK, fieldsOf, labelOf, restOf } from './fields';
import type { Fields, Model } from '../shape';

const named: Fields = { ...BLANK, displayName: 'A', name: 'a', category: 'c' };
const paths = (fields: Fields) => check(fields).map(({ path }) => path);

describe('the form', () => {
  it('has every field that the server takes, and no other', () => {
    const shown = new Set(ALL.map(({ path }) => path.split('.')[0]));
    expect(shown).toEqual(new Set(Object.keys(modelFields.shape)));
  });

  it('begins with the server’s defaults, except the names', () => {
    expect(paths(BLANK)).toEqual(['displayName', 'name', 'category']);
    const {
      modelId: _,
      licenses: _l,
      dependencies: _d,
      ...taken
    } = newModel.parse({ modelId: 'a', displayName: 'A', name: 'a', category: 'c' });
    expect({ ...taken, parameters: undefined }).toEqual({ ...named, parameters: undefined });
  });

  it('shows the driver that an empty one stands for', () => {
    expect(
      [{}, { providerType: 'external' }, { deployment: { driver: 'sagemaker-realtime' } }].map((fields) =>
        driverOf(fields as Fields),
      ),
    ).toEqual(['sagemaker-async', 'http', 'sagemaker-realtime']);
  });

  it('keeps members without a field', () => {
    expect(restOf('deployment', { image: 'x', compute: {}, gpus: { gb: 1 } })).toEqual({
      gpus: { gb: 1 },
    });
    expect(restOf('pricing', { markup: '1', perResidueOver5: '1', plan: 'x' })).toEqual({ plan: 'x' });
  });

  it('takes the editable part of a model', () => {
    const model = {
      ...named,
      id: 'a',
      rowVersion: 3,
      enabled: false,
      status: 'disabled',
      version: null,
    } as never as Model;
    const fields = fieldsOf(model);
    expect(fields).toMatchObject({ displayName: 'A', status: 'active', version: null });
    expect(fields).not.toHaveProperty('rowVersion');
  });
});

describe('a error', () => {
  const wrong: [string, unknown][] = [
    ['displayName', ''],
    ['displayName', 'x'.repeat(201)],
    ['minTier', 6],
    ['minTier', 0],
    ['minTier', 1.5],
    ['gpuMemoryGb', -1],
    ['parameters', 'many'],
    ['releaseDate', 'soon'],
    ['pricing.markup', '-1'],
    ['pricing.hourlyRate', '1.'],
    ['thermal.scaleToZeroAfterMinutes', 0],
    ['thermal.maxInstances', 0],
    ['deployment.maxConcurrentInvocationsPerInstance', 0],
    ['deployment.compute.memoryMb', 64],
    ['deployment.hostMaxInstances', 'two'],
    ['deployment.compute.cpuCores', 0.1],
    ['deployment.compute.cpuCores', '1'],
  ];
  it.each(wrong)('is found where the server finds it too: %s = %j', (path, value) => {
    const fields = put(named, path, value);
    expect(paths(fields)).toContain(path);
    expect(modelFields.safeParse(fields).success).toBe(false);
  });

  it('is found between two fields', () => {
    expect(paths(put(named, 'deployment.wakeUrl', 'https://a'))).toEqual(['deployment.stopUrl']);
    expect(paths(put(named, 'deployment.stopUrl', 'https://a'))).toEqual(['deployment.wakeUrl']);
    expect(paths(put(named, 'thermal.minInstances', 3))).toEqual(['thermal.minInstances']);
  });

  it('is none in a model that the server accepts', () => {
    for (const [path, value] of [
      ['thermal.scaleToZeroAfterMinutes', 0.5],
      ['parameters', '93000000'],
      ['version', undefined],
      ['deployment.compute.cpuCores', 0.25],
    ] as const) {
      const fields = put(named, path, value);
      expect(paths(fields)).toEqual([]);
      expect(modelFields.safeParse(fields).success).toBe(true);
    }
  });

  it('of the server is put at its field', () => {
    expect(
      fromServer([
        { path: 'body.deployment.stopUrl', message: 'm' },
        { path: 'body', message: 'n' },
        { path: 'name', message: 'o' },
      ]).map(({ path }) => path),
    ).toEqual(['deployment.stopUrl', '', 'name']);
  });
});

it('calls a path by its label', () => {
  expect(
    [
      'displayName',
      'deployment.environment.MODEL',
      'pricing.perResidueOver500',
      'deployment.other',
      'pricing.units.residue',
      'pricing.rates',
      'thermal.…',
    ].map(labelOf),
  ).toEqual([
    'Display name',
    'Environment, MODEL',
    'Per residue over 500',
    'deployment.other',
    'Units, residue',
    'Rates by unit',
    'Other thermal settings',
  ]);
});
