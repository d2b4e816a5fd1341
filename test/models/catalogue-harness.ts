/** Calls the catalogue over HTTP as its administrator. */
import type { TestSystem } from '../harness/system.js';

interface Item {
  id: string;
  spdx: string;
  name: string;
  action: string;
  version: number | null;
  changes: { path: string; before: unknown; after: unknown }[];
}

/** All fields of the catalogue's answers; a test reads only those that its own has. */
export interface AnswerBody extends Item {
  rowVersion: number;
  compliance: string;
  lastComplianceReview: string;
  licenses: object[];
  items: Item[];
  nextCursor: string | null;
  errors: { path: string }[];
  usable: { commercial: boolean };
  status: string;
}

export const speaking =
  (system: TestSystem) =>
  async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await system.ask(method, path, body, headers);
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as AnswerBody;
    return { status: response.status, headers: response.headers, body: answer };
  };

/** The smallest valid model. */
export const least = (modelId: string, more: object = {}) => ({
  modelId,
  name: modelId,
  displayName: modelId.toUpperCase(),
  category: 'test',
  ...more,
});

/** Another value for each field. */
export const EVERY_FIELD = {
  name: 'other',
  displayName: 'Other',
  description: 'what it does',
  category: 'other',
  specialty: 's',
  deployment: {
    driver: 'http',
    url: 'https://models.example/run',
    headers: { authorization: 'Bearer env:RADIANT_SECRET_MODEL' },
    environment: {},
    compute: {},
    maxConcurrentInvocationsPerInstance: 3,
    resourceRequirements: { minGpuMemoryGB: 16 },
  },
  // An external provider's model has the address to call.
  providerType: 'external',
  thermal: {
    defaultState: 'WARM',
    scaleToZeroAfterMinutes: 3,
    warmupTimeSeconds: 7,
    minInstances: 1,
    maxInstances: 4,
  },
  pricing: {
    hourlyRate: '1.5',
    perRequest: '0.01',
    markup: '0.5',
    units: { page: '1' },
    perPageOver3: '0.1',
  },
  parameters: '7000000000',
  accuracy: 'a',
  benchmark: 'b',
  capabilities: ['x'],
  inputFormats: ['text/plain'],
  outputFormats: ['application/json'],
  architecture: { layers: 4 },
  performanceMetrics: { tokensPerSecond: 90 },
  minTier: 3,
  requiresGpu: true,
  gpuMemoryGb: 24,
  status: 'beta',
  version: '2',
  repository: 'https://example.org',
  releaseDate: '2024-02-03',
};
