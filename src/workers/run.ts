/** One ticket: claim it with a slot and a lease, do it, write down how it ended, and say so. */
import { setTimeout as pause } from 'node:timers/promises';
import { offload, storeFiles, type Blobs } from '../blobs/index.js';
import { InvocationError, RadiantError, type Fault } from '../core/errors.js';
import { inputFor, outputFor } from '../core/mapping.js';
import { checkShape } from '../core/shape.js';
import { REFUSALS } from '../core/retry.js';
import type { Json, TaskType } from '../core/workflow.js';
import type { Log } from '../log.js';
import type { Ticket } from '../queue/messages.js';
import type { Again } from '../queue/receive.js';
import { refusedSoFar } from '../store/attempts.js';
import type { Claim, Claimed, ClaimRequest } from '../store/claim.js';
import type { Ledger } from '../store/pool.js';
import type { Settlement } from '../store/settle.js';
import type { Workflows, WorkflowVersion } from '../store/workflows.js';
import type { Held, Lease } from './held.js';
import { contextOf } from './kinds/context.js';
import type { Kind } from './kinds/kind.js';
import { costOf, failure, type Outcome, type Used } from './outcome.js';

/** All slots taken: the note comes back after this. */
const NO_SLOT_MS = 500;
/** A result in hand is kept while the database is away: for so many tries, so far apart. */
const TRIES = 60;
const TRY_MS = 1_000;
/** PostgreSQL: a value that no row can hold. */
const UNSTORABLE = /^22/;

export interface RunParts {
  worker: string;
  leaseMs: number;
  ledger: Ledger;
  workflows: Workflows;
  blobs: Blobs;
  log: Log;
  held: Held;
  kinds: Partial<Record<TaskType, Kind>>;
  claim: (request: ClaimRequest) => Promise<Claim>;
  settle: (settlement: Settlement) => Promise<boolean>;
  /** Tells the scheduler; best effort. */
  askToAdvance: (executionId: string) => Promise<void>;
}

export function makeRun(parts: RunParts): (ticket: Ticket) => Promise<Again | undefined> {
  const { worker, leaseMs, ledger, workflows, blobs, log, held, kinds, claim, settle, askToAdvance } = parts;

  return async (ticket) => {
    const claimed = await claim({ ...ticket, worker, leaseMs });
    if (claimed === 'gone') return undefined;
    if (claimed === 'no_slot') return { again: NO_SLOT_MS };
    log.info('task.claimed', factsOf(claimed));
    const lease = held.hold(claimed);
    try {
      const version = await workflows.version(claimed.versionId);
      const outcome = await work(claimed, version, lease);
      // Handed to another worker while this one was stopping: what it finds is its to write down.
      if (lease.handedOver) return undefined;
      const { taskExecutionId, executionId, attempt } = claimed;
      const moved = await keep({ taskExecutionId, executionId, attempt, worker, ...outcome });
      log.info(moved ? `task.${outcome.next}` : 'task.result_unwanted', {
        ...factsOf(claimed),
        ...(outcome.errorCode && { errorCode: outcome.errorCode }),
      });
      await askToAdvance(executionId);
      return undefined;
    } finally {
      lease.release();
    }
  };

  /** Never throws: whatever happened becomes an outcome. */
  async function work(claimed: Claimed, version: WorkflowVersion, lease: Lease): Promise<Outcome> {
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1_000;
    let used: Used | null = null;
    let input: Json | undefined;
    try {
      const task = version.graph.task(claimed.taskId);
      const kind = kinds[task.type];
      if (!kind) {
        throw new InvocationError(
          'invalid',
          'unknown_type',
          `A worker cannot run tasks of type ${task.type}.`,
        );
      }
      const context = await contextOf(ledger, blobs, claimed, version);
      input = inputFor(task, context);
      const asked = { claimed, task, context, input, signal: lease.signal };
      const { output: raw, faults = [], usage } = await kind(asked);
      used = { usage, seconds: seconds() };
      mustBeWhole(claimed, [...faults, ...checkShape({ raw, usage })]);
      const prefix = `executions/${claimed.executionId}/${claimed.taskExecutionId}`;
      const { value, files } = await storeFiles(blobs, `${prefix}/files`, raw);
      const output = outputFor(task, { ...context, output: value });
      return {
        ended: 'succeeded',
        next: 'succeeded',
        input: await offload(blobs, `${prefix}/input`, input),
        output: await offload(blobs, `${prefix}/output-${claimed.attempt}`, output),
        files: files.map((file) => ({ $file: file })),
        usage,
        costUsd: costOf(claimed, used),
      };
    } catch (caught) {
      const error = lease.abandoned && used === null ? stopped() : caught;
      if (!(error instanceof RadiantError)) log.error('task.broke', error, factsOf(claimed));
      const facts = { used, seconds: seconds(), refused: await refusals(claimed, error), now: new Date() };
      const outcome = failure(claimed, version, error, facts);
      // Who is turned away again and again writes it once, when that has an end.
      const sent = outcome.usesAttempt === false ? undefined : await kept(claimed, input);
      return { ...outcome, ...(sent !== undefined && { input: sent }) };
    }
  }

  async function refusals({ taskExecutionId }: Claimed, error: unknown) {
    const none = { times: 0, forMs: 0 };
    if (!(error instanceof InvocationError) || !REFUSALS.includes(error.errorClass)) return none;
    return refusedSoFar(ledger, taskExecutionId, REFUSALS).catch(() => none);
  }

  /** The input of a failed attempt, to be looked at: what cannot be kept is left out. */
  async function kept({ executionId, taskExecutionId }: Claimed, input: Json | undefined) {
    if (input === undefined || checkShape(input).length > 0) return undefined;
    return offload(blobs, `executions/${executionId}/${taskExecutionId}/input`, input).catch(() => undefined);
  }

  /** A result that was paid for is not lost to a database that is away for a while, nor to one value it cannot hold. */
  async function keep(settlement: Settlement): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await settle(settlement);
      } catch (error) {
        log.error('task.not_settled', error, { taskExecutionId: settlement.taskExecutionId, attempt });
        if (UNSTORABLE.test((error as { code?: string }).code ?? ''))
          return settle(withoutPayload(settlement));
        if (attempt === TRIES) throw error;
        await pause(TRY_MS);
      }
    }
  }
}

/** What PostgreSQL could not hold, or JavaScript did not, is found before it is written down. */
function mustBeWhole({ model }: Claimed, [fault]: readonly Fault[]): void {
  if (!fault) return;
  const who = model ? `Model ${model.id}` : 'The task';
  throw new InvocationError(
    'invalid',
    'unusable_answer',
    `${who} answered what cannot be kept: ${fault.path} ${fault.message}.`,
  );
}

const stopped = () =>
  new InvocationError(
    'lost',
    'worker_stopped',
    'The worker stopped before the answer came: it is tried again.',
  );

const withoutPayload = ({
  input: _in,
  output: _out,
  files: _files,
  failureDetails: _details,
  usage: _usage,
  ...settlement
}: Settlement): Settlement => ({
  ...settlement,
  ended: settlement.ended === 'succeeded' ? 'failed' : settlement.ended,
  next: 'failed',
  errorCode: 'unusable_answer',
  errorClass: 'invalid',
  errorMessage: 'The answer holds a value that the ledger cannot keep.',
});

const factsOf = ({ taskExecutionId, executionId, taskId, mapIndex, attempt, adopt }: Claimed) => ({
  taskExecutionId,
  executionId,
  taskId,
  ...(mapIndex !== null && { mapIndex }),
  attempt,
  ...(adopt && { adopt }),
});
