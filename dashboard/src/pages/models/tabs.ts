/** The parts of a model's page, as they stand in the address. */
export const MODEL_TABS = [
  'configuration',
  'licences',
  'dependencies',
  'thermal',
  'pricing',
  'executions',
  'history',
] as const;
