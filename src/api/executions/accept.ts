/** Accepts executions: commits a row first, then sends a message to the scheduler without waiting for it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical, type Json } from '../../core/json/json.js';
import { InvalidInput } from '../../core/errors.js';
import { PRIORITY } from '../../core/priority.js';
import { amount, instant, ranged } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { LONGEST_NAME } from '../../core/workflows/title.js';
import { whyNotSent, type Reach } from '../../endpoints/http/urls.js';
import { ledgerNow } from '../../store/db/clock.js';
import type { Ledger } from '../../store/db/ledger.js';
import { acceptedBefore, makeInsertExecution } from '../../store/executions/insert.js';
import type { Caller } from '../../store/people/identity.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import type { Infrastructure } from '../../infrastructure.js';
import type { ExecutionRequest } from '../../store/executions/admission.js';
import { type NewExecution } from '../../store/executions/new-execution.js';

export const hookUrl = z
  .string()
  .max(2_000)
  .superRefine((url, context) => {
    // The configuration decides about plain http and private addresses: see `mustLeadOutside`.
    const message = whyNotSent(url, { allowPrivateHosts: true });
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

export const conditions = {
  /** The name in lists, in the search and in file names. */
  name: z.string().trim().min(1).max(LONGEST_NAME).optional(),
  priority: ranged(RANGES.priority).meta({ description: PRIORITY.words, default: PRIORITY.usual }).optional(),
  deadline: instant.optional(),
  tags: z.array(z.string().min(1).max(100)).max(20).optional(),
  /** The maximum cost: the execution stops when it reaches this. */
  budgetUsd: amount(RANGES.budget).optional(),
  webhookUrl: hookUrl.optional(),
};
export const newExecution = z.strictObject({
  parameters: z.record(z.string(), z.json()),
  ...conditions,
});

export const idempotency = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters')
    .optional(),
});

export interface Request {
  caller: Caller;
  /** The whole request body. The same body with the same key is the same execution. */
  body: Json;
  idempotencyKey: string | undefined;
  read: () => Promise<ExecutionRequest>;
}

export interface Accepted {
  id: string;
  /** What was written and when, so that the answer needs no read; null if the request had been accepted before. */
  opened: { createdAt: Date; request: NewExecution } | null;
}

/** @throws NotFound, InvalidInput, Refused, Conflict: see `core/executions/admission.ts` and `store/executions/insert.ts` */
export function makeAccept(infrastructure: Infrastructure): (asked: Request) => Promise<Accepted> {
  const { log, ledger, engine, sender, config, admission } = infrastructure;
  const open = makeInsertExecution(engine);

  async function accept({ caller, read, idempotencyKey }: Request, requestHash: string): Promise<Accepted> {
    const wanted = await read();
    await inTheFuture(ledger, wanted.deadline);
    mustLeadOutside(wanted.webhookUrl, config);
    const prepared = await admission.prepare(caller, wanted);
    const request: NewExecution = { ...prepared, idempotencyKey, requestHash };
    const { id, createdAt, existed } = await open(request);
    sender
      .askToAdvance([id])
      .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId: id }));
    return { id, opened: existed ? null : { createdAt, request } };
  }

  return async (asked) => {
    const { caller, body, idempotencyKey } = asked;
    const requestHash = createHash('sha256').update(canonical(body)).digest('hex');
    try {
      return await accept(asked, requestHash);
    } catch (error) {
      // A request that was accepted once stays accepted, even if it would be refused now.
      const { tenantId } = caller;
      const first =
        idempotencyKey && (await acceptedBefore(ledger, { tenantId, idempotencyKey, requestHash }));
      if (first) return { id: first, opened: null };
      throw error;
    }
  };
}

/** @throws InvalidInput */
export async function inTheFuture(ledger: Ledger, deadline: string | undefined): Promise<void> {
  if (deadline === undefined || Date.parse(deadline) > (await ledgerNow(ledger)).getTime()) return;
  throw new InvalidInput('The deadline has passed. Omit it or give a later one.', [
    { path: 'deadline', message: 'must be in the future' },
  ]);
}

/** @throws InvalidInput */
export function mustLeadOutside(url: string | null | undefined, reach: Reach): void {
  const message = url ? whyNotSent(url, reach) : null;
  if (message !== null)
    throw new InvalidInput('Webhooks cannot be sent to this address. Give another one.', [
      { path: 'webhookUrl', message },
    ]);
}

/** The request as the API contract shapes it. */
export const requestOf = (
  workflow: WorkflowVersion,
  { parameters, ...how }: z.output<typeof newExecution>,
): ExecutionRequest => ({ ...how, workflow, given: parameters });
