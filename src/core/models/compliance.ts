/** How a licence stands today, in one word. Expired and expiring are not the same. */
import { usableFor, type Licensed } from './licensing.js';
import type { ModelLicense } from './model.js';

/** Worst first. */
export const STANDINGS = [
  'non_compliant',
  'expired',
  'review_needed',
  'unreviewed',
  'expiring',
  'compliant',
] as const;
export type Standing = (typeof STANDINGS)[number];

const SOON_MS = 30 * 86_400_000;

/** `unreviewed`: it was said to be complied with, but by nobody who reviewed it here. */
export function standingOf(
  {
    complianceStatus,
    commercialUse,
    lastComplianceReview,
    expiresAt,
  }: Pick<ModelLicense, 'complianceStatus' | 'commercialUse' | 'expiresAt'> & {
    lastComplianceReview: string | Date | null;
  },
  at: Date,
): Standing {
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - at.getTime();
  if (left <= 0) return 'expired';
  if (complianceStatus === 'compliant' && commercialUse !== null)
    return lastComplianceReview === null ? 'unreviewed' : left <= SOON_MS ? 'expiring' : 'compliant';
  return complianceStatus === 'compliant' ? 'review_needed' : complianceStatus;
}

/** The worst of its licences; one that is missing has to be looked for. */
export function complianceOf(model: Licensed, at: Date): Standing {
  const stands = new Set(model.licenses.map((license) => standingOf(license, at)));
  if (usableFor(model, at).faults.some(({ code }) => code === 'license_missing')) stands.add('review_needed');
  return STANDINGS.find((standing) => stands.has(standing)) as Standing;
}
