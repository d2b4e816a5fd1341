/** The files that an execution made. */
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import { find } from '../store/executions.js';
import type { TaskRow } from '../store/tasks.js';
import type { Cellar } from '../cellar.js';
import { byId } from './executions.js';
import { hrefOf, missing } from './payloads.js';
import { PAYERS, route, type Route } from './route.js';

const artifact = z
  .strictObject({
    name: z.string(),
    mediaType: z.string(),
    size: z.int(),
    sha256: z.string(),
    taskId: z.string(),
    mapIndex: z.int().nullable(),
    href: z.string(),
  })
  .meta({ id: 'Artifact' });

const filesOf = (tasks: readonly TaskRow[]) =>
  tasks.flatMap(({ taskId, mapIndex, files }) => files.map(({ $file }) => ({ ...$file, taskId, mapIndex })));

export const artifactRoutes = ({ ledger, blobs }: Cellar): Route[] => [
  route({
    method: 'get',
    path: '/v1/executions/:id/artifacts',
    roles: PAYERS,
    summary: 'List the files an execution made, in the order of its tasks',
    params: byId,
    status: 200,
    response: z.strictObject({ items: z.array(artifact) }),
    handle: async ({ caller, params: { id } }) => {
      const { tasks } = await find(ledger, caller, id);
      const items = filesOf(tasks).map(({ name, mediaType, size, sha256, taskId, mapIndex }) => ({
        name,
        mediaType,
        size,
        sha256,
        taskId,
        mapIndex,
        href: hrefOf(id, { name, sha256 }),
      }));
      return { body: { items } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/executions/:id/artifacts/:name',
    roles: PAYERS,
    summary: 'Download a file; of several with this name the last, unless taskId or sha256 choose',
    params: z.object({ id: z.uuid(), name: z.string().max(128) }),
    query: z.strictObject({
      taskId: z.string().max(100).optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    status: 200,
    response: 'application/octet-stream',
    handle: async ({ caller, params: { id, name }, query: { taskId, sha256 } }) => {
      const { tasks } = await find(ledger, caller, id);
      const file = filesOf(tasks).findLast(
        (file) =>
          file.name === name &&
          file.taskId === (taskId ?? file.taskId) &&
          file.sha256 === (sha256 ?? file.sha256),
      );
      if (!file) throw new NotFound('file', `${name} of execution ${id}`);
      return {
        headers: {
          'Content-Type': file.mediaType,
          'Content-Length': String(file.size),
          'Content-Disposition': `attachment; filename="${file.name}"`,
          'Content-Security-Policy': "default-src 'none'; sandbox",
          ETag: `"${file.sha256}"`,
        },
        stream: await blobs.open(file.key).catch(missing),
      };
    },
  }),
];
