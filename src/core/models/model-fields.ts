/** Schema of a model in requests: the fields that administrators can create and change. */
import { z } from 'zod';
import { compile } from '../expressions/cel.js';
import {
  deploymentConfig,
  performanceMetrics,
  slotCount,
  thermalConfig,
  type ModelConfig,
  type PricingConfig,
} from './model.js';
import { decimal, instant, ranged } from '../validation/ranged-schemas.js';
import { isWithin, RANGES, rangeText } from '../validation/ranges.js';
import { secretFaults } from './secrets.js';
import { isSpdx, normalizeSpdx, termsOf } from './spdx.js';

const text = (max: number) => z.string().min(1).max(max);
/** Users open it as a link, so only http and https are allowed. */
const page = z
  .url({ protocol: /^https?$/, error: 'must be the address of a page, like https://example.org/licence' })
  .max(500);
const spdx = text(50)
  .overwrite(normalizeSpdx)
  .refine(isSpdx, 'is not a licence of the SPDX list: use an SPDX id, or LicenseRef-… for your own');

const thermal = z
  .strictObject({
    ...thermalConfig.shape,
    scaleToZeroAfterMinutes: ranged(RANGES.idle).default(15),
    warmupTimeSeconds: ranged(RANGES.warmup).default(60),
    minInstances: ranged(RANGES.instances).default(0),
    maxInstances: ranged(RANGES.someInstances).default(2),
  })
  .refine(({ minInstances, maxInstances }) => minInstances <= maxInstances, {
    path: ['minInstances'],
    error: 'must not be above maxInstances',
  });

/** Keys such as `perResidueOver500`, read by `price.ts`. */
const RATE = /^per[A-Za-z]+?Over\d{1,15}$/;
const rate = decimal(RANGES.rate);
const PRICES = {
  hourlyRate: rate.default('0'),
  perRequest: rate.default('0'),
  markup: decimal(RANGES.markup).default('0.75'),
  units: z.record(z.string(), z.string()).default({}),
};
const pricing = z.looseObject(PRICES).transform((given, found): PricingConfig => {
  const fault = (path: string[], message: string) => found.addIssue({ code: 'custom', path, message });
  for (const [unit, source] of Object.entries(given.units)) {
    try {
      compile(source);
    } catch {
      fault(['units', unit], 'is not an expression: use CEL over params, like size(params.sequence)');
    }
  }
  const prices = Object.entries(given).map(([key, value]): [string, unknown] => {
    if (Object.hasOwn(PRICES, key)) return [key, value];
    const read = rate.safeParse(value);
    if (!RATE.test(key)) fault([key], 'is not a known key');
    else if (!read.success) fault([key], rangeText(RANGES.rate));
    return [key, read.data];
  });
  return Object.fromEntries(prices) as PricingConfig;
});

