/** The fields of a model's thermal settings and prices. */
import type { Group } from './field';

export const THERMAL: Group = {
  id: 'thermal',
  title: 'Thermal settings',
  fields: [
    {
      path: 'thermal.defaultState',
      label: 'Default state',
      description: 'Warm keeps one instance on even without requests.',
      kind: 'choice',
      required: true,
      half: true,
      options: [
        ['OFF', 'Off'],
        ['WARM', 'Warm'],
      ],
    },
    {
      path: 'thermal.scaleToZeroAfterMinutes',
      label: 'Scale to zero after',
      description: 'The idle time after which it is turned off.',
      kind: 'number',
      required: true,
      unit: 'min',
      min: 0.1,
      half: true,
    },
    {
      path: 'thermal.minInstances',
      label: 'Fewest instances',
      description: 'These are always on.',
      kind: 'number',
      required: true,
      min: 0,
      half: true,
    },
    {
      path: 'thermal.maxInstances',
      label: 'Most instances',
      description: 'The upper limit, however long the queue is.',
      kind: 'number',
      required: true,
      min: 1,
      half: true,
    },
    {
      path: 'thermal.warmupTimeSeconds',
      label: 'Published warm-up',
      description: 'Used until three warm-ups have been measured.',
      kind: 'number',
      required: true,
      unit: 's',
      min: 0,
      half: true,
    },
    {
      path: 'thermal',
      label: 'Other thermal settings',
      description: 'These settings are unknown. Remove them before you save.',
      kind: 'rest',
    },
  ],
};

export const PRICING: Group = {
  id: 'pricing',
  title: 'Pricing',
  fields: [
    {
      path: 'pricing.hourlyRate',
      label: 'Hourly rate',
      description: 'The cost of one instance, in USD.',
      kind: 'decimal',
      required: true,
      unit: 'USD/h',
      half: true,
    },
    {
      path: 'pricing.perRequest',
      label: 'Per request',
      description: 'Charged once for each request.',
      kind: 'decimal',
      required: true,
      unit: 'USD',
      half: true,
    },
    {
      path: 'pricing.markup',
      label: 'Markup',
      description: '0.75 means customers pay 175 % of cost.',
      kind: 'decimal',
      required: true,
      half: true,
    },
    {
      path: 'pricing.units',
      label: 'Units',
      description:
        'The amount of each unit in a request: a CEL expression over params, for example size(params.sequence).',
      kind: 'pairs',
    },
    {
      path: 'pricing.rates',
      label: 'Rates by unit',
      description: 'For each unit above a free amount: unit, free amount, USD each.',
      kind: 'rates',
    },
    {
      path: 'pricing',
      label: 'Other settings of the pricing',
      description: 'These settings are unknown. Remove them before you save.',
      kind: 'rest',
    },
  ],
};
