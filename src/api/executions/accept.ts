/** Accepts executions: commits a row first, then sends a message to the scheduler without waiting for it. */
import { z } from 'zod';
import { hashOf, type Json } from '../../core/json/json.js';
import { InvalidInput } from '../../core/errors.js';
import { PRIORITY } from '../../core/priority.js';
import { amount, instant, ranged } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { LONGEST_NAME } from '../../core/workflows/title.js';
import { whyNotSent, type Reach } from '../../endpoints/http/urls.js';
import { ledgerNow } from '../../store/db/clock.js';
import type { Ledger } from '../../store/db/ledger.js';
import { acceptedBefore, checkExecution, makeInsertExecution } from '../../store/executions/insert.js';
import type { Caller } from '../../store/people/identity.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import type { Infrastructure } from '../../infrastructure.js';
import type { ExecutionRequest } from '../../store/executions/admission.js';
import { showExecution } from './execution-shape.js';
import type { Validated } from './validated.js';
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
  /** Of a quote: what was quoted is executed, once, or the answer says what has changed. */
  quoteId: z.uuid().optional(),
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

export interface Accept {
  /** @throws NotFound, InvalidInput, Refused, Conflict: see `store/executions/admission.ts` and `store/executions/insert.ts` */
  accept: (asked: Request) => Promise<Accepted>;
  /** Does all of accepting but the insert: writes and reserves nothing. @throws what `accept` throws */
  validate: (asked: Request) => Promise<Validated>;
}

export function makeAccept(infrastructure: Infrastructure): Accept {
  const { log, ledger, engine, sender, config, admission } = infrastructure;
  const open = makeInsertExecution(engine);

  /** @param first what to answer with the execution that was accepted for the same request before */
  async function prepared<T>(
    { caller, body, idempotencyKey, read }: Request,
    then: (request: NewExecution) => Promise<T>,
    first: (id: string) => T,
  ): Promise<T> {
    const requestHash = hashOf(body);
    try {
      const wanted = await read();
      await inTheFuture(ledger, wanted.deadline);
      mustLeadOutside(wanted.webhookUrl, config);
      return await then({ ...(await admission.prepare(caller, wanted)), idempotencyKey, requestHash });
    } catch (error) {
      // A request that was accepted once stays accepted, even if it would be refused now.
      const { tenantId } = caller;
      const id = idempotencyKey && (await acceptedBefore(ledger, { tenantId, idempotencyKey, requestHash }));
      if (id) return first(id);
      throw error;
    }
  }

  async function accept(request: NewExecution): Promise<Accepted> {
    const { id, createdAt, existed } = await open(request);
    sender
      .askToAdvance([id])
      .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId: id }));
    return { id, opened: existed ? null : { createdAt, request } };
  }

  async function validate(request: NewExecution): Promise<Validated> {
    const existing = await checkExecution(engine, request);
    return existing === null ? { existing, request } : { existing, request: null };
  }

  return {
    accept: (asked) => prepared(asked, accept, (id) => ({ id, opened: null })),
    validate: (asked) => prepared(asked, validate, (existing) => ({ existing, request: null })),
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

const NOT_BEGUN = {
  synthetic: false,
  startedAt: null,
  completedAt: null,
  durationMs: null,
  errorCode: null,
  errorMessage: null,
} as const;

/** An execution that has just been accepted, shown without a read: no task has been decided yet. */
export function showAccepted(id: string, createdAt: Date, request: NewExecution, submittedBy: string) {
  const { definition, parameters, resolvedParameters, estimate, priority = PRIORITY.usual } = request;
  const tasks = definition.tasks.map(({ taskId, modelId }) => ({
    ...NOT_BEGUN,
    taskId,
    modelId,
    mapIndex: null,
    status: 'pending',
    attempt: 1,
    queuedMs: null,
    costUsd: '0',
    endedBy: null,
    endedReason: null,
    inputGiven: false,
    childExecutionId: null,
  }));
  const row = {
    ...NOT_BEGUN,
    id,
    workflowId: definition.id,
    workflowVersion: definition.version,
    name: request.name ?? null,
    edits: null,
    pausedAt: null,
    pausedSeconds: 0,
    status: 'pending' as const,
    priority,
    parameters,
    resolvedParameters,
    output: null,
    estimatedCostUsd: estimate.usd,
    actualCostUsd: '0',
    budgetUsd: request.budgetUsd ?? null,
    reservedUsd: request.reservationUsd ?? '0',
    rerunOf: null,
    scheduleId: null,
    scheduledFor: null,
    quoteId: request.consent?.quoteId ?? null,
    parent: null,
    handlerOf: null,
    handledBy: null,
    deadline: request.deadline ? new Date(request.deadline) : null,
    tags: request.tags ?? [],
    submittedBy,
    createdAt,
    lastAction: null,
    tasks,
  };
  const waiting = {
    reason: 'About to be decided.',
    since: createdAt,
    expectedStart: null,
    failsAt: null,
    nothingRuns: true,
  };
  return showExecution(row, definition, waiting, null);
}
