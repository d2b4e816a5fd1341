/** What licences allow: which model may be run for whom, and what has to be mended where it may not. */
import { Refused, type Fault } from '../errors.js';
import type { ModelConfig, ModelDependency, ModelLicense } from './model.js';
import { termsOf } from './spdx.js';

export type Licensed = Pick<ModelConfig, 'id' | 'licenses' | 'dependencies'>;

export interface LicenseFault {
  code: LicenseCode;
  /** `model`, or type and name of a licence or a dependency. */
  component: string;
  /** What is wrong and what to do. */
  message: string;
}

/** What a fault does to a new run. Running ones are left to end. */
type Consequence = 'refused' | 'warned' | 'allowed';

/** Unknown terms are no permission: those who sell what they make must know, others are told. */
export const CONSEQUENCES = {
  license_missing: { commercial: 'refused', nonCommercial: 'refused' },
  license_expired: { commercial: 'refused', nonCommercial: 'refused' },
  license_non_compliant: { commercial: 'refused', nonCommercial: 'refused' },
  license_not_commercial: { commercial: 'refused', nonCommercial: 'allowed' },
  license_review_needed: { commercial: 'refused', nonCommercial: 'warned' },
} as const satisfies Record<string, Record<'commercial' | 'nonCommercial', Consequence>>;
export type LicenseCode = keyof typeof CONSEQUENCES;

/** Licences of these kinds are not of the model itself, which needs one for its code or its weights. */
const OF_DATA = new Set(['database', 'dataset']);

type Rule<T> = [
  code: LicenseCode,
  stands: (part: T, at: Date) => boolean,
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
    'was found not to be complied with: mend that and review it again, or leave the model out',
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
        ? 'is not reviewed: an administrator has to review it'
        : 'does not say whether commercial use is allowed: an administrator has to find out and state it',
  ],
];

const OF_DEPENDENCY: readonly Rule<ModelDependency>[] = [
  ['license_missing', ({ license }) => license === null, 'has no licence: an administrator has to state it'],
  [
    'license_not_commercial',
    ({ license }) => license !== null && termsOf(license).nonCommercial,
    'does not allow commercial use: ask its owner for a licence that does, or leave the model out',
  ],
];

/** Why no new run of the model may begin for this tenant: empty when one may. */
export const whyNotLicensed = (model: Licensed, tenant: { commercial: boolean }, at: Date): LicenseFault[] =>
  findings(model, at, tenant, 'refused');

/** What the tenant should know before a run that is allowed. */
export const licenseWarnings = (model: Licensed, tenant: { commercial: boolean }, at: Date): LicenseFault[] =>
  findings(model, at, tenant, 'warned');

export interface Usable {
  commercial: boolean;
  nonCommercial: boolean;
  /** All there are, whomever they concern. */
  faults: LicenseFault[];
}

export const usableFor = (model: Licensed, at: Date): Usable => {
  const faults = faultsOf(model, at);
  const allows = (use: 'commercial' | 'nonCommercial') =>
    faults.every(({ code }) => CONSEQUENCES[code][use] !== 'refused');
  return { commercial: allows('commercial'), nonCommercial: allows('nonCommercial'), faults };
};

/** Null when every model may be used; else every fault of every model. */
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
  const found = <T>(rules: readonly Rule<T>[], part: T, component: string, what: string): LicenseFault[] =>
    rules
      .filter(([, stands]) => stands(part, at))
      .map(([code, , advice]) => ({
        code,
        component,
        message: `${what} of ${id} ${typeof advice === 'string' ? advice : advice(part)}.`,
      }));
  const isOwn = ({ type }: ModelLicense): boolean => !OF_DATA.has(type);
  const bare: LicenseFault = {
    code: 'license_missing',
    component: 'model',
    message: `The code and the weights of ${id} have no licence: an administrator has to add it.`,
  };
  return [
    ...(licenses.some(isOwn) ? [] : [bare]),
    ...licenses.flatMap((license) => {
      const component = `${license.type} ${license.spdx}`;
      return found(
        OF_LICENSE,
        license,
        component,
        `The licence ${license.spdx} (${license.type.replaceAll('_', ' ')})`,
      );
    }),
    ...dependencies
      .filter(({ required }) => required)
      .flatMap((part) =>
        found(
          OF_DEPENDENCY,
          part,
          `${part.type} ${part.name}`,
          `The ${part.type.replaceAll('_', ' ')} ${part.name}`,
        ),
      ),
  ];
}
