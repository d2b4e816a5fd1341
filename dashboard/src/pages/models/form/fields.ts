/** Every field of a model as data. The form, its checks and its labels are made from these lists. */
import type { JsonObject } from '../../../api/contract';
import { CONFIGURATION } from './configuration';
import type { Field, Group } from './field';
import { PRICING, THERMAL } from './settings';
import type { Fields, Model } from '../shape';

export const GROUPS: readonly Group[] = [...CONFIGURATION, THERMAL, PRICING];
export const ALL: readonly Field[] = GROUPS.flatMap(({ fields }) => fields);

/** `perResidueOver500`. */
export const RATE = /^per([A-Za-z]+?)Over(\d+)$/;

/** Members of a configuration that no other field shows. */
export const restOf = (path: string, whole: JsonObject): JsonObject => {
  const shown = new Set(
    ALL.filter((field) => field.path.startsWith(`${path}.`)).map((field) => field.path.split('.')[1]),
  );
  return Object.fromEntries(
    Object.entries(whole).filter(([key]) => !shown.has(key) && !(path === 'pricing' && RATE.test(key))),
  );
};

const TOP = [...new Set(ALL.map(({ path }) => path.split('.')[0] as string))];

/** The editable part of a model. The status of a disabled model cannot be written. */
export function fieldsOf(model: Omit<Model, 'heat'>): Fields {
  const all: JsonObject = model;
  return Object.fromEntries(
    TOP.filter((key) => key in all).map((key) => [
      key,
      key === 'status' && !STATUSES.has(model.status) ? 'active' : (all[key] ?? null),
    ]),
  );
}
const STATUSES = new Set(['active', 'beta', 'deprecated']);

/** The first values of a new model. */
export const BLANK: Fields = {
  displayName: '',
  name: '',
  category: '',
  providerType: 'self_hosted',
  status: 'active',
  capabilities: [],
  inputFormats: [],
  outputFormats: [],
  requiresGpu: false,
  gpuMemoryGb: 0,
  minTier: 1,
  deployment: { environment: {}, headers: {}, compute: {}, maxConcurrentInvocationsPerInstance: 1 },
  architecture: {},
  performanceMetrics: {},
  thermal: {
    defaultState: 'OFF',
    scaleToZeroAfterMinutes: 15,
    warmupTimeSeconds: 60,
    minInstances: 0,
    maxInstances: 2,
  },
  pricing: { hourlyRate: '0', perRequest: '0', markup: '0.75', units: {} },
};

export const labelOf = (path: string): string => {
  const field = ALL.find(
    (one) =>
      one.path === (one.kind === 'rest' ? path.replace(/\.…$/, '') : path) &&
      (one.kind !== 'rest' || path.endsWith('…')),
  );
  const within = ALL.find((one) => one.kind === 'pairs' && path.startsWith(`${one.path}.`));
  if (field) return field.label;
  if (within) return `${within.label}, ${path.slice(within.path.length + 1)}`;
  const [, unit, free] = (path.startsWith('pricing.') && RATE.exec(path.slice('pricing.'.length))) || [];
  return unit ? `Per ${unit.toLowerCase()} over ${Number(free).toLocaleString('en-US')}` : path;
};
