/** The tabs of a model's page, by their names in the address. */
export const MODEL_TABS = [
  'configuration',
  'licences',
  'dependencies',
  'thermal',
  'pricing',
  'executions',
  'history',
] as const;
