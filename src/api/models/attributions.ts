/** The notices that the output of an execution must carry, for the models that made it. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { attributionsOf, noticeText } from '../../core/models/attribution.js';
import { readCredits } from '../../store/models/attributions.js';
import { claimsOn } from '../../store/executions/executions.js';
import type { Infrastructure } from '../../infrastructure.js';
import { byId } from '../http/shapes.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

const text = z.string().nullable();

const attributions = z
  .strictObject({
    executionId: z.uuid(),
    workflowId: z.string(),
    workflowVersion: z.string(),
    /** Models whose tasks succeeded, with the terms at the time of the run. */
    models: z.array(
      z.strictObject({
        modelId: z.string(),
        displayName: z.string(),
        version: text,
        repository: text,
        taskIds: z.array(z.string()),
        licenses: z.array(
          z.strictObject({
            type: z.string(),
            spdx: z.string(),
            url: text,
            attributionRequired: z.boolean(),
            attributionText: text,
            shareAlike: z.boolean(),
          }),
        ),
        dependencies: z.array(
          z.strictObject({
            name: z.string(),
            type: z.string(),
            license: text,
            required: z.boolean(),
            shareAlike: z.boolean(),
          }),
        ),
      }),
    ),
    shareAlike: z.array(z.strictObject({ modelId: z.string(), component: z.string(), spdx: z.string() })),
  })
  .meta({ id: 'Attributions' });

export const attributionRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/executions/:id/attributions',
    operation: 'listAttributions',
    roles: EVERYBODY,
    summary:
      'Read the notices that an output must carry: as JSON, or as a text file with format=notice or Accept: text/plain',
    params: byId,
    query: z.strictObject({ format: z.enum(['json', 'notice']).optional() }),
    headers: z.object({ accept: z.string().optional() }),
    status: 200,
    response: attributions,
    handle: async ({ caller, params: { id }, query, headers }) => {
      const { used, ...workflow } = await readCredits(
        ledger,
        (await claimsOn(ledger, caller, id)).tenantId,
        id,
      );
      const source = { executionId: id, ...workflow };
      const found = attributionsOf(used);
      const format = query.format ?? (wantsText(headers.accept) ? 'notice' : 'json');
      if (format === 'json') return { headers: { Vary: 'Accept' }, body: { ...source, ...found } };
      return {
        headers: {
          Vary: 'Accept',
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Disposition': 'attachment; filename="NOTICE.txt"',
        },
        stream: Readable.from([noticeText(source, found)]),
      };
    },
  }),
];

const wantsText = (accept = ''): boolean =>
  accept.includes('text/plain') && !accept.includes('application/json');
