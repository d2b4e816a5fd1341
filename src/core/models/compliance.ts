/** The compliance state of a licence at a time. Expired and expiring are different states. */
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

/** `unreviewed`: it is marked as compliant, but no administrator has reviewed it. */
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

/** The worst state of its licences; a missing licence counts as `review_needed`. */
export function complianceOf(model: Licensed, at: Date): ComplianceState {
  const states = new Set(model.licenses.map((license) => complianceStateOf(license, at)));
  if (usableFor(model, at).faults.some(({ code }) => code === 'license_missing')) states.add('review_needed');
  return COMPLIANCE_STATES.find((state) => states.has(state)) as ComplianceState;
}
