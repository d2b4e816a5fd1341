/** Settings of this account and region, which tests can change. */
import { z } from 'zod';

const seconds = z.number().min(0);

export const settingsSchema = z.strictObject({
  /** Whether the region allows the instances of inference components to scale to zero. */
  scaleToZero: z.boolean().default(true),
  /** Virtual seconds that an instance stays, and is billed, after its last copy is gone. */
  releaseTailSeconds: seconds.default(600),
  /** Virtual seconds from a new instance without a model to the moment it can take copies. */
  hostSeconds: seconds.default(180),
  /** Instance quotas of the account, by instance type. Other types are not limited. */
  quotas: z.record(z.string(), z.int().min(0)).default({}),
  /** Virtual seconds until other calls see a creation or a deletion. */
  consistencySeconds: seconds.default(0),
  /** IAM actions that are refused, such as `sagemaker:CreateEndpoint` or `s3:*`. */
  denied: z.array(z.string()).default([]),
  /** The content of Secrets Manager, by ARN. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Endpoints under maintenance: SystemUpdating instead of InService. */
  systemUpdating: z.array(z.string()).default([]),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsGiven = z.input<typeof settingsSchema>;

/** Changes the given settings. Throws for an unknown one. */
export function changeSettings(settings: Settings, given: unknown): void {
  const named = settingsSchema.partial().parse(given);
  const names = Object.keys(typeof given === 'object' && given !== null ? given : {});
  Object.assign(settings, Object.fromEntries(Object.entries(named).filter(([name]) => names.includes(name))));
}
