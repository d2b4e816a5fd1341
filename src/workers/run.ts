/** One ticket: claim it with a slot and a lease, do it, write down how it ended, and say so. */
import { offload, storeFiles, type Blobs } from '../blobs/index.js';
import { measureUnits, priceOf } from '../core/cost.js';
import { InvocationError, RadiantError } from '../core/errors.js';
import { inputFor, outputFor } from '../core/mapping.js';
import { afterFailure, maxAttemptsOf } from '../core/retry.js';
import type { AttemptStatus } from '../core/status.js';
import type { Json, JsonObject, TaskType } from '../core/workflow.js';
import type { Log } from '../log.js';
import type { Ticket } from '../queue/messages.js';
import type { Again } from '../queue/receive.js';
import type { Ledger } from '../store/pool.js';
import type { Claim, Claimed, ClaimRequest } from '../store/claim.js';
import type { Settlement } from '../store/settle.js';
import type { Workflows, WorkflowVersion } from '../store/workflows.js';
import type { Held } from './held.js';
import { contextOf } from './kinds/context.js';
import type { Kind } from './kinds/kind.js';

/** All slots taken: the note comes back after this. */
const NO_SLOT_MS = 500;

/** The model did work, whatever came of it: such an attempt is paid for. */
const RECEIVED = new Set([
  'model_rejected',
  'model_failed',
  'model_timeout',
  'invalid_response',
  'timeout',
  'cancelled',
]);

const ENDED: Partial<Record<string, Settlement['ended']>> = {
  timeout: 'timed_out',
  cancelled: 'cancelled',
  lost: 'unknown',
};

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
      const settlement = await work(claimed, version, lease.signal);
      // Handed to another worker while this one was stopping: what it finds is its to write down.
      if (lease.handedOver) return undefined;
      const moved = await settle(settlement);
      log.info(moved ? `task.${settlement.next}` : 'task.result_unwanted', {
        ...factsOf(claimed),
        ...(settlement.errorCode && { errorCode: settlement.errorCode }),
      });
      await askToAdvance(claimed.executionId);
      return undefined;
    } finally {
      lease.release();
    }
  };

  /** Never throws: whatever happened becomes a settlement. */
  async function work(claimed: Claimed, version: WorkflowVersion, signal: AbortSignal): Promise<Settlement> {
    const begun = performance.now();
    const task = version.graph.task(claimed.taskId);
    const at = {
      taskExecutionId: claimed.taskExecutionId,
      executionId: claimed.executionId,
      attempt: claimed.attempt,
      worker,
    };
    const prefix = `executions/${claimed.executionId}/${claimed.taskExecutionId}`;
    try {
      const kind = kinds[task.type];
      if (!kind)
        throw new InvocationError(
          'invalid',
          'unknown_type',
          `A worker cannot run tasks of type ${task.type}.`,
        );
      const context = await contextOf(ledger, blobs, claimed, version);
      const input = inputFor(task, context);
      const { output: raw, usage } = await kind({ claimed, task, context, input, signal });
      const { value, files } = await storeFiles(blobs, `${prefix}/files`, raw);
      const output = outputFor(task, { ...context, output: value });
      return {
        ...at,
        ended: 'succeeded',
        next: 'succeeded',
        input: await offload(blobs, `${prefix}/input`, input),
        output: await offload(blobs, `${prefix}/output-${claimed.attempt}`, output),
        files: files.map((file) => ({ $file: file })),
        usage,
        costUsd: costOf(claimed, usage, begun),
      };
    } catch (error) {
      return { ...at, ...failed(claimed, version, error, begun) };
    }
  }

  function failed(
    claimed: Claimed,
    { graph, definition }: WorkflowVersion,
    error: unknown,
    begun: number,
  ): Omit<Settlement, 'taskExecutionId' | 'executionId' | 'attempt' | 'worker'> {
    if (!(error instanceof RadiantError)) log.error('task.broke', error, factsOf(claimed));
    const errorClass =
      error instanceof InvocationError
        ? error.errorClass
        : error instanceof RadiantError
          ? 'invalid'
          : 'transient';
    const { code, message } =
      error instanceof RadiantError
        ? error
        : { code: 'internal', message: 'The worker met an error of its own: see its log.' };
    const task = graph.task(claimed.taskId);
    const now = new Date();
    const verdict = afterFailure({
      errorClass,
      attempt: claimed.attemptsUsed + 1,
      maxAttempts: maxAttemptsOf(definition, task),
      policy: task.config.retry,
      now,
      crashes: claimed.crashes,
      random: Math.random,
    });
    const later = verdict.kind === 'retry' ? verdict.notBefore.getTime() - now.getTime() : 0;
    const fallback = verdict.kind === 'fail' ? fallbackOf(claimed, task.config.fallbackModelId) : null;
    return {
      ended: ENDED[errorClass] ?? ('failed' satisfies AttemptStatus),
      errorCode: code,
      errorClass,
      errorMessage: message,
      ...(claimed.model && RECEIVED.has(code) && { costUsd: costOf(claimed, {}, begun) }),
      ...(verdict.kind === 'retry'
        ? { next: 'ready', usesAttempt: verdict.usesAttempt, delayMs: Math.max(later, retryAfterOf(error)) }
        : fallback
          ? { next: 'ready', fallbackModelId: fallback }
          : { next: 'failed' }),
    };
  }
}

/** The model to try when this one has failed for good; null when there is none, or it is the one that failed. */
const fallbackOf = ({ model, modelIds }: Claimed, fallback: string | undefined): string | null =>
  fallback !== undefined && fallback !== model?.id && modelIds.includes(fallback) ? fallback : null;

/** What the provider asked for in its Retry-After, in ms; 0 when it did not. */
const retryAfterOf = (error: unknown): number => (error as { retryAfterMs?: number }).retryAfterMs ?? 0;

const factsOf = ({ taskExecutionId, executionId, taskId, mapIndex, attempt, adopt }: Claimed) => ({
  taskExecutionId,
  executionId,
  taskId,
  ...(mapIndex !== null && { mapIndex }),
  attempt,
  ...(adopt && { adopt }),
});

/** By the endpoint's own count of its seconds where it gives one, else by the clock of this attempt. */
function costOf({ model, parameters }: Claimed, usage: JsonObject, begun: number): string {
  if (!model) return '0';
  const measured = (performance.now() - begun) / 1_000;
  const seconds: Json = usage.computeSeconds ?? null;
  return priceOf({
    pricing: model.pricing,
    seconds: typeof seconds === 'number' ? seconds : measured.toFixed(3),
    requests: 1,
    units: measureUnits(model.pricing, parameters),
  }).totalUsd;
}
