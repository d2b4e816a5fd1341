/** A model as `get_model_config` returns it: the registry's row, its licences and its dependencies. */
import { z } from 'zod';
import type { Heat } from '../status.js';

/** As it was saved: what may be saved is said by `registration.ts`. */
const usd = z
  .union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?(e[+-]\d+)?$/)])
  .transform(String);

export const thermalConfig = z.looseObject({
  defaultState: z.enum(['OFF', 'WARM']).default('OFF'),
  scaleToZeroAfterMinutes: z.number().positive().default(15),
  warmupTimeSeconds: z.number().nonnegative().default(60),
  minInstances: z.int().nonnegative().default(0),
  maxInstances: z.int().positive().default(2),
});
export type ThermalConfig = z.infer<typeof thermalConfig>;

/** Rates in USD as decimal strings; `per<Unit>Over<N>` keys are read by `cost.ts`. */
export const pricingConfig = z
  .looseObject({
    hourlyRate: usd.default('0'),
    perRequest: usd.default('0'),
    markup: usd.default('0.75'),
    units: z.record(z.string(), z.string()).default({}),
  })
  .transform((pricing) => pricing as typeof pricing & Record<string, unknown>);
export type PricingConfig = z.infer<typeof pricingConfig>;

/** How a model is served. `driver` names the endpoint driver; the rest is the provider's. */
export const deploymentConfig = z
  .looseObject({
    driver: z.enum(['sagemaker-async', 'sagemaker-realtime', 'sagemaker-component', 'http']).optional(),
    /** SageMaker: container image, instance and weights. */
    image: z.string().optional(),
    instanceType: z.string().optional(),
    environment: z.record(z.string(), z.string()).default({}),
    modelDataUrl: z.string().optional(),
    executionRoleArn: z.string().optional(),
    endpointName: z.string().optional(),
    /** sagemaker-component: the endpoint that several models share; without it the model has a host of its own. */
    hostEndpoint: z.string().optional(),
    /** The most instances of the host; without it as many as the model that creates the host may have copies. */
    hostMaxInstances: z.int().positive().optional(),
    /** What one copy takes of an instance. */
    compute: z
      .looseObject({
        accelerators: z.int().nonnegative().optional(),
        memoryMb: z.int().min(128).optional(),
        cpuCores: z.number().min(0.25).optional(),
      })
      .default({}),
    /** http: where to POST, and where to start and stop what serves it, if that is ours to do. */
    url: z.string().optional(),
    wakeUrl: z.string().optional(),
    stopUrl: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    /** The longest that it is at one request, also when nobody waits for the answer any more; without it a minute. */
    maxInvocationSeconds: z.number().positive().optional(),
    maxConcurrentInvocationsPerInstance: z.int().positive().default(1),
  })
  .refine(({ wakeUrl, stopUrl }) => (wakeUrl === undefined) === (stopUrl === undefined), {
    path: ['stopUrl'],
    error: 'wakeUrl and stopUrl go together: give both or neither',
  });
export type DeploymentConfig = z.infer<typeof deploymentConfig>;

export interface ModelLicense {
  id: string;
  type: string;
  spdx: string;
  url: string | null;
  commercialUse: boolean | null;
  attributionRequired: boolean;
  attributionText: string | null;
  shareAlike: boolean;
  complianceStatus: 'compliant' | 'review_needed' | 'non_compliant';
  /** When a person last said how it stands; null: nobody has. */
  lastComplianceReview: string | null;
  expiresAt: string | null;
}

export interface ModelDependency {
  name: string;
  type: string;
  sizeGb: string | null;
  license: string | null;
  required: boolean;
  notes: string | null;
}

export interface ModelConfig {
  /** The model's own id, the `model_id` column. */
  id: string;
  /** The row's primary key. */
  uuid: string;
  /** Grows by one with every administered change; `If-Match` compares it. */
  rowVersion: number;
  name: string;
  displayName: string;
  description: string | null;
  category: string;
  specialty: string | null;
  providerType: 'self_hosted' | 'external';
  deployment: DeploymentConfig;
  thermal: ThermalConfig;
  pricing: PricingConfig;
  parameters: string;
  accuracy: string | null;
  benchmark: string | null;
  capabilities: string[];
  inputFormats: string[];
  outputFormats: string[];
  architecture: Record<string, unknown>;
  performanceMetrics: Record<string, unknown>;
  minTier: number;
  requiresGpu: boolean;
  gpuMemoryGb: number;
  enabled: boolean;
  status: string;
  version: string | null;
  repository: string | null;
  releaseDate: string | null;
  currentThermalState: Heat;
  licenses: ModelLicense[];
  dependencies: ModelDependency[];
}

/** Invocations one instance takes at once. */
export const perInstance = (model: Pick<ModelConfig, 'deployment'>): number =>
  model.deployment.maxConcurrentInvocationsPerInstance;

/** Slots: the most invocations of a model that may ever be in flight. */
export const slotCount = (model: Pick<ModelConfig, 'deployment' | 'thermal'>): number =>
  model.thermal.maxInstances * perInstance(model);

export const driverOf = ({
  deployment,
  providerType,
}: Pick<ModelConfig, 'deployment' | 'providerType'>): NonNullable<DeploymentConfig['driver']> =>
  deployment.driver ?? (providerType === 'external' ? 'http' : 'sagemaker-async');

/** Whether it is ours to start and to stop. A provider without a wake URL is somebody else's to keep running. */
export const isManaged = (model: Pick<ModelConfig, 'deployment' | 'providerType'>): boolean =>
  driverOf(model) !== 'http' || model.deployment.wakeUrl !== undefined;
