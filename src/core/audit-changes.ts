/** Shows an audited change: the row before and the row after become a list of changed fields, under their API names. */
import { isObject, type Json, type JsonObject } from './json/json.js';
import { modelFields } from './models/model-fields.js';
import { HIDDEN, redacted } from './models/secrets.js';

export interface Change {
  /** As in `thermal.maxInstances`. */
  path: string;
  before: Json;
  after: Json;
}

/** Columns whose API field has another name. */
const NAMES: Readonly<Record<string, string>> = {
  deployment_config: 'deployment',
  thermal_config: 'thermal',
  pricing_config: 'pricing',
  license_type: 'type',
  license_spdx: 'spdx',
  license_url: 'url',
  dependency_type: 'type',
  dependency_name: 'name',
  dependency_size_gb: 'sizeGb',
  dependency_license: 'license',
  dag_definition: 'dag',
  timeout_seconds: 'timeout',
  condition_expression: 'condition',
  task_type: 'type',
  parameter_name: 'name',
  data_type: 'type',
  default_value: 'default',
  validation_rules: 'validation',
};
/** Columns that only the ledger uses. */
const INTERNAL = new Set([
  'id',
  'seq',
  'model_id',
  'created_at',
  'updated_at',
  'created_by',
  'updated_by',
  'row_version',
  'current_thermal_state',
  'last_thermal_change',
  'last_used_at',
  'forbids_commerce',
]);
/** Free text that may hold a secret: only references to secrets are shown. */
const MAY_HOLD_SECRETS = /^deployment\.(environment|headers)\./;

/** `before` is null for a created row, `after` for a deleted one. Values of headers and of the environment are hidden. */
export const changesOf = (before: JsonObject | null, after: JsonObject | null): Change[] =>
  difference('', before && fieldsOf(before), after && fieldsOf(after));

/** A model's row of the audit log, as fields that can be saved again. Internal columns are left out. */
export function modelFieldsIn(row: JsonObject): JsonObject {
  const { status, ...fields } = fieldsOf(row);
  const editable = Object.entries(fields).filter(([name]) => Object.hasOwn(modelFields.shape, name));
  const known = modelFields.shape.status.safeParse(status).success;
  return Object.fromEntries([...editable, ...(known ? [['status', status as Json] as const] : [])]);
}

const fieldsOf = (row: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !INTERNAL.has(column))
      .map(([column, value]) => [NAMES[column] ?? camel(column), value]),
  );

function difference(path: string, before: Json | undefined, after: Json | undefined): Change[] {
  const [was, is] = [before ?? null, after ?? null];
  if ((isObject(was) || isObject(is)) && [was, is].every((side) => side === null || isObject(side))) {
    const [old, now] = [(was ?? {}) as JsonObject, (is ?? {}) as JsonObject];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
      difference(path === '' ? key : `${path}.${key}`, old[key], now[key]),
    );
  }
  // PostgreSQL orders the keys of both in the same way.
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [{ path, before: visible(path, was), after: visible(path, is) }];
}

const visible = (path: string, value: Json): Json =>
  value === null || !MAY_HOLD_SECRETS.test(path)
    ? value
    : typeof value === 'string'
      ? redacted(value)
      : HIDDEN;

const camel = (column: string): string =>
  column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
