/** What an administrator may say of a model: every field that can be created can be changed, and nothing else. */
import { z } from 'zod';
import { compile } from './cel.js';
import { deploymentConfig, pricingConfig, thermalConfig } from './model.js';
import { secretFaults } from './secrets.js';
import { isSpdx } from './spdx.js';

const text = (max: number) => z.string().min(1).max(max);
const spdx = text(50).refine(
  isSpdx,
  'is not a licence that SPDX lists: give its id, or LicenseRef-… for one of your own',
);

const thermal = z
  .strictObject(thermalConfig.shape)
  .refine(({ minInstances, maxInstances }) => minInstances <= maxInstances, {
    path: ['minInstances'],
    error: 'must not be above maxInstances',
  });

/** As `cost.ts` reads them. */
const RATE = /^per[A-Za-z]+?Over\d+$/;
const AMOUNT = /^\d+(\.\d+)?$/;
const PRICES = new Set(['hourlyRate', 'perRequest', 'markup', 'units']);

const pricing = pricingConfig.superRefine((prices, found) => {
  const fault = (path: string[], message: string) => found.addIssue({ code: 'custom', path, message });
  for (const [key, value] of Object.entries(prices)) {
    if (PRICES.has(key)) continue;
    if (!RATE.test(key)) fault([key], 'is not a known key');
    else if (!AMOUNT.test(String(value))) fault([key], 'must be a price in USD, like 0.002');
  }
  for (const [unit, source] of Object.entries(prices.units)) {
    try {
      compile(source);
    } catch {
      fault(['units', unit], 'is no expression: use CEL over params, like size(params.sequence)');
    }
  }
});

const deployment = z
  .strictObject({
    ...deploymentConfig.shape,
    /** For people: what the model's makers ask of a machine. */
    resourceRequirements: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine(({ environment, headers, wakeUrl, stopUrl }, found) => {
    const fault = (path: string[], message: string) => found.addIssue({ code: 'custom', path, message });
    if ((wakeUrl === undefined) !== (stopUrl === undefined)) {
      fault(['stopUrl'], 'wakeUrl and stopUrl go together: give both or neither');
    }
    for (const [place, values] of Object.entries({ environment, headers })) {
      for (const { path, message } of secretFaults(values)) fault([place, path], message);
    }
  });

export const modelFields = z.strictObject({
  name: text(100),
  displayName: text(200),
  description: z.string().nullish(),
  category: text(50),
  specialty: text(50).nullish(),
  providerType: z.enum(['self_hosted', 'external']).default('self_hosted'),
  deployment: deployment.prefault({}),
  thermal: thermal.prefault({}),
  pricing: pricing.prefault({}),
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
  spdx,
  url: z.url().max(500).nullish(),
  commercialUse: z.boolean().nullish(),
  commercialNotes: z.string().nullish(),
  attributionRequired: z.boolean().default(false),
  attributionText: z.string().nullish(),
  shareAlike: z.boolean().default(false),
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']).default('review_needed'),
  complianceNotes: z.string().max(2_000).nullish(),
  expiresAt: z.iso.datetime().nullish(),
});

export const dependencyFields = z.strictObject({
  type: text(50),
  name: text(200),
  sizeGb: z.union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?$/)]).nullish(),
  license: spdx.nullish(),
  required: z.boolean().default(true),
  notes: z.string().nullish(),
});

export const newModel = modelFields.extend({
  modelId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  licenses: z.array(licenseFields).default([]),
  dependencies: z.array(dependencyFields).default([]),
});
export type NewModel = z.input<typeof newModel>;

/** A licence by itself: whether it is complied with is said by a review. */
export const licenseChange = licenseFields.omit({ complianceStatus: true });
export const review = z.strictObject({
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']),
  note: z.string().trim().min(1).max(2_000),
});
export type LicenseFields = z.infer<typeof licenseFields>;
export type DependencyFields = z.infer<typeof dependencyFields>;
export type Review = z.infer<typeof review>;
