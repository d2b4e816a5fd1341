/** Reads of the registry: models, their thermal state, and their licence compliance. */
import { timeScaleOf } from '../../config.js';
import { z } from 'zod';
import { NotFound, Refused } from '../../core/errors.js';
import { CONSEQUENCES, usableFor } from '../../core/models/licensing.js';
import {
  deploymentConfig,
  isManaged,
  performanceMetrics,
  pricingConfig,
  thermalConfig,
  type ModelConfig,
} from '../../core/models/model.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { complianceOf, COMPLIANCE_STATES } from '../../core/models/compliance.js';
import { HEAT_MOVES } from '../../core/status.js';
import { licenseNow } from '../../store/models/licenses.js';
import type { Caller } from '../../store/people/identity.js';
import { readHeat } from '../../store/thermal/heat.js';
import type { Infrastructure } from '../../infrastructure.js';
import { json } from '../http/shapes.js';
import { cut, pageOf, pageQuery } from '../http/paging.js';
import { EVERYBODY, route, type Answer, type Route } from '../http/route.js';

const text = z.string().nullable();
const heat = z.enum(Object.keys(HEAT_MOVES) as [string, ...string[]]);

/** What a run is judged by. Notes and reviewers are read at `/licenses`. */
const licenseInModel = z.strictObject({
  id: z.uuid(),
  type: z.string(),
  spdx: z.string(),
  url: text,
  commercialUse: z.boolean().nullable(),
  attributionRequired: z.boolean(),
  attributionText: text,
  shareAlike: z.boolean(),
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']),
  lastComplianceReview: text,
  expiresAt: text,
});
const dependencyInModel = z.strictObject({
  name: z.string(),
  type: z.string(),
  sizeGb: text,
  license: text,
  required: z.boolean(),
  notes: text,
});

const modelShape = z.strictObject({
  id: z.string(),
  rowVersion: z.int(),
  name: z.string(),
  displayName: z.string(),
  description: text,
  category: z.string(),
  specialty: text,
  providerType: z.string(),
  thermal: thermalConfig,
  /** Administrators only: what the instances cost, and the markup. A quote gives the price of an execution. */
  pricing: pricingConfig.optional(),
  /** False for a model that another party runs: it has no instances here to warm up or turn off. */
  managed: z.boolean(),
  parameters: z.string(),
  accuracy: text,
  benchmark: text,
  capabilities: z.array(z.string()),
  inputFormats: z.array(z.string()),
  outputFormats: z.array(z.string()),
  architecture: z.record(z.string(), json),
  performanceMetrics,
  minTier: z.int(),
  requiresGpu: z.boolean(),
  gpuMemoryGb: z.number(),
  enabled: z.boolean(),
  status: z.string(),
  version: text,
  repository: text,
  releaseDate: text,
  currentThermalState: heat,
  /** The state of its worst licence. */
  compliance: z.enum(COMPLIANCE_STATES),
  licenses: z.array(licenseInModel),
  dependencies: z.array(dependencyInModel),
  /** Administrators only, since it may name hosts. */
  deployment: deploymentConfig.optional(),
});
const model = modelShape.extend({ heat }).meta({ id: 'Model' });
const heatShape = z.strictObject({
  state: heat,
  serving: z.int(),
  wanted: z.int(),
  slots: z.int(),
  slotsTaken: z.int(),
  failure: text,
  waiting: z.int(),
});
/** For a new run: what the licences allow, and what prevents it. */
const usableShape = z.strictObject({
  commercial: z.boolean(),
  nonCommercial: z.boolean(),
  faults: z.array(
    z.strictObject({
      code: z.enum(Object.keys(CONSEQUENCES) as [string, ...string[]]),
      component: z.string(),
      message: z.string(),
    }),
  ),
});
export const modelDetail = modelShape
  .extend({ heat: heatShape, usable: usableShape })
  .meta({ id: 'ModelDetail' });

const isAdministrator = ({ administratorId }: Caller): boolean => administratorId !== null;

/** The model as a caller may see it. Deployment and prices are for administrators. */
export function show(config: ModelConfig, caller: Caller, at: Date) {
  const { uuid: _, deployment, pricing, ...model } = config;
  const shown = { ...model, managed: isManaged(config), compliance: complianceOf(config, at) };
  return isAdministrator(caller) ? { ...shown, deployment, pricing } : shown;
}

export const byModel = z.object({ modelId: z.string().max(100) });

/** @throws NotFound */
export async function mustFind({ models }: Infrastructure, modelId: string): Promise<ModelConfig> {
  const model = await models.get(modelId);
  if (!model) throw new NotFound('model', modelId);
  return model;
}

/** The model with its thermal state, and an ETag for `If-Match`. @throws NotFound */
export async function detailOf(
  { config, ledger }: Infrastructure,
  model: ModelConfig,
  caller: Caller,
): Promise<Answer & { body: object }> {
  const [row] = await readHeat(ledger, { modelUuids: [model.uuid], timeScale: timeScaleOf(config) });
  if (!row) throw new NotFound('model', model.id);
  return {
    headers: { ETag: `"${model.rowVersion}"` },
    body: {
      ...show(model, caller, row.now),
      currentThermalState: row.heat,
      usable: usableFor(model, row.now),
      heat: {
        state: row.heat,
        serving: row.servingInstances,
        wanted: row.wantedInstances,
        slots: row.slots,
        slotsTaken: row.slotsTaken,
        failure: row.failure,
        waiting: row.ready + row.queued,
      },
    },
  };
}

export const modelRoutes = (infrastructure: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/models',
    operation: 'listModels',
    roles: EVERYBODY,
    summary: 'List the models',
    query: z.strictObject({
      category: z.string().max(50).optional(),
      status: z.string().max(20).optional(),
      minTier: counted(RANGES.tier).optional(),
      providerType: z.enum(['self_hosted', 'external']).optional(),
      heat: heat.optional(),
      compliance: z.enum(COMPLIANCE_STATES).optional(),
      q: z.string().max(200).optional(),
      includeDisabled: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(model),
    handle: async ({ caller, query: { q = '', heat, compliance, limit, cursor, ...filters } }) => {
      if (filters.includeDisabled && !isAdministrator(caller)) {
        throw new Refused('role_required', 'Only administrators see disabled models. Omit includeDisabled.');
      }
      const all = await infrastructure.models.list(filters);
      const at = await licenseNow(infrastructure.ledger, all);
      const found = all.filter(
        (model) =>
          (heat ?? model.currentThermalState) === model.currentThermalState &&
          (compliance === undefined || compliance === complianceOf(model, at)) &&
          textOf(model).includes(q.toLowerCase()),
      );
      const { items, nextCursor } = cut(found, { limit, cursor });
      const body = items.map((model) => ({ ...show(model, caller, at), heat: model.currentThermalState }));
      return { body: { items: body, nextCursor } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/models/:modelId',
    operation: 'getModel',
    roles: EVERYBODY,
    summary: 'Read a model with its licences, its dependencies and its thermal state',
    params: byModel,
    status: 200,
    response: modelDetail,
    handle: async ({ caller, params: { modelId } }) => {
      const model = await mustFind(infrastructure, modelId);
      if (!model.enabled && !isAdministrator(caller)) throw new NotFound('model', modelId);
      return detailOf(infrastructure, model, caller);
    },
  }),
];

const textOf = ({
  id,
  name,
  displayName,
  description,
  category,
  specialty,
  capabilities,
}: ModelConfig): string =>
  [id, name, displayName, description, category, specialty, ...capabilities].join(' ').toLowerCase();
