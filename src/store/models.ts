/** The registry: models, their licences and dependencies. No model is ever named in code. */
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { Conflict, InvalidInput, NotFound } from '../core/errors.js';
import { deploymentConfig, pricingConfig, thermalConfig, type ModelConfig } from '../core/model.js';
import { mergePatch } from '../core/patch.js';
import { modelFields, newModel, type ModelFields, type NewModel } from '../core/registration.js';
import type { JsonObject } from '../core/workflow.js';
import type { Events } from './events.js';
import { summariseLicenses, type LicenseSummary } from './licenses.js';
import type { Actor, Ledger, Session } from './pool.js';

export interface ModelFilters {
  category?: string | undefined;
  status?: string | undefined;
  /** Models that a tenant of this tier may use. */
  minTier?: number | undefined;
  providerType?: string | undefined;
  includeDisabled?: boolean | undefined;
}

export interface Models {
  /** The live model, disabled or not; null when there is none. Cached, and told of every change by PostgreSQL. */
  get(modelId: string): Promise<ModelConfig | null>;
  list(filters?: ModelFilters): Promise<ModelConfig[]>;
  /** @returns the row's id. @throws InvalidInput, Conflict `model_exists` */
  create(input: NewModel, actor: Actor): Promise<string>;
  /** Merges a patch (RFC 7396) into the model. @throws NotFound, InvalidInput, Conflict `stale_version` */
  update(modelId: string, patch: JsonObject, actor: Actor, expectedVersion?: number): Promise<ModelConfig>;
  /** Takes the model out of use; what it runs on is turned off by the thermal room. @throws NotFound */
  remove(modelId: string, actor: Actor): Promise<void>;
  /** Deletes it: the thermal room turns it off, removes what was made for it, and retires its row. @throws NotFound */
  retire(modelId: string, actor: Actor): Promise<void>;
  licenseSummary(): Promise<LicenseSummary>;
  refresh(): void;
  stop(): void;
}

/** A second line behind the notifications. */
const TTL_MS = 10_000;

export function openModels(ledger: Ledger, events: Events): Models {
  const cache = new LRUCache<string, { config: ModelConfig | null }>({
    max: 1_000,
    ttl: TTL_MS,
    // Changed while it was read: the reader gets what it asked for, and nothing stale is kept.
    ignoreFetchAbort: true,
    fetchMethod: async (modelId) => ({ config: await readModel(ledger, modelId) }),
  });
  const forget = [
    events.on(({ modelId, event }) => {
      if (modelId !== undefined && !event.startsWith('task:')) cache.delete(modelId);
    }),
    events.onGap(() => cache.clear()),
  ];

  async function takeOut(modelId: string, actor: Actor, status: string, unless: string) {
    const rows = await ledger.as(actor, (session) =>
      session.query(
        `update ai_models set enabled = false, status = $3, updated_by = $2
         where model_id = $1 and status <> 'retired' and not (${unless}) returning id`,
        [modelId, adminOf(actor), status],
      ),
    );
    cache.delete(modelId);
    if (rows.length === 0) throw new NotFound('model in use', modelId);
  }

  return {
    get: async (modelId) => (await cache.fetch(modelId))?.config ?? null,
    list: (filters = {}) => listModels(ledger, filters),
    async create(input, actor) {
      const model = parsed(newModel, input);
      const id = await ledger.as(actor, (session) => insertModel(session, model, actor));
      cache.delete(model.modelId);
      return id;
    },
    async update(modelId, patch, actor, expectedVersion) {
      const updated = await ledger.as(actor, (session) =>
        updateModel(session, modelId, patch, actor, expectedVersion),
      );
      cache.delete(modelId);
      return updated;
    },
    remove: (modelId, actor) => takeOut(modelId, actor, 'disabled', 'not enabled'),
    retire: (modelId, actor) => takeOut(modelId, actor, 'retiring', "status = 'retiring'"),
    licenseSummary: () => summariseLicenses(ledger),
    refresh: () => cache.clear(),
    stop: () => {
      for (const stop of forget) stop();
    },
  };
}

