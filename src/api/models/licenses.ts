/** Licences and dependencies of models: added, changed, reviewed, removed. */
import { z } from 'zod';
import { dependencyFields, licenseFields, review } from '../../core/models/model-fields.js';
import type { JsonObject } from '../../core/json/json.js';
import {
  addDependency,
  changeDependency,
  listDependencies,
  removeDependency,
} from '../../store/models/dependencies.js';
import {
  addLicense,
  changeLicense,
  listLicenses,
  removeLicense,
  reviewLicense,
} from '../../store/models/licenses.js';
import type { Edit } from '../../store/models/model-lock.js';
import type { Caller } from '../../store/people/identity.js';
import type { Actor, Ledger, Session } from '../../store/db/ledger.js';
import type { Infrastructure } from '../../infrastructure.js';
import { EDITORS, ifMatch, patchBody, withCurrent, versionIn } from './model-edits.js';
import { byModel, mustFind } from './models.js';
import { cut, pageOf, pageQuery } from '../http/paging.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

const text = z.string().nullable();

export const licenseShape = z.strictObject({
  id: z.uuid(),
  type: z.string(),
  spdx: z.string(),
  url: text,
  /** Null: unknown, which gives no permission. */
  commercialUse: z.boolean().nullable(),
  commercialNotes: text,
  attributionRequired: z.boolean(),
  attributionText: text,
  shareAlike: z.boolean(),
  complianceStatus: z.enum(['compliant', 'review_needed', 'non_compliant']),
  complianceNotes: text,
  lastComplianceReview: z.iso.datetime().nullable(),
  /** The e-mail address of an administrator. */
  reviewedBy: text,
  expiresAt: z.iso.datetime().nullable(),
});
const license = licenseShape.meta({ id: 'License' });
const dependency = z
  .strictObject({
    id: z.uuid(),
    type: z.string(),
    name: z.string(),
    sizeGb: text,
    license: text,
    required: z.boolean(),
    notes: text,
  })
  .meta({ id: 'Dependency' });

/** What licences and dependencies share for the routes: both are parts of a model. */
interface Part<F extends z.ZodType, S> {
  path: string;
  what: string;
  /** Names for operations: one part, and several parts. */
  One: string;
  Several: string;
  idName: string;
  shape: z.ZodType;
  fields: F;
  list(session: Session, modelUuid: string): Promise<(S & { id: string })[]>;
  add(ledger: Ledger, edit: Edit, fields: z.output<F>): Promise<S>;
  change(ledger: Ledger, edit: Edit, id: string, patch: JsonObject): Promise<S>;
  remove(ledger: Ledger, edit: Edit, id: string): Promise<void>;
}

/** Changes a part of a model, and handles concurrent edits. */
const editing =
  (infrastructure: Infrastructure) =>
  <T>(
    { caller, actor, headers }: { caller: Caller; actor: Actor; headers: z.output<typeof ifMatch> },
    modelId: string,
    change: (edit: Edit) => Promise<T>,
  ): Promise<T> =>
    withCurrent(infrastructure, caller, async () => {
      const done = await change({ modelId, actor, expectedVersion: versionIn(headers) });
      infrastructure.models.forget(modelId);
      return done;
    });

function partRoutes<F extends z.ZodType, S>(infrastructure: Infrastructure, part: Part<F, S>): Route[] {
  const { path, what, One, Several, idName, shape, fields } = part;
  const { ledger } = infrastructure;
  const edit = editing(infrastructure);
  const all = `/v1/models/:modelId/${path}`;
  const one = z.object({ modelId: byModel.shape.modelId, [idName]: z.uuid() });
  const idIn = (params: Record<string, string | undefined>) => params[idName] as string;
  const modelIn = (params: Record<string, string | undefined>) => params['modelId'] as string;
  return [
    route({
      method: 'get',
      path: all,
      operation: `listModel${Several}`,
      roles: ADMINISTRATORS,
      summary: `List the ${path} of a model`,
      params: byModel,
      query: z.strictObject(pageQuery),
      status: 200,
      response: pageOf(shape),
      handle: async ({ params: { modelId }, query }) => {
        const { uuid } = await mustFind(infrastructure, modelId);
        return { body: cut(await part.list(ledger, uuid), query) };
      },
    }),
    route({
      method: 'post',
      path: all,
      operation: `add${One}`,
      roles: EDITORS,
      summary: `Add a ${what} to a model`,
      params: byModel,
      headers: ifMatch,
      body: fields,
      status: 201,
      response: shape,
      handle: async (asked) => ({
        body: await edit(asked, asked.params.modelId, (by) => part.add(ledger, by, asked.body)),
      }),
    }),
    route({
      method: 'patch',
      path: `${all}/:${idName}`,
      operation: `update${One}`,
      roles: EDITORS,
      summary: `Change a ${what} of a model: a JSON Merge Patch`,
      params: one,
      headers: ifMatch,
      body: patchBody,
      status: 200,
      response: shape,
      handle: async (asked) => ({
        body: await edit(asked, modelIn(asked.params), (by) =>
          part.change(ledger, by, idIn(asked.params), asked.body as JsonObject),
        ),
      }),
    }),
    route({
      method: 'delete',
      path: `${all}/:${idName}`,
      operation: `remove${One}`,
      roles: EDITORS,
      summary: `Remove a ${what} from a model`,
      params: one,
      headers: ifMatch,
      status: 204,
      response: 'application/json',
      handle: async (asked) => {
        await edit(asked, modelIn(asked.params), (by) => part.remove(ledger, by, idIn(asked.params)));
        return {};
      },
    }),
  ];
}

export const licenseRoutes = (infrastructure: Infrastructure): Route[] => [
  ...partRoutes(infrastructure, {
    path: 'licenses',
    One: 'License',
    Several: 'Licenses',
    what: 'licence',
    idName: 'licenseId',
    shape: license,
    fields: licenseFields,
    list: listLicenses,
    add: addLicense,
    change: changeLicense,
    remove: removeLicense,
  }),
  ...partRoutes(infrastructure, {
    path: 'dependencies',
    One: 'Dependency',
    Several: 'Dependencies',
    what: 'dependency',
    idName: 'dependencyId',
    shape: dependency,
    fields: dependencyFields,
    list: listDependencies,
    add: addDependency,
    change: changeDependency,
    remove: removeDependency,
  }),
  route({
    method: 'post',
    path: '/v1/models/:modelId/licenses/:licenseId/review',
    operation: 'reviewLicense',
    roles: EDITORS,
    summary: 'Record whether a licence is complied with, and why',
    params: byModel.extend({ licenseId: z.uuid() }),
    headers: ifMatch,
    body: review,
    status: 200,
    response: license,
    handle: async (asked) => ({
      body: await editing(infrastructure)(asked, asked.params.modelId, (by) =>
        reviewLicense(infrastructure.ledger, by, asked.params.licenseId, asked.body),
      ),
    }),
  }),
];
