/** Expediting: a platform administrator puts one execution ahead of all others. */
import { z } from 'zod';
import { expedite } from '../../store/executions/expedite.js';
import type { Caller } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { execution } from './execution-shape.js';
import { route, type Route } from '../http/route.js';

export const expediteRoutes = (
  { ledger, sender, log }: Infrastructure,
  show: (caller: Caller, id: string) => Promise<unknown>,
): Route[] => [
  route({
    method: 'post',
    path: '/v1/executions/:id/expedite',
    operation: 'expediteExecution',
    roles: ['platform_admin'],
    scope: 'administer',
    summary: 'Put an execution ahead of all others, of every tenant: its priority becomes 0',
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({
      reason: z.string().trim().min(1).max(500).meta({ description: 'The reason, for the audit log.' }),
    }),
    status: 200,
    response: execution,
    handle: async ({ caller, actor, params: { id }, body: { reason } }) => {
      await expedite(ledger, actor, id, reason);
      sender
        .askToAdvance([id])
        .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId: id }));
      return { body: await show(caller, id) };
    },
  }),
];
