/** Decides whether a tenant may run a model under its licences, and says what to correct if not. */
import { Refused, type Fault } from '../errors.js';
import type { ModelConfig, ModelDependency, ModelLicense } from './model.js';
import { termsOf } from './spdx.js';

export type Licensed = Pick<ModelConfig, 'id' | 'licenses' | 'dependencies'>;

export interface LicenseFault {
  code: LicenseCode;
  /** `model`, or the type and name of a licence or dependency. */
  component: string;
  /** What is wrong and what to do. */
  message: string;
}

/** The effect of a fault on a new run. Running tasks may finish. */
type Consequence = 'refused' | 'warned' | 'allowed';

/** Unknown terms are no permission: a commercial tenant is refused, others are warned. */
export const CONSEQUENCES = {
  license_missing: { commercial: 'refused', nonCommercial: 'refused' },
  license_expired: { commercial: 'refused', nonCommercial: 'refused' },
  license_non_compliant: { commercial: 'refused', nonCommercial: 'refused' },
  license_not_commercial: { commercial: 'refused', nonCommercial: 'allowed' },
  license_review_needed: { commercial: 'refused', nonCommercial: 'warned' },
} as const satisfies Record<string, Record<'commercial' | 'nonCommercial', Consequence>>;
export type LicenseCode = keyof typeof CONSEQUENCES;

/** Licences of data do not cover the model itself, which needs a licence for its code or its weights. */
const OF_DATA = new Set(['database', 'dataset']);

type Rule<T> = [
  code: LicenseCode,
  applies: (part: T, at: Date) => boolean,
  advice: string | ((part: T) => string),
];

const OF_LICENSE: readonly Rule<ModelLicense>[] = [
  [
    'license_expired',
    ({ expiresAt }, at) => expiresAt !== null && Date.parse(expiresAt) <= at.getTime(),
    'has expired: renew it, or leave the model out',
  ],
  [
    'license_non_compliant',
    ({ complianceStatus }) => complianceStatus === 'non_compliant',
    'is not complied with: correct that and review it again, or leave the model out',
  ],
  [
    'license_not_commercial',
    ({ commercialUse, spdx }) => commercialUse === false || termsOf(spdx).nonCommercial,
    'does not allow commercial use: ask its owner for one that does, or leave the model out',
  ],
  [
    'license_review_needed',
    ({ complianceStatus, commercialUse }) => complianceStatus === 'review_needed' || commercialUse === null,
    ({ complianceStatus }) =>
      complianceStatus === 'review_needed'
        ? 'is not reviewed: an administrator must review it'
        : 'does not state whether commercial use is allowed: an administrator must clarify and record it',
  ],
];

const OF_DEPENDENCY: readonly Rule<ModelDependency>[] = [
  ['license_missing', ({ license }) => license === null, 'has no licence: an administrator must add it'],
  [
    'license_not_commercial',
    ({ license }) => license !== null && termsOf(license).nonCommercial,
    'does not allow commercial use: ask its owner for a licence that does, or leave the model out',
  ],
];

/** The faults that prevent a new run for this tenant; empty if it is allowed. */
export const whyNotLicensed = (model: Licensed, tenant: { commercial: boolean }, at: Date): LicenseFault[] =>
  findings(model, at, tenant, 'refused');

/** The faults that the tenant should know of before an allowed run. */
export const licenseWarnings = (model: Licensed, tenant: { commercial: boolean }, at: Date): LicenseFault[] =>
  findings(model, at, tenant, 'warned');

export interface Usable {
  commercial: boolean;
  nonCommercial: boolean;
  /** All faults, for commercial and other use. */
  faults: LicenseFault[];
}

export const usableFor = (model: Licensed, at: Date): Usable => {
  const faults = faultsOf(model, at);
  const allows = (use: 'commercial' | 'nonCommercial') =>
    faults.every(({ code }) => CONSEQUENCES[code][use] !== 'refused');
  return { commercial: allows('commercial'), nonCommercial: allows('nonCommercial'), faults };
};

/** Null if all models may be used, else an error with every fault of every model. */
export function licenseRefusal(
  models: readonly Licensed[],
  tenant: { commercial: boolean },
  at: Date,
): Refused | null {
  const unlicensed = models
    .map((model) => ({ id: model.id, faults: whyNotLicensed(model, tenant, at) }))
    .filter(({ faults }) => faults.length > 0);
  if (unlicensed.length === 0) return null;
  return new Refused(
    'license_refused',
    `The licences of ${[...new Set(unlicensed.map(({ id }) => id))].join(', ')} do not allow this run.`,
    unlicensed.flatMap(({ id, faults }) =>
      faults.map(({ component, message }): Fault => ({ path: `models.${id}.${component}`, message })),
    ),
  );
}

function findings(
  model: Licensed,
  at: Date,
  { commercial }: { commercial: boolean },
  wanted: Consequence,
): LicenseFault[] {
  const use = commercial ? 'commercial' : 'nonCommercial';
  return faultsOf(model, at).filter(({ code }) => CONSEQUENCES[code][use] === wanted);
}

function faultsOf({ id, licenses, dependencies }: Licensed, at: Date): LicenseFault[] {
  const check = <T>(rules: readonly Rule<T>[], part: T, component: string, what: string): LicenseFault[] =>
    rules
      .filter(([, applies]) => applies(part, at))
      .map(([code, , advice]) => ({
        code,
        component,
        message: `${what} of ${id} ${typeof advice === 'string' ? advice : advice(part)}.`,
      }));
  const isOwn = ({ type }: ModelLicense): boolean => !OF_DATA.has(type);
  const missing: LicenseFault = {
    code: 'license_missing',
    component: 'model',
    message: `The code and the weights of ${id} have no licence: an administrator must add one.`,
  };
  return [
    ...(licenses.some(isOwn) ? [] : [missing]),
    ...licenses.flatMap((license) => {
      const component = `${license.type} ${license.spdx}`;
      return check(
        OF_LICENSE,
        license,
        component,
        `The licence ${license.spdx} (${license.type.replaceAll('_', ' ')})`,
      );
    }),
    ...dependencies
      .filter(({ required }) => required)
      .flatMap((part) =>
        check(
          OF_DEPENDENCY,
          part,
          `${part.type} ${part.name}`,
          `The ${part.type.replaceAll('_', ' ')} ${part.name}`,
        ),
      ),
  ];
}
