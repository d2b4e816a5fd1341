/** Accepting: a committed row first, a note to the scheduler second, and nobody waits for the note. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { canonical, modelsOf, plan } from '../core/accept.js';
import { InvalidInput, NotFound } from '../core/errors.js';
import type { Json, JsonObject } from '../core/workflow.js';
import { acceptedBefore, durations, open, type NewExecution } from '../store/accept.js';
import type { Caller } from '../store/people.js';
import type { Cellar } from '../cellar.js';

export const newExecution = z.strictObject({
  parameters: z.record(z.string(), z.json()),
  priority: z.int().min(1).max(10).optional(),
  deadline: z.iso.datetime({ offset: true }).optional(),
  tags: z.array(z.string().min(1).max(100)).max(20).optional(),
});

export interface Request {
  caller: Caller;
  workflowId: string;
  request: z.output<typeof newExecution>;
  idempotencyKey: string | undefined;
}

export interface Accepted {
  id: string;
  /** What was written and when, to show it without reading it back. */
  opened: { createdAt: Date; request: NewExecution } | null;
}

/** What tasks took lately changes slowly, and reading it is dearer than accepting. */
const HISTORY_MS = 30_000;

/**
 * `opened` is null where the same request was accepted before.
 *
 * @throws NotFound, InvalidInput, Refused, Conflict: see `core/accept.ts` and `store/executions.ts`
 */
export function makeAccept({
  log,
  ledger,
  models,
  workflows,
  sender,
}: Cellar): (asked: Request) => Promise<Accepted> {
  const history = new LRUCache<string, Awaited<ReturnType<typeof durations>>>({
    max: 1_000,
    ttl: HISTORY_MS,
    ignoreFetchAbort: true,
    fetchMethod: (workflowUuid) => durations(ledger, workflowUuid),
  });

  async function accept(
    { caller, workflowId, request, idempotencyKey }: Request,
    requestHash: string,
  ): Promise<Accepted> {
    const workflow = await workflows.current(workflowId);
    if (!workflow) throw new NotFound('workflow', workflowId);
    const { definition, versionId, workflowUuid } = workflow;
    inTheFuture(request.deadline);
    const ids = modelsOf(definition);
    const found = await Promise.all(ids.map(async (id) => [id, await models.get(id)] as const));
    const given = request.parameters as JsonObject;
    const { resolved, snapshots, estimate } = plan({
      definition,
      given,
      caller: { tier: caller.tier, isAdmin: caller.role === 'platform_admin' },
      models: Object.fromEntries(found),
      history: await history.forceFetch(workflowUuid),
    });
    const opened: NewExecution = {
      ...request,
      definition,
      versionId,
      workflowUuid,
      tenantId: caller.tenantId,
      userId: caller.userId,
      parameters: given,
      resolvedParameters: resolved,
      models: snapshots,
      estimate,
      idempotencyKey,
      requestHash,
    };
    const { id, createdAt, existed } = await open(ledger, opened);
    sender
      .askToAdvance([id])
      .catch((error: unknown) => log.error('execution.not_told', error, { executionId: id }));
    return { id, opened: existed ? null : { createdAt, request: opened } };
  }

  return async (asked) => {
    const { caller, workflowId, request, idempotencyKey } = asked;
    const requestHash = createHash('sha256')
      .update(canonical({ workflowId, body: request as Json }))
      .digest('hex');
    try {
      return await accept(asked, requestHash);
    } catch (error) {
      // What was accepted once stays accepted, even where it would be refused by now.
      const { tenantId } = caller;
      const first =
        idempotencyKey && (await acceptedBefore(ledger, { tenantId, idempotencyKey, requestHash }));
      if (first) return { id: first, opened: null };
      throw error;
    }
  };
}

function inTheFuture(deadline: string | undefined): void {
  if (deadline === undefined || Date.parse(deadline) > Date.now()) return;
  throw new InvalidInput('The deadline has passed: leave it out or name a later one.', [
    { path: 'deadline', message: 'must be in the future' },
  ]);
}
