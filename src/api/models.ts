/** The registry, read: models, how warm they are, and how their licences stand. */
import { z } from 'zod';
import { NotFound, Refused } from '../core/errors.js';
import { CONSEQUENCES, usableFor } from '../core/licensing.js';
import type { ModelConfig } from '../core/model.js';
import { HEAT_MOVES } from '../core/status.js';
import type { Caller } from '../store/people.js';
import { readHeat } from '../store/thermal.js';
import type { Cellar } from '../cellar.js';
import { json } from './execution.js';
import { cut, pageOf, pageQuery } from './page.js';
import { ADMINISTRATORS, EVERYBODY, route, type Route } from './route.js';

const text = z.string().nullable();
const some = z.record(z.string(), json);
const heat = z.enum(Object.keys(HEAT_MOVES) as [string, ...string[]]);

const modelShape = z.strictObject({
  id: z.string(),
  rowVersion: z.int(),
  name: z.string(),
  displayName: z.string(),
  description: text,
  category: z.string(),
  specialty: text,
  providerType: z.string(),
  thermal: some,
  pricing: some,
  parameters: z.string(),
  accuracy: text,
  benchmark: text,
  capabilities: z.array(z.string()),
  inputFormats: z.array(z.string()),
  outputFormats: z.array(z.string()),
  architecture: some,
  performanceMetrics: some,
  minTier: z.int(),
  requiresGpu: z.boolean(),
  gpuMemoryGb: z.number(),
  enabled: z.boolean(),
  status: z.string(),
  version: text,
  repository: text,
  releaseDate: text,
  currentThermalState: heat,
  licenses: z.array(some),
  dependencies: z.array(some),
  /** Administrators only: it may name hosts. */
  deployment: some.optional(),
});
const model = modelShape.meta({ id: 'Model' });
const heatShape = z.strictObject({
  state: heat,
  serving: z.int(),
  wanted: z.int(),
  slots: z.int(),
  slotsTaken: z.int(),
  failure: text,
  waiting: z.int(),
});
/** For a new run: what licences allow, and what stands against it. */
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
const modelDetail = modelShape.extend({ heat: heatShape, usable: usableShape }).meta({ id: 'ModelDetail' });

const isAdministrator = ({ administratorId }: Caller): boolean => administratorId !== null;

function show(config: ModelConfig, caller: Caller) {
  const { uuid: _, deployment, ...model } = config;
  return isAdministrator(caller) ? { ...model, deployment } : model;
}

export const modelRoutes = ({ ledger, models }: Cellar): Route[] => [
  route({
    method: 'get',
    path: '/v1/models',
    roles: EVERYBODY,
    summary: 'List the models',
    query: z.strictObject({
      category: z.string().max(50).optional(),
      status: z.string().max(20).optional(),
      minTier: z.coerce.number().int().min(1).max(5).optional(),
      providerType: z.enum(['self_hosted', 'external']).optional(),
      heat: heat.optional(),
      q: z.string().max(200).optional(),
      includeDisabled: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(model),
    handle: async ({ caller, query: { q = '', heat, limit, cursor, ...filters } }) => {
      if (filters.includeDisabled && !isAdministrator(caller)) {
        throw new Refused(
          'role_required',
          'Disabled models are for administrators: leave includeDisabled out.',
        );
      }
      const found = (await models.list(filters)).filter(
        ({ id, displayName, description, currentThermalState }) =>
          (heat ?? currentThermalState) === currentThermalState &&
          `${id} ${displayName} ${description ?? ''}`.toLowerCase().includes(q.toLowerCase()),
      );
      const { items, nextCursor } = cut(found, { limit, cursor });
      return { body: { items: items.map((model) => show(model, caller)), nextCursor } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/models/:modelId',
    roles: EVERYBODY,
    summary: 'Read a model with its licences, its dependencies and its heat',
    params: z.object({ modelId: z.string().max(100) }),
    status: 200,
    response: modelDetail,
    handle: async ({ caller, params: { modelId } }) => {
      const model = await models.get(modelId);
      if (!model || !(model.enabled || isAdministrator(caller))) throw new NotFound('model', modelId);
      const [row] = await readHeat(ledger, model.uuid);
      if (!row) throw new NotFound('model', modelId);
      return {
        headers: { ETag: `"${model.rowVersion}"` },
        body: {
          ...show(model, caller),
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
    },
  }),
  route({
    method: 'get',
    path: '/v1/licenses/summary',
    roles: ADMINISTRATORS,
    summary: 'How the licences of all enabled models stand',
    status: 200,
    response: z
      .strictObject({
        totalModels: z.int(),
        commercialOk: z.int(),
        reviewNeeded: z.int(),
        nonCompliant: z.int(),
        expired: z.int(),
        expiringIn30Days: z.int(),
      })
      .meta({ id: 'LicenseSummary' }),
    handle: async () => ({ body: await models.licenseSummary() }),
  }),
];
