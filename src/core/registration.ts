/** What an administrator may say of a model: every field that can be created can be changed, and nothing else. */
import { z } from 'zod';
import { deploymentConfig, pricingConfig, thermalConfig } from './model.js';

const text = (max: number) => z.string().min(1).max(max);

export const modelFields = z.strictObject({
  name: text(100),
  displayName: text(200),
  description: z.string().nullish(),
  category: text(50),
  specialty: text(50).nullish(),
  providerType: z.enum(['self_hosted', 'external']).default('self_hosted'),
  deployment: deploymentConfig.prefault({}),
  thermal: thermalConfig.prefault({}),
  pricing: pricingConfig.prefault({}),
  parameters: z
    .union([z.int().nonnegative(), z.string().regex(/^\d{1,18}$/)])
    .transform(String)
    .default('0'),
  accuracy: text(200).nullish(),
  benchmark: z.string().nullish(),
  capabilities: z.array(text(100)).default([]),
  inputFormats: z.array(text(100)).default([]),
  outputFormats: z.array(text(100)).default([]),
  architecture: z.record(z.string(), z.unknown()).default({}),
  performanceMetrics: z.record(z.string(), z.unknown()).default({}),
  minTier: z.int().min(1).max(5).default(1),
  requiresGpu: z.boolean().default(false),
  gpuMemoryGb: z.int().nonnegative().default(0),
  status: z.enum(['active', 'beta', 'deprecated']).default('active'),
  version: text(50).nullish(),
  repository: text(500).nullish(),
  releaseDate: z.iso.date().nullish(),
});
export type ModelFields = z.infer<typeof modelFields>;

/** Unknown terms are `review_needed`, and unknown commercial use is null: never permission by default. */
export const licenseFields = z.strictObject({
  type: text(50),
  spdx: text(50),
  url: z.url().max(500).nullish(),
  commercialUse: z.boolean().nullish(),
  commercialNotes: z.string().nullish(),
  attributionRequired: z.boolean().default(false),
  attributionText: z.string().nullish(),
  shareAlike: z.boolean().default(false),
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']).default('review_needed'),
  expiresAt: z.iso.datetime().nullish(),
});

export const dependencyFields = z.strictObject({
  type: text(50),
  name: text(200),
  sizeGb: z.union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?$/)]).nullish(),
  license: text(50).nullish(),
  required: z.boolean().default(true),
  notes: z.string().nullish(),
});

export const newModel = modelFields.extend({
  modelId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  licenses: z.array(licenseFields).default([]),
  dependencies: z.array(dependencyFields).default([]),
});
export type NewModel = z.input<typeof newModel>;
