/** What is so in this account and region until somebody says otherwise. */
import { z } from 'zod';

const seconds = z.number().min(0);

export const settingsSchema = z.strictObject({
  /** Whether the region lets the instances under inference components go to zero. */
  scaleToZero: z.boolean().default(true),
  /** Virtual seconds that an instance stays, and is billed, after its last copy is gone. */
  releaseTailSeconds: seconds.default(600),
  /** Virtual seconds from a new instance without a model to the moment it can take copies. */
  hostSeconds: seconds.default(180),
  /** Instances an account may have, by instance type; types that are not named are not limited. */
  quotas: z.record(z.string(), z.int().min(0)).default({}),
  /** Virtual seconds until what was created or deleted is seen by other calls. */
  consistencySeconds: seconds.default(0),
  /** IAM actions that are refused, such as `sagemaker:CreateEndpoint` or `s3:*`. */
  denied: z.array(z.string()).default([]),
  /** What Secrets Manager holds, by ARN. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Endpoints under maintenance: SystemUpdating instead of InService. */
  systemUpdating: z.array(z.string()).default([]),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsGiven = z.input<typeof settingsSchema>;

/** Changes what is named. Throws if it is not a setting. */
export function changeSettings(settings: Settings, given: unknown): void {
  const named = settingsSchema.partial().parse(given);
  const names = Object.keys(typeof given === 'object' && given !== null ? given : {});
  Object.assign(settings, Object.fromEntries(Object.entries(named).filter(([name]) => names.includes(name))));
}