const adminOf = (actor: Actor) => (actor.type === 'admin' ? actor.id : null);

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidInput(
    'The model is not valid: mend the fields named.',
    result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  );
}

/** Configurations are completed with their defaults here, so that no reader has to. */
export function parseModel(config: ModelConfig): ModelConfig {
  return {
    ...config,
    deployment: deploymentConfig.parse(config.deployment),
    thermal: thermalConfig.parse(config.thermal),
    pricing: pricingConfig.parse(config.pricing),
  };
}

async function readModel(session: Session, modelId: string): Promise<ModelConfig | null> {
  const [row] = await session.query<{ config: ModelConfig | null }>('select get_model_config($1) as config', [
    modelId,
  ]);
  return row?.config ? parseModel(row.config) : null;
}

async function listModels(session: Session, filters: ModelFilters): Promise<ModelConfig[]> {
  const rows = await session.query<{ config: ModelConfig }>(
    `select get_model_config(model_id) as config
     from ai_models
     where status <> 'retired'
       and ($1::text is null or category = $1)
       and ($2::text is null or status = $2)
       and ($3::int is null or min_tier <= $3)
       and ($4::text is null or provider_type = $4)
       and (enabled or $5)
     order by category, display_name, model_id`,
    [
      filters.category ?? null,
      filters.status ?? null,
      filters.minTier ?? null,
      filters.providerType ?? null,
      filters.includeDisabled ?? false,
    ],
  );
  return rows.map((row) => parseModel(row.config));
}

/** The columns an administrator fills, in the order of `COLUMNS`. */
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

async function insertModel(
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
      `A model ${model.modelId} exists already: change it, or choose another id.`,
    );
  }
  await session.query(
    `insert into model_licenses (model_id, license_type, license_spdx, license_url, commercial_use, commercial_notes,
       attribution_required, attribution_text, share_alike, compliance_status, expires_at)
     select $1, l.type, l.spdx, l.url, l."commercialUse", l."commercialNotes", l."attributionRequired",
       l."attributionText", l."shareAlike", l."complianceStatus", l."expiresAt"
     from jsonb_to_recordset($2) as l (type text, spdx text, url text, "commercialUse" boolean, "commercialNotes" text,
       "attributionRequired" boolean, "attributionText" text, "shareAlike" boolean, "complianceStatus" text,
       "expiresAt" timestamptz)`,
    [row.id, JSON.stringify(model.licenses)],
  );
  await session.query(
    `insert into model_dependencies (model_id, dependency_type, dependency_name, dependency_size_gb,
       dependency_license, required, notes)
     select $1, d.type, d.name, d."sizeGb", d.license, d.required, d.notes
     from jsonb_to_recordset($2) as d (type text, name text, "sizeGb" numeric, license text, required boolean, notes text)`,
    [row.id, JSON.stringify(model.dependencies)],
  );
  return row.id;
}

async function updateModel(
  session: Session,
  modelId: string,
  patch: JsonObject,
  actor: Actor,
  expectedVersion: number | undefined,
): Promise<ModelConfig> {
  const [locked] = await session.query<{ rowVersion: number }>(
    `select row_version from ai_models where model_id = $1 and status <> 'retired' for update`,
    [modelId],
  );
  const current = locked && (await readModel(session, modelId));
  if (!current) throw new NotFound('model', modelId);
  if (expectedVersion !== undefined && expectedVersion !== current.rowVersion) {
    throw new Conflict(
      'stale_version',
      `Model ${modelId} is at version ${current.rowVersion} by now, not ${expectedVersion}: read it again and repeat the change.`,
    );
  }
  const editable = Object.fromEntries(
    Object.keys(modelFields.shape).map((field) => [field, current[field as keyof ModelConfig] ?? null]),
  ) as JsonObject;
  if (current.status === 'disabled') editable.status = 'active';
  const wanted = parsed(modelFields, mergePatch(editable, patch));
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
