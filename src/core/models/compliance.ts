/** How a licence stands today, in one word. Expired and expiring are not the same. */
import { usableFor, type Licensed } from './licensing.js';
import type { ModelLicense } from './model.js';

/** Worst first. */
export const COMPLIANCE_STATES = [
  'non_compliant',
  'expired',
  'review_needed',
  'unreviewed',
  'expiring',
  'compliant',
] as const;
export type ComplianceState = (typeof COMPLIANCE_STATES)[number];

const SOON_MS = 30 * 86_400_000;

/** `unreviewed`: it was said to be complied with, but by nobody who reviewed it here. */
export function complianceStateOf(
  {
    complianceStatus,
    commercialUse,
    lastComplianceReview,
    expiresAt,
  }: Pick<ModelLicense, 'complianceStatus' | 'commercialUse' | 'expiresAt'> & {
    lastComplianceReview: string | Date | null;
  },
  at: Date,
): ComplianceState {
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - at.getTime();
  if (left <= 0) return 'expired';
  if (complianceStatus === 'compliant' && commercialUse !== null)
    return lastComplianceReview === null ? 'unreviewed' : left <= SOON_MS ? 'expiring' : 'compliant';
  return complianceStatus === 'compliant' ? 'review_needed' : complianceStatus;
}

/** The worst of its licences; one that is missing has to be looked for. */
export function complianceOf(model: Licensed, at: Date): ComplianceState {
  const stands = new Set(model.licenses.map((license) => complianceStateOf(license, at)));
  if (usableFor(model, at).faults.some(({ code }) => code === 'license_missing')) stands.add('review_needed');
  return COMPLIANCE_STATES.find((standing) => stands.has(standing)) as ComplianceState;
}
