/** What the API tells of models. Configurations are open: what this page does not know is kept and shown as it is. */
import type { JsonObject } from '../../parts/code/json';

export type Standing =
  | 'compliant'
  | 'unreviewed'
  | 'review_needed'
  | 'non_compliant'
  | 'expired'
  | 'expiring';
export type ComplianceStatus = 'compliant' | 'review_needed' | 'non_compliant';

/** What an administrator may change, all of it in one merge patch. */
export type Fields = JsonObject;

export interface Licence {
  id: string;
  type: string;
  spdx: string;
  url: string | null;
  commercialUse: boolean | null;
  commercialNotes: string | null;
  attributionRequired: boolean;
  attributionText: string | null;
  shareAlike: boolean;
  complianceStatus: ComplianceStatus;
  complianceNotes: string | null;
  lastComplianceReview: string | null;
  reviewedBy: string | null;
  expiresAt: string | null;
}

/** On the board: whose it is, and how it stands today. */
export interface BoardLicence extends Licence {
  modelId: string;
  modelName: string;
  standing: Standing;
}

export interface Dependency {
  id: string;
  type: string;
  name: string;
  sizeGb: string | number | null;
  license: string | null;
  required: boolean;
  notes: string | null;
}

export interface Model {
  id: string;
  rowVersion: number;
  displayName: string;
  description: string | null;
  category: string;
  providerType: string;
  /** Told to those who look after the house. */
  pricing?: JsonObject;
  /** False: somebody else keeps it running. */
  managed: boolean;
  thermal: JsonObject;
  performanceMetrics: JsonObject;
  minTier: number;
  enabled: boolean;
  status: string;
  version: string | null;
  currentThermalState: string;
  licenses: readonly Pick<Licence, 'spdx' | 'type'>[];
  compliance?: string;
  deployment?: JsonObject;
}

export interface ModelDetail extends Model {
  heat: {
    state: string;
    serving: number;
    wanted: number;
    slots: number;
    slotsTaken: number;
    failure: string | null;
    waiting: number;
  };
  usable: {
    commercial: boolean;
    nonCommercial: boolean;
    faults: { code: string; component: string; message: string }[];
  };
}
