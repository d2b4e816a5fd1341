/** Writes to the registry: models are created, changed, disabled, restored and deleted. */
import { z } from 'zod';
import { Conflict } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { newModel } from '../../core/models/model-fields.js';
import type { Json } from '../../core/json/json.js';
import { licenseNow } from '../../store/models/licenses.js';
import type { Caller } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { byModel, detailOf, modelDetail, mustFind, show } from './models.js';
import { route, type Route } from '../http/route.js';

export const EDITORS = ['platform_admin'] as const;

/** JSON Merge Patch (RFC 7396): named fields change, null deletes, the rest stays. */
export const patchBody = z.record(z.string(), z.json());
export const ifMatch = z.object({
  /** The ETag that the client read. The change is refused if the model has changed since. */
  'if-match': z
    .string()
    .regex(/^(\*|"\d{1,15}")$/, 'must be the ETag of the model, like "7"')
    .optional(),
});
export const versionIn = ({ 'if-match': tag }: z.output<typeof ifMatch>): number | undefined =>
  tag === undefined || tag === '*' ? undefined : Number(tag.slice(1, -1));

/** Adds the current model to a version conflict, so that a form can show both. */
export async function withCurrent<T>(
  { ledger }: Infrastructure,
  caller: Caller,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Conflict) || error.code !== 'stale_version' || !error.current) throw error;
    const current = error.current as ModelConfig;
    const at = await licenseNow(ledger, [current]);
    throw new Conflict(error.code, error.message, show(current, caller, at));
  }
}

export const catalogueRoutes = (infrastructure: Infrastructure): Route[] => {
  const { models } = infrastructure;
  const read = async (modelId: string, caller: Caller) =>
    detailOf(infrastructure, await mustFind(infrastructure, modelId), caller);

  return [
    route({
      method: 'post',
      path: '/v1/models',
      operation: 'createModel',
      roles: EDITORS,
      summary: 'Register a model, with its licences and dependencies',
      body: newModel,
      status: 201,
      response: modelDetail,
      handle: async ({ caller, actor, body }) => {
        await models.create(body, actor);
        const answer = await read(body.modelId, caller);
        return { ...answer, headers: { ...answer.headers, Location: `/v1/models/${body.modelId}` } };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/models/:modelId',
      operation: 'updateModel',
      roles: EDITORS,
      summary: 'Change any field of a model: a JSON Merge Patch',
      params: byModel,
      headers: ifMatch,
      body: patchBody,
      status: 200,
      response: modelDetail,
      handle: async ({ caller, actor, params: { modelId }, headers, body }) => {
        const patch = body as Record<string, Json>;
        const model = await withCurrent(infrastructure, caller, () =>
          models.update(modelId, patch, actor, versionIn(headers)),
        );
        return detailOf(infrastructure, model, caller);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/models/:modelId',
      operation: 'disableModel',
      roles: EDITORS,
      summary: 'Disable a model; running tasks end, and then it is turned off',
      params: byModel,
      status: 200,
      response: modelDetail,
      handle: async ({ caller, actor, params: { modelId } }) => {
        await models.remove(modelId, actor);
        return read(modelId, caller);
      },
    }),
    route({
      method: 'post',
      path: '/v1/models/:modelId/restore',
      operation: 'restoreModel',
      roles: EDITORS,
      summary: 'Enable a disabled model again',
      params: byModel,
      body: z.strictObject({}).optional(),
      status: 200,
      response: modelDetail,
      handle: async ({ caller, actor, params: { modelId } }) => {
        await models.restore(modelId, actor);
        return read(modelId, caller);
      },
    }),
    route({
      method: 'post',
      path: '/v1/models/:modelId/retire',
      operation: 'retireModel',
      roles: EDITORS,
      summary:
        'Delete a model: it is drained and turned off, its cloud resources are removed, and its name becomes free',
      params: byModel,
      body: z.strictObject({}).optional(),
      status: 202,
      response: modelDetail,
      handle: async ({ caller, actor, params: { modelId } }) => {
        const model = await mustFind(infrastructure, modelId);
        await models.retire(modelId, actor);
        const now = { ...model, enabled: false, status: 'retiring', rowVersion: model.rowVersion + 1 };
        return detailOf(infrastructure, (await models.get(modelId)) ?? now, caller);
      },
    }),
  ];
};
