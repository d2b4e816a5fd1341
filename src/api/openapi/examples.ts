/** Example bodies of all operations, and example answers of the first ones a developer uses. A test checks them against the schemas. */
import type { Json } from '../../core/json/json.js';

const ID = '0b9e1d5c-6f7a-4c21-9d3e-0000000000e1';
const SEQUENCE = 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV';
const EXECUTION = {
  parameters: { sequence: SEQUENCE, numModels: 5 },
  name: 'insulin, first try',
  tags: ['screening'],
  budgetUsd: '25.00',
};
const WORKFLOW = {
  workflowId: 'fold_and_check',
  name: 'Fold and check',
  category: 'scientific',
  version: '1.0.0',
  title: 'params.sequence.substring(0, 8)',
  inputSchema: { type: 'object', required: ['sequence'], properties: { sequence: { type: 'string' } } },
  parameters: [{ name: 'sequence', type: 'fasta', validation: { maxLength: 2700 } }],
  tasks: [
    { taskId: 'check', name: 'Check', type: 'validation' },
    {
      taskId: 'fold',
      name: 'Fold',
      type: 'task',
      modelId: 'esmfold',
      dependsOn: ['check'],
      inputMapping: { sequence: 'params.sequence' },
      timeout: 900,
    },
  ],
};
const PAUSED = { paused: true, reason: 'The provider is being moved', until: '2030-01-31T12:00:00Z' };
const NOTHING = {};

export const BODIES: Record<string, Json> = {
  createExecution: EXECUTION,
  createExecutions: { executions: [EXECUTION, { parameters: { sequence: SEQUENCE } }], dryRun: true },
  quoteExecution: { parameters: { sequence: SEQUENCE, numModels: 5 } },
  changeExecutions: { action: 'cancel', filter: { tag: 'screening', status: 'running' }, dryRun: true },
  cancelExecution: NOTHING,
  pauseExecution: NOTHING,
  resumeExecution: { budgetUsd: '10.00' },
  rerunExecution: { from: 'relaxation', budgetUsd: '10.00' },
  signalExecution: { name: 'approved', payload: { by: 'rosalind', ok: true } },
  decideApproval: { outcome: 'approved', comment: 'The quote is fine.', form: { seats: 2 } },
  expediteExecution: { reason: 'A customer waits for it at the bench' },

  createWorkflow: WORKFLOW,
  validateWorkflow: WORKFLOW,
  updateWorkflow: { timeout: 7_200 },
  restoreWorkflow: NOTHING,

  createModel: {
    modelId: 'esmfold',
    name: 'esmfold',
    displayName: 'ESMFold',
    category: 'scientific',
    deployment: {
      driver: 'sagemaker-async',
      image: '763104351884.dkr.ecr.us-east-1.amazonaws.com/esmfold:1',
      instanceType: 'ml.g5.2xlarge',
      executionRoleArn: 'arn:aws:iam::123456789012:role/radiant-models',
    },
    pricing: { hourlyRate: '1.515', markup: '0.75' },
    licenses: [{ type: 'model_weights', spdx: 'MIT', url: 'https://opensource.org/license/mit' }],
  },
  updateModel: { thermal: { scaleToZeroAfterMinutes: 30 } },
  restoreModel: NOTHING,
  retireModel: NOTHING,
  restoreModelVersion: NOTHING,
  addLicense: {
    type: 'model_weights',
    spdx: 'MIT',
    url: 'https://opensource.org/license/mit',
    commercialUse: true,
  },
  updateLicense: { expiresAt: '2030-01-31T00:00:00Z' },
  reviewLicense: { complianceStatus: 'compliant', note: 'Read on 31 January: commercial use is allowed' },
  addDependency: { type: 'database', name: 'UniRef90', sizeGb: '120', license: 'CC-BY-4.0' },
  updateDependency: { sizeGb: '128' },
  pinModel: { desired: 'on', reason: 'A demonstration', until: '2030-01-31T12:00:00Z' },
  setBrakes: { scaleIn: { paused: false }, scaleOut: PAUSED },
  releaseSlots: { reason: 'The endpoint was restarted' },

  createSession: { key: 'rdt_AAAAAAAAAAAA_0123456789012345678901234567890123456789012' },
  createApiKey: { name: 'nightly screening', scopes: ['read', 'run'], expiresAt: '2030-01-31T00:00:00Z' },
  createUser: { email: 'rosalind@example.org', name: 'Rosalind', role: 'tenant_user' },
  updateUser: { role: 'tenant_admin' },
  createTenant: { name: 'Acme', tier: 3, commercial: true },
  updateTenant: { tier: 4 },
  setBudget: { monthlyUsd: '500.00', alertAt: [0.5, 0.8, 1] },
  retryWebhook: NOTHING,
};

export const ANSWERS: Record<string, Json> = {
  createExecution: {
    id: ID,
    workflowId: 'fold_and_check',
    workflowVersion: '1.0.0',
    name: 'insulin, first try',
    status: 'pending',
    priority: 5,
    parameters: { sequence: SEQUENCE },
    resolvedParameters: { sequence: SEQUENCE },
    error: null,
    cost: { estimatedUsd: '1.25', actualUsd: '0.00', budgetUsd: '25.00', reservedUsd: '2.10' },
    rerunOf: null,
    deadline: null,
    tags: ['screening'],
    submittedBy: 'rosalind@example.org',
    waiting: {
      reason: 'About to be decided.',
      since: '2030-01-31T12:00:00.000Z',
      expectedStart: null,
      failsAt: null,
      nothingRuns: true,
    },
    createdAt: '2030-01-31T12:00:00.000Z',
    startedAt: null,
    completedAt: null,
    durationMs: null,
    synthetic: false,
    lastAction: null,
    output: null,
    tasks: [
      {
        taskId: 'check',
        name: 'Check',
        type: 'validation',
        modelId: null,
        mapIndex: null,
        status: 'pending',
        signal: null,
        approvalId: null,
        attempt: 1,
        queuedMs: null,
        durationMs: null,
        costUsd: '0.00',
        startedAt: null,
        completedAt: null,
        error: null,
        synthetic: false,
      },
    ],
  },
  quoteExecution: {
    workflowId: 'fold_and_check',
    workflowVersion: '1.0.0',
    cost: { lowUsd: '0.80', likelyUsd: '1.25', highUsd: '2.10' },
    parts: [],
    startsAt: { likely: '2030-01-31T12:01:00.000Z' },
    endsAt: {
      low: '2030-01-31T12:03:00.000Z',
      likely: '2030-01-31T12:05:00.000Z',
      high: '2030-01-31T12:09:00.000Z',
    },
    assumes: ['Tasks of the execution do not wait for one another, and none fails.'],
    licenses: [],
    warnings: [],
    confidence: {
      basis: 'history',
      runs: 24,
      words: 'Based on 24 runs of the same size: 8 of 10 were within these bounds.',
    },
    budget: { limitUsd: '500.00', remainingUsd: '412.50', reservesUsd: '2.10', fits: true },
  },
  validateWorkflow: {
    faults: [
      {
        path: 'tasks.fold.condition',
        message: 'The expression "nobody" failed: Unknown variable: nobody.',
        taskId: 'fold',
      },
    ],
    warnings: [],
  },
};
