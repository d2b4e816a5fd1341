/** The measured work: the graph of the AlphaFold 2 workflow, with tasks that do nothing and return some 200 bytes. */

/** Each task and those that it depends on. */
export const DIAMOND = {
  validate_input: [],
  msa_generation: ['validate_input'],
  template_search: ['validate_input'],
  structure_prediction: ['msa_generation', 'template_search'],
  relaxation: ['structure_prediction'],
  confidence_analysis: ['structure_prediction'],
};

export const OUTPUT = {
  ok: true,
  score: 0.9731,
  model: 'alphafold2',
  artifact: 's3://radiant-results/execution/task/result.json',
  digest: '5f2b5cda1c1b0b6fb0a4b58c2b0d9f2e7b1f8f0a6d6c3e2b',
};

/** Expressions whose value is the output. */
const CONSTANT = Object.fromEntries(
  Object.entries(OUTPUT).map(([key, value]) => [key, JSON.stringify(value)]),
);

export const parametersOf = (n) => ({
  sequence: 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV',
  request: `request-${n}`,
});

/**
 * The body of `POST /v1/workflows`.
 *
 * @param graph as `DIAMOND`
 * @param modelId the model that each task invokes; without one the tasks are transforms
 * @param map the setting `map` of each task
 * @param input the expressions of each task's input, unless it is what the diamond's tasks have
 */
export function workflowOf(workflowId, { graph = DIAMOND, modelId, map, input } = {}) {
  const work = modelId
    ? { type: 'task', modelId, inputMapping: input ?? { request: 'params.request' } }
    : { type: 'transform', inputMapping: input ?? CONSTANT };
  return {
    workflowId,
    name: workflowId,
    category: 'bench',
    timeout: 86_400,
    parameters: [
      { name: 'sequence', type: 'string' },
      { name: 'request', type: 'string' },
      ...(map ? [{ name: 'items', type: 'array' }] : []),
    ],
    tasks: Object.entries(graph).map(([taskId, dependsOn]) => ({
      taskId,
      name: taskId,
      dependsOn,
      ...work,
      ...(map && { config: { map } }),
    })),
  };
}

/** The body of `POST /v1/models`: somebody else's endpoint that is always warm, and takes `concurrency` requests at once. */
export const modelOf = (modelId, url, concurrency) => ({
  modelId,
  name: modelId,
  displayName: modelId,
  category: 'bench',
  providerType: 'external',
  deployment: { driver: 'http', url, maxConcurrentInvocationsPerInstance: concurrency },
  thermal: {
    defaultState: 'WARM',
    scaleToZeroAfterMinutes: 600,
    warmupTimeSeconds: 1,
    minInstances: 1,
    maxInstances: 1,
  },
  pricing: { hourlyRate: '0', perRequest: '0.0001', markup: '0' },
  licenses: [{ type: 'source_code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
});