const deployment = z
  .strictObject({
    ...deploymentConfig.shape,
    hostMaxInstances: ranged(RANGES.someInstances).optional(),
    compute: z
      .looseObject({
        accelerators: ranged(RANGES.accelerators).optional(),
        memoryMb: ranged(RANGES.memory).optional(),
        cpuCores: ranged(RANGES.cpuCores).optional(),
      })
      .default({}),
    maxInvocationSeconds: ranged(RANGES.invocationTime).optional(),
    maxConcurrentInvocationsPerInstance: ranged(RANGES.perInstance).default(1),
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

/** Free-form, except for the times that quotes use (`price.publishedSeconds`). */
const metrics = performanceMetrics.superRefine((given, found) => {
  for (const [key, seconds] of Object.entries(given))
    if (/^inferenceTime\d+[A-Za-z]+$/.test(key) && !isWithin(RANGES.inferenceTime, seconds))
      found.addIssue({ code: 'custom', path: [key], message: rangeText(RANGES.inferenceTime) });
});

const fields = z.strictObject({
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
    .union([z.int().nonnegative(), z.string().regex(/^\d{1,18}$/)], {
      error: 'must be a whole number of at most 18 digits',
    })
    .transform(String)
    .default('0'),
  accuracy: text(200).nullish(),
  benchmark: z.string().nullish(),
  capabilities: z.array(text(100)).default([]),
  inputFormats: z.array(text(100)).default([]),
  outputFormats: z.array(text(100)).default([]),
  architecture: z.record(z.string(), z.unknown()).default({}),
  performanceMetrics: metrics.default({}),
  minTier: ranged(RANGES.tier).default(1),
  requiresGpu: z.boolean().default(false),
  gpuMemoryGb: ranged(RANGES.gpuMemory).default(0),
  status: z.enum(['active', 'beta', 'deprecated']).default('active'),
  version: text(50).nullish(),
  repository: page.nullish(),
  releaseDate: z.iso
    .date()
    .refine((day) => day >= '1900' && day < '9999', {
      error: 'must be a day between 1900-01-01 and 9998-12-31',
    })
    .nullish(),
});

/** Each slot is a row, so their number is limited. */
const slots = (model: Pick<ModelConfig, 'deployment' | 'thermal'>): boolean =>
  isWithin(RANGES.slots, slotCount(model));
const TOO_MANY = {
  path: ['thermal', 'maxInstances'],
  error: `times deployment.maxConcurrentInvocationsPerInstance ${rangeText(RANGES.slots)}`,
};

export const modelFields = fields.refine(slots, TOO_MANY);
export type ModelFields = z.infer<typeof modelFields>;

/** Unknown terms are `review_needed`, and unknown commercial use is null: never permission by default. */
const licenseTerms = z.strictObject({
  type: text(50),
  spdx,
  url: page.nullish(),
  commercialUse: z.boolean().nullish(),
  commercialNotes: z.string().nullish(),
  attributionRequired: z.boolean().default(false),
  attributionText: z.string().nullish(),
  shareAlike: z.boolean().default(false),
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']).default('review_needed'),
  complianceNotes: z.string().max(2_000).nullish(),
  expiresAt: instant.nullish(),
});

/** Terms that follow from the SPDX id override the given ones. */
const withSpdxTerms = <
  L extends Pick<z.output<typeof licenseTerms>, 'spdx' | 'commercialUse' | 'shareAlike'>,
>(
  license: L,
): L => {
  const { nonCommercial, shareAlike } = termsOf(license.spdx);
  return {
    ...license,
    commercialUse: nonCommercial ? false : license.commercialUse,
    shareAlike: license.shareAlike || shareAlike,
  };
};
const agrees = ({
  spdx,
  commercialUse,
}: {
  spdx: string;
  commercialUse?: boolean | null | undefined;
}): boolean => !(commercialUse === true && termsOf(spdx).nonCommercial);
const DISAGREES = {
  path: ['commercialUse'],
  error: 'is forbidden by this licence: use false, or name the terms that you were granted as LicenseRef-…',
};

export const licenseFields = licenseTerms.refine(agrees, DISAGREES).overwrite(withSpdxTerms);

export const dependencyFields = z.strictObject({
  type: text(50),
  name: text(200),
  sizeGb: decimal(RANGES.size).nullish(),
  license: spdx.nullish(),
  required: z.boolean().default(true),
  notes: z.string().nullish(),
});

export const newModel = fields
  .extend({
    modelId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
    licenses: z.array(licenseFields).default([]),
    dependencies: z.array(dependencyFields).default([]),
  })
  .refine(slots, TOO_MANY);
export type NewModel = z.input<typeof newModel>;

/** A change of a licence. Its compliance is changed by a review only. */
export const licenseChange = licenseTerms
  .omit({ complianceStatus: true })
  .refine(agrees, DISAGREES)
  .overwrite(withSpdxTerms);
export const review = z.strictObject({
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']),
  note: z.string().trim().min(1).max(2_000),
});
export type LicenseFields = z.infer<typeof licenseFields>;
export type DependencyFields = z.infer<typeof dependencyFields>;
export type Review = z.infer<typeof review>;
