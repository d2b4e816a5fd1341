/** A model as `get_model_config` returns it: its row, its licences and its dependencies. */
import { z } from 'zod';
import type { Heat } from '../status.js';

/** A stored amount. The limits for new amounts are in `model-fields.ts`. */
const usd = z
  .union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?(e[+-]\d+)?$/)])
  .transform(String)
  .pipe(z.string());

export const thermalConfig = z
  .looseObject({
    defaultState: z.enum(['OFF', 'WARM']).default('OFF'),
    scaleToZeroAfterMinutes: z.number().positive().default(15),
    warmupTimeSeconds: z.number().nonnegative().default(60),
    minInstances: z.int().nonnegative().default(0),
    maxInstances: z.int().positive().default(2),
  })
  .meta({ id: 'ThermalConfig' });
export type ThermalConfig = z.infer<typeof thermalConfig>;

/** Rates in USD as decimal strings; `price.ts` reads the `per<Unit>Over<N>` keys. */
export const pricingConfig = z
  .looseObject({
    hourlyRate: usd.default('0'),
    perRequest: usd.default('0'),
    markup: usd.default('0.75'),
    units: z.record(z.string(), z.string()).default({}),
  })
  .meta({
    id: 'PricingConfig',
    description:
      'Rates in USD. A rate of units has a key of its own: `perResidueOver500` for each residue above the first 500.',
  });
export type PricingConfig = z.infer<typeof pricingConfig>;

/** How a model is served. `driver` names the endpoint driver; the other fields are for the provider. */
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
    /** sagemaker-component: the endpoint that several models share; without it, the model has its own host. */
    hostEndpoint: z.string().optional(),
    /** Maximum instances of the host; by default, the maximum copies of the model that creates the host. */
    hostMaxInstances: z.int().positive().optional(),
    /** The resources of an instance that one copy reserves. */
    compute: z
      .looseObject({
        accelerators: z.int().nonnegative().optional(),
        memoryMb: z.int().min(128).optional(),
        cpuCores: z.number().min(0.25).optional(),
      })
      .default({}),
    /** http: the URL to POST to, and the URLs that start and stop the server, if Radiant manages it. */
    url: z.string().optional(),
    wakeUrl: z.string().optional(),
    stopUrl: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    /** The longest time that the endpoint works on one request, also after the caller gave up; by default a minute. */
    maxInvocationSeconds: z.number().positive().optional(),
    maxConcurrentInvocationsPerInstance: z.int().positive().default(1),
    /** Shown to users: the hardware that the model's authors recommend. */
    resourceRequirements: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ wakeUrl, stopUrl }) => (wakeUrl === undefined) === (stopUrl === undefined), {
    path: ['stopUrl'],
    error: 'wakeUrl and stopUrl go together: give both or neither',
  })
  .meta({ id: 'DeploymentConfig' });
export type DeploymentConfig = z.infer<typeof deploymentConfig>;

export const performanceMetrics = z.record(z.string(), z.unknown()).meta({
  id: 'PerformanceMetrics',
  description:
    'What its authors published. Quotes read `inferenceTime500Residues`: the seconds that it takes for 500 residues.',
});

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
  /** When an administrator last reviewed it; null: never. */
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
  /** Grows by one with every change; `If-Match` compares it. */
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
  performanceMetrics: z.infer<typeof performanceMetrics>;
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

/** Concurrent invocations per instance. */
export const perInstance = (model: Pick<ModelConfig, 'deployment'>): number =>
  model.deployment.maxConcurrentInvocationsPerInstance;

/** Number of slots: the maximum invocations of a model in flight. */
export const slotCount = (model: Pick<ModelConfig, 'deployment' | 'thermal'>): number =>
  model.thermal.maxInstances * perInstance(model);

export const driverOf = ({
  deployment,
  providerType,
}: Pick<ModelConfig, 'deployment' | 'providerType'>): NonNullable<DeploymentConfig['driver']> =>
  deployment.driver ?? (providerType === 'external' ? 'http' : 'sagemaker-async');

/** True if Radiant starts and stops it. A provider without a wake URL runs independently of Radiant. */
export const isManaged = (model: Pick<ModelConfig, 'deployment' | 'providerType'>): boolean =>
  driverOf(model) !== 'http' || model.deployment.wakeUrl !== undefined;
