import { describe, expect, it } from 'vitest';
import * as server from '../../../../../src/core/money/price';
import { examplesOf, keepingCosts, priceOf, publishedSeconds, unitsOf, warmUpBasis } from './price';

const alphafold = {
  hourlyRate: '14.28',
  perRequest: '2.00',
  markup: '0.75',
  units: { residue: 'size(params.sequence)' },
  perResidueOver500: '0.002',
};
const metrics = { inferenceTime100Residues: 4.9, inferenceTime500Residues: 29, maxResiduesG5_12xlarge: 2500 };

it('equals the server’s price, to the last decimal', () => {
  const rates = ['0', '0.000000001', '14.28', '3.333333333', '1000'];
  for (const hourlyRate of rates)
    for (const markup of ['0', '0.75', '1.1']) {
      for (const seconds of [0, 0.1, 5, 61.7, 3600, 86_400]) {
        const pricing = {
          hourlyRate,
          perRequest: '0.07',
          markup,
          units: {},
          perResidueOver500: '0.002',
          perTokensOver0: '0.0000012',
          perOther: 'x',
        };
        const units = { residues: 700, Token: 12_345.5 };
        const { totalUsd, ...parts } = server.priceOf({
          pricing,
          seconds,
          requests: 1,
          units,
        });
        expect(priceOf(pricing, seconds, units)).toEqual({ totalUsd, ...parts });
      }
    }
});

it('equals the server’s expected time', () => {
  for (const metric of [
    metrics,
    { inferenceTime200Residue: 8 },
    {},
    { inferenceTime10Tokens: 1 },
    { inferenceTime100Residues: 5, inferenceTime200Residues: 1 },
  ])
    for (const residue of [0, 16, 100, 300, 500, 2700])
      expect(publishedSeconds(metric, { residue })).toBe(server.publishedSeconds(metric, { residue }));
});

it('has no price if a value is not a number', () => {
  expect(() => priceOf({ hourlyRate: 'much' }, 1, {})).toThrow();
});

describe('examples', () => {
  it('show the steps of the price', () => {
    const examples = examplesOf(alphafold, metrics);
    expect(examples.map(({ units }) => units.residue)).toEqual([100, 500, 1000]);
    expect(examples.every(({ published }) => published)).toBe(true);
    const totals = examples.map(({ seconds, units }) =>
      priceOf(alphafold, seconds, units).totalUsd.slice(0, 4),
    );
    expect(totals).toEqual(['3.53', '3.70', '5.66']);
  });

  it('mark a time as assumed if none is published', () => {
    expect(examplesOf(alphafold, {})).toMatchObject([
      { units: { residue: 100 }, published: false },
      { units: { residue: 500 } },
      { units: { residue: 1000 } },
    ]);
    expect(examplesOf({ units: { token: '1' } }, {}).map(({ units }) => units.token)).toEqual([
      100, 500, 1000,
    ]);
    expect(examplesOf({}, {})).toEqual(
      [10, 60, 600].map((seconds) => ({ units: {}, seconds, published: false })),
    );
  });

  it('list the units that only a rate names, once', () => {
    expect(
      unitsOf({ units: { residues: 'x' }, perResidueOver5: '1', perTokenOver0: '1', perTokenOver9: '1' }),
    ).toEqual(['residues', 'token']);
  });
});

describe('keeping a model', () => {
  const thermal = { defaultState: 'OFF', minInstances: 0, maxInstances: 2, scaleToZeroAfterMinutes: 10 };

  it('costs by what is kept on, idle and warmed up', () => {
    expect(keepingCosts(thermal, '14.28', 180)).toEqual({
      keptInstances: 0,
      keptPerDay: '0.000000000',
      mostPerDay: '685.440000000',
      idlePerUse: '2.380000000',
      perWarmUp: '0.714000000',
    });
    expect(keepingCosts({ ...thermal, minInstances: 5 }, '1', 0)).toMatchObject({ keptInstances: 2 });
    expect(keepingCosts({ ...thermal, defaultState: 'WARM' }, '1', 0)).toMatchObject({
      keptInstances: 1,
      keptPerDay: '24.000000000',
    });
  });

  it('is not known while a number is being typed', () => {
    expect(keepingCosts(thermal, '14.', 180)).toBeNull();
    expect(keepingCosts({ ...thermal, maxInstances: '' }, '1', 0)).toBeNull();
  });
});

it.each([
  [180, 180, 'as published'],
  [3, 180, 'as published, 60 times as fast here'],
  [1.5, Number.NaN, 'as published'],
])('%d s of %d s are %s', (seconds, published, words) => expect(warmUpBasis(seconds, published)).toBe(words));
