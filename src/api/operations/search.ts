/** One search over everything that has a name. */
import { z } from 'zod';
import { search } from '../../store/search.js';
import type { Infrastructure } from '../../infrastructure.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

export const searchRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/search',
    operation: 'search',
    roles: EVERYBODY,
    summary:
      'Find models and workflows by name, and executions by words of their name, the start of their id or a tag',
    query: z.strictObject({ q: z.string().trim().min(1).max(100) }),
    status: 200,
    response: z.strictObject({
      items: z.array(
        z
          .strictObject({
            kind: z.enum(['model', 'workflow', 'execution']),
            id: z.string(),
            title: z.string(),
            detail: z.string(),
          })
          .meta({ id: 'Found' }),
      ),
    }),
    handle: async ({ caller, query: { q } }) => ({ body: { items: await search(ledger, caller, q) } }),
  }),
];
