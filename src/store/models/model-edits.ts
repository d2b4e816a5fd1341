/** Inserts and edits models: on the locked row, with an actor, and with a new version. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { Conflict, InvalidInput, type Fault } from '../../core/errors.js';
import { checked } from '../../core/validation/zod-errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { modelFields, type ModelFields, type newModel } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import { insertDependencies } from './dependencies.js';
import { insertLicenses } from './licenses.js';
import { lockModel, readModel, type Edit } from './model-lock.js';
import { type Actor, type Session, adminOf } from '../db/ledger.js';

export { adminOf };

/** The values of the columns that administrators fill, in this order. */
const columnValues = (model: ModelFields): unknown[] => [
  model.name,
  model.displayName,
  model.description ?? null,
  model.category,
  model.specialty ?? null,
  model.providerType,
  JSON.stringify(model.deployment),
  JSON.stringify(model.thermal),
  JSON.stringify(model.pricing),
  model.parameters,
  model.accuracy ?? null,
  model.benchmark ?? null,
  model.capabilities,
  model.inputFormats,
  model.outputFormats,
  JSON.stringify(model.architecture),
  JSON.stringify(model.performanceMetrics),
  model.minTier,
  model.requiresGpu,
  model.gpuMemoryGb,
  model.status,
  model.version ?? null,
  model.repository ?? null,
  model.releaseDate ?? null,
];

/** Returns the faults of a deployment that would make every request fail. */
export type FaultsOf = (model: Pick<ModelFields, 'deployment' | 'providerType'>) => Fault[];

/** @throws InvalidInput */
export function mustBeSendable(model: ModelFields, faultsOf: FaultsOf): void {
  const faults = faultsOf(model);
  if (faults.length > 0)
    throw new InvalidInput('No request could ever be sent to this model: correct the fields listed.', faults);
}

/** @throws Conflict `model_exists` */
export async function insertModel(
  session: Session,
  model: z.output<typeof newModel>,
  actor: Actor,
): Promise<string> {
  const [row] = await session.query<{ id: string }>(
    `insert into ai_models (name, display_name, description, category, specialty, provider_type, deployment_config,
       thermal_config, pricing_config, parameters, accuracy, benchmark, capabilities, input_formats, output_formats,
       architecture, performance_metrics, min_tier, requires_gpu, gpu_memory_gb, status, version, repository,
       release_date, model_id, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
       $24, $25, $26)
     on conflict (model_id) where status <> 'retired' do nothing
     returning id`,
    [...columnValues(model), model.modelId, adminOf(actor)],
  );
  if (!row) {
    throw new Conflict(
      'model_exists',
      `Model ${model.modelId} exists already: change it, or choose another id.`,
    );
  }
  await insertLicenses(session, row.id, model.licenses, actor);
  await insertDependencies(session, row.id, model.dependencies);
  return row.id;
}

/** The editable fields of a model; missing values are null. */
function editable(model: ModelConfig): JsonObject {
  const fields = Object.keys(modelFields.shape).map((field) => [
    field,
    model[field as keyof ModelConfig] ?? null,
  ]);
  // `disabled` cannot be written. The status before is in the audit log.
  const status = modelFields.shape.status.safeParse(model.status).data ?? 'active';
  return { ...(Object.fromEntries(fields) as JsonObject), status };
}

/**
 * @param change returns the wanted fields from the current ones
 * @throws NotFound, InvalidInput, Conflict `stale_version`
 */
export async function editModel(
  session: Session,
  { modelId, actor, expectedVersion }: Edit,
  change: (fields: JsonObject) => JsonObject,
  faultsOf: FaultsOf = () => [],
): Promise<ModelConfig> {
  const current = await lockModel(session, modelId, expectedVersion);
  const fields = editable(current);
  const wanted = checked(modelFields, change(fields), 'model');
  // An edit without a change creates no version and no audit row.
  if (Object.entries(fields).every(([name, value]) => isSame(value, wanted[name as keyof ModelFields])))
    return current;
  // A model registered under other settings can still be edited if its deployment does not change.
  if (!isSame(fields['deployment'], wanted.deployment) || fields['providerType'] !== wanted.providerType)
    mustBeSendable(wanted, faultsOf);
  await session.query(
    `update ai_models set name = $1, display_name = $2, description = $3, category = $4, specialty = $5,
       provider_type = $6, deployment_config = $7, thermal_config = $8, pricing_config = $9, parameters = $10,
       accuracy = $11, benchmark = $12, capabilities = $13, input_formats = $14, output_formats = $15,
       architecture = $16, performance_metrics = $17, min_tier = $18, requires_gpu = $19, gpu_memory_gb = $20,
       status = case when enabled then $21 else status end, version = $22, repository = $23, release_date = $24,
       updated_by = $26
     where model_id = $25 and status <> 'retired'`,
    [...columnValues(wanted), modelId, adminOf(actor)],
  );
  return (await readModel(session, modelId)) as ModelConfig;
}

const isSame = (value: unknown, other: unknown): boolean => isDeepStrictEqual(value ?? null, other ?? null);
