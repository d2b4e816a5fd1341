/** One call to the database reads a whole configuration: a model with its licences, a workflow with its tasks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await system.owner.query<Row>(sql)).rows;

test('of a model', async () => {
  const [row] = await ask<{ config: object }>(`select get_model_config('alphafold2') as config`);
  expect(row?.config).toMatchObject({
    id: 'alphafold2',
    deployment: { driver: 'sagemaker-async', instanceType: 'ml.g5.12xlarge' },
    thermal: { scaleToZeroAfterMinutes: 10, maxInstances: 2 },
    pricing: { perResidueOver500: '0.002', hourlyRate: '14.28' },
    parameters: '93000000',
    minTier: 4,
    requiresGpu: true,
    enabled: true,
    currentThermalState: 'OFF',
    rowVersion: 1,
    licenses: [
      { type: 'database', spdx: 'CC-BY-SA-4.0', shareAlike: true, expiresAt: null },
      { type: 'model_weights', commercialUse: true, attributionText: expect.stringContaining('Jumper') },
      { type: 'source_code', complianceStatus: 'compliant' },
    ],
    dependencies: expect.arrayContaining([
      {
        name: 'BFD',
        type: 'database',
        sizeGb: '1800.00',
        license: 'CC-BY-SA-4.0',
        required: true,
        notes: null,
      },
    ]),
  });
});

test('of a workflow', async () => {
  const [row] = await ask<{ config: { tasks: object[]; parameters: object[] } }>(
    `select get_workflow_config('protein_folding_alphafold2') as config`,
  );
  expect(row?.config).toMatchObject({
    version: '1.0.0',
    timeout: 7200,
    maxRetries: 2,
    minTier: 4,
    requiresAuditTrail: true,
    hipaaCompliant: false,
    inputSchema: { required: ['sequence'] },
    outputSchema: { required: ['structures', 'confidence'] },
    defaultParameters: { numModels: 5 },
  });
  expect(row?.config.tasks).toHaveLength(6);
  expect(row?.config.tasks[3]).toMatchObject({
    taskId: 'structure_prediction',
    modelId: 'alphafold2',
    dependsOn: ['msa_generation', 'template_search'],
    config: { join: 'none_failed' },
    timeout: 3600,
  });
  expect(row?.config.parameters).toHaveLength(5);
  expect(row?.config.parameters[1]).toMatchObject({
    name: 'numModels',
    type: 'integer',
    default: 5,
    validation: { minimum: 1, maximum: 5 },
    userConfigurable: true,
    adminOnly: false,
  });
});
