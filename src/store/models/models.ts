/** The registry of models. No code names a particular model. */
import { LRUCache } from 'lru-cache';
import { Conflict, NotFound } from '../../core/errors.js';
import { checked } from '../../core/validation/zod-errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { newModel, type NewModel } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import type { Events } from '../db/notifications.js';
import { summariseLicenses, type LicenseSummary } from './licenses.js';
import { editModel, insertModel, mustBeSendable, type FaultsOf } from './model-edits.js';
import { lockModel, parseModel, readModel, type Edit } from './model-lock.js';
import { type Actor, type Ledger, type Session, adminOf } from '../db/ledger.js';

export { parseModel };

export interface ModelFilters {
  category?: string | undefined;
  status?: string | undefined;
  /** Models that a tenant of this tier may use. */
  minTier?: number | undefined;
  providerType?: string | undefined;
  includeDisabled?: boolean | undefined;
}

export interface Models {
  /** The live model, disabled or not; null if there is none. It is cached, and PostgreSQL's notifications invalidate it. */
  get(modelId: string): Promise<ModelConfig | null>;
  list(filters?: ModelFilters): Promise<ModelConfig[]>;
  /** The ids alone, which costs far less. */
  ids(filters?: { includeDisabled?: boolean }): Promise<string[]>;
  /** @returns the row's id. @throws InvalidInput, Conflict `model_exists` */
  create(input: NewModel, actor: Actor): Promise<string>;
  /** Merges a patch (RFC 7396) into the model. @throws NotFound, InvalidInput, Conflict `stale_version` */
  update(modelId: string, patch: JsonObject, actor: Actor, expectedVersion?: number): Promise<ModelConfig>;
  /** Restores fields of an earlier version; other fields stay. @throws NotFound, InvalidInput */
  rewrite(modelId: string, fields: JsonObject, actor: Actor): Promise<ModelConfig>;
  /** Disables the model; the thermal service turns its endpoint off. @throws NotFound */
  remove(modelId: string, actor: Actor): Promise<void>;
  /** Enables it again, with its former status. @throws NotFound, Conflict `model_retiring` */
  restore(modelId: string, actor: Actor): Promise<void>;
  /** Deletes it: the thermal service turns it off, removes its endpoint, and retires its row. @throws NotFound */
  retire(modelId: string, actor: Actor): Promise<void>;
  licenseSummary(): Promise<LicenseSummary>;
  /** To be called after a change by other functions than these. */
  forget(modelId: string): void;
  refresh(): void;
  stop(): void;
}

/** A limit for the case that a notification is lost. Each model is reconciled more often, and need not be read each time. */
const TTL_MS = 60_000;

/** @param faultsOf returns the faults of a model's deployment */
export function openModels(
  ledger: Ledger,
  events: Events,
  { faultsOf = () => [] }: { faultsOf?: FaultsOf } = {},
): Models {
  const cache = new LRUCache<string, { config: ModelConfig | null }>({
    max: 1_000,
    ttl: TTL_MS,
    // A change during the read returns the read value to the caller, but does not cache it.
    ignoreFetchAbort: true,
    fetchMethod: async (modelId) => ({ config: await readModel(ledger, modelId) }),
  });
  const forget = [
    events.on(({ modelId, event }) => {
      if (modelId !== undefined && !event.startsWith('task:')) cache.delete(modelId);
    }),
    events.onGap(() => cache.clear()),
  ];

  async function edit(request: Edit, change: (fields: JsonObject) => JsonObject): Promise<ModelConfig> {
    const edited = await ledger.as(request.actor, (session) => editModel(session, request, change, faultsOf));
    cache.delete(request.modelId);
    return edited;
  }

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
    ids: async ({ includeDisabled = false } = {}) => {
      const rows = await ledger.query<{ modelId: string }>(
        `select model_id from ai_models where status <> 'retired' and (enabled or $1) order by model_id`,
        [includeDisabled],
      );
      return rows.map(({ modelId }) => modelId);
    },
    async create(input, actor) {
      const model = checked(newModel, input, 'model');
      mustBeSendable(model, faultsOf);
      const id = await ledger.as(actor, (session) => insertModel(session, model, actor));
      cache.delete(model.modelId);
      return id;
    },
    update: (modelId, patch, actor, expectedVersion) =>
      edit({ modelId, actor, expectedVersion }, (fields) => mergePatch(fields, patch) as JsonObject),
    rewrite: (modelId, old, actor) => edit({ modelId, actor }, (fields) => ({ ...fields, ...old })),
    remove: (modelId, actor) => takeOut(modelId, actor, 'disabled', 'not enabled'),
    retire: (modelId, actor) => takeOut(modelId, actor, 'retiring', "status = 'retiring'"),
    async restore(modelId, actor) {
      await ledger.as(actor, (session) => restoreModel(session, modelId, actor));
      cache.delete(modelId);
    },
    licenseSummary: () => summariseLicenses(ledger),
    forget: (modelId) => void cache.delete(modelId),
    refresh: () => cache.clear(),
    stop: () => {
      for (const stop of forget) stop();
    },
  };
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

async function restoreModel(session: Session, modelId: string, actor: Actor): Promise<void> {
  const { uuid, enabled, status } = await lockModel(session, modelId);
  if (enabled) return;
  if (status !== 'disabled') {
    throw new Conflict(
      'model_retiring',
      `Model ${modelId} is being deleted: register it again once it is gone.`,
    );
  }
  await session.query(
    `update ai_models set enabled = true, updated_by = $2, status = coalesce((
       select previous_state ->> 'status' from orchestration_audit_log
       where entity_type = 'model' and entity_id = $1 and action = 'disabled' and new_state ->> 'status' = 'disabled'
         and previous_state ->> 'status' <> 'disabled'
       order by seq desc limit 1), 'active')
     where id = $1`,
    [uuid, adminOf(actor)],
  );
}
