/** Checks a draft before it is sent. The server checks it again. */
import { at, textOf } from '../../../parts/difference/difference';
import type { FieldError } from '../../../parts/page/problem';
import type { Field } from './field';
import { ALL } from './fields';
import type { Fields } from '../shape';

export const DECIMAL = /^\d+(\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** These may have a fraction; all other numbers count things. */
const FRACTIONS = new Set<Field['path']>([
  'thermal.scaleToZeroAfterMinutes',
  'thermal.warmupTimeSeconds',
  'deployment.compute.cpuCores',
]);

function errorOf({ path, kind, required, min, max, length }: Field, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return required ? 'is required' : null;
  if (kind === 'decimal' && !DECIMAL.test(textOf(value))) return 'must be a number from 0, like 0.75';
  if (kind === 'count' && !/^\d{1,18}$/.test(textOf(value))) return 'must be a whole number';
  if (kind === 'date' && !DATE.test(textOf(value))) return 'must be a date';
  if (length !== undefined && textOf(value).length > length) return `has more than ${length} characters`;
  if (kind !== 'number') return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (!FRACTIONS.has(path) && !Number.isInteger(value)) return 'must be a whole number';
  if (min !== undefined && value < min) return `must be at least ${min}`;
  if (max !== undefined && value > max) return `must be at most ${max}`;
  return null;
}

export function check(fields: Fields): FieldError[] {
  const { deployment, thermal } = fields;
  const errors = ALL.filter(({ kind }) => kind !== 'rest' && kind !== 'rates').flatMap((field) => {
    const message = errorOf(field, at(fields, field.path));
    return message === null ? [] : [{ path: field.path, message }];
  });
  const [wake, stop] = [deployment?.wakeUrl, deployment?.stopUrl];
  if (!wake !== !stop)
    errors.push({
      path: wake ? 'deployment.stopUrl' : 'deployment.wakeUrl',
      message: 'needs both a wake and a stop URL, or neither',
    });
  if (Number(thermal?.minInstances ?? Number.NaN) > Number(thermal?.maxInstances ?? Number.NaN))
    errors.push({ path: 'thermal.minInstances', message: 'is more than the most instances' });
  return errors;
}

/** The server names fields from the top of the body. */
export const fromServer = (errors: readonly FieldError[]): FieldError[] =>
  errors.map(({ path, message }) => ({ path: path.replace(/^body\.?/, ''), message }));
