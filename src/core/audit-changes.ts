/** What an audited change was about: rows as they were before and after, read as changes of the fields that people know. */
import { isObject, type Json, type JsonObject } from './json/json.js';
import { modelFields } from './models/model-fields.js';
import { HIDDEN, redacted } from './models/secrets.js';

export interface Change {
  /** As in `thermal.maxInstances`. */
  path: string;
  before: Json;
  after: Json;
}

/** Columns that go by another name outside. */
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
/** What the ledger keeps for itself. */
const OURS = new Set([
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
/** Below these are values that may be anything: only references are shown. */
const CLOSED = /^deployment\.(environment|headers)\./;

/** Null before a row was made, and after it was deleted. Values of headers and of the environment stay hidden. */
export const changesOf = (before: JsonObject | null, after: JsonObject | null): Change[] =>
  difference('', before && fieldsOf(before), after && fieldsOf(after));

/** A model's row in the history as fields that can be written again; what only the ledger says is left out. */
export function modelFieldsIn(row: JsonObject): JsonObject {
  const { status, ...fields } = fieldsOf(row);
  const mine = Object.entries(fields).filter(([name]) => Object.hasOwn(modelFields.shape, name));
  const known = modelFields.shape.status.safeParse(status).success;
  return Object.fromEntries([...mine, ...(known ? [['status', status as Json] as const] : [])]);
}

const fieldsOf = (row: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !OURS.has(column))
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
  // Both are as PostgreSQL orders them.
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [{ path, before: visible(path, was), after: visible(path, is) }];
}

const visible = (path: string, value: Json): Json =>
  value === null || !CLOSED.test(path) ? value : typeof value === 'string' ? redacted(value) : HIDDEN;

const camel = (column: string): string =>
  column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
