/** Decides about a task after a failed attempt: retry it (and after how long), give it to its fallback model, or fail it. */
import type { ErrorClass } from '../errors.js';
import { RANGES } from '../validation/ranges.js';
import type { RetryPolicy, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

/** A task that was running when this many workers died is failed as a poison task. */
const FATAL_CRASHES = 3;
/** A refused request did no work. It is retried with a growing delay, and uses an attempt only after half an hour of refusals. */
const REFUSAL_MS = { first: 2_000, most: 60_000 };
const PATIENCE_MS = 1_800_000;
/** Error classes of requests that the endpoint refused before any work. */
export const REFUSALS: readonly ErrorClass[] = ['not_ready', 'throttled'];

interface FailedAttempt {
  errorClass: ErrorClass;
  /** The attempt that failed, from 1. */
  attempt: number;
  maxAttempts: number;
  policy: RetryPolicy | undefined;
  /** Workers that died while running this task, with this one. */
  crashes: number;
  /** Refusals in a row before this one: how many, and for how long. */
  refused: { times: number; forMs: number };
  /** As `fallbackOf` says. */
  fallback: string | null;
  random: () => number;
}

export type AfterFailure =
  /** `delayMs`: whole milliseconds from now. */
  | { kind: 'retry'; delayMs: number; usesAttempt: boolean }
  | { kind: 'fallback'; modelId: string }
  | { kind: 'fail'; code: FailureCode };

type FailureCode = 'poison' | 'attempts_exhausted' | 'invalid' | 'cancelled';

/**
 * `not_ready` and `throttled` use no attempt for half an hour; `transient`, `timeout` and `lost` use one; the others are final.
 * What is final for one model is tried with the fallback model, unless the task was cancelled. A poison task keeps its count of
 * dead workers, so one more ends it.
 */
export function afterFailure(failed: FailedAttempt): AfterFailure {
  const next = withItsModel(failed);
  return next.kind === 'fail' && next.code !== 'cancelled' && failed.fallback !== null
    ? { kind: 'fallback', modelId: failed.fallback }
    : next;
}

/** The model to try after a permanent failure: null if there is none, or it is the one that failed. */
export const fallbackOf = (
  { config: { fallbackModelId } }: Pick<WorkflowTask, 'config'>,
  { modelId, modelIds }: { modelId: string | null; modelIds: readonly string[] },
): string | null =>
  fallbackModelId !== undefined && fallbackModelId !== modelId && modelIds.includes(fallbackModelId)
    ? fallbackModelId
    : null;

function withItsModel(failed: FailedAttempt): Exclude<AfterFailure, { kind: 'fallback' }> {
  const { errorClass, attempt, maxAttempts, crashes, refused, random } = failed;
  if (errorClass === 'invalid' || errorClass === 'cancelled') return { kind: 'fail', code: errorClass };
  if (crashes >= FATAL_CRASHES) return { kind: 'fail', code: 'poison' };
  if (REFUSALS.includes(errorClass) && refused.forMs < PATIENCE_MS) {
    const full = Math.min(REFUSAL_MS.most, REFUSAL_MS.first * 2 ** Math.min(refused.times, 10));
    // Jitter spreads requests that were refused at the same moment.
    return { kind: 'retry', delayMs: Math.round((full * (1 + random())) / 2), usesAttempt: false };
  }
  if (attempt >= maxAttempts) return { kind: 'fail', code: 'attempts_exhausted' };
  return { kind: 'retry', delayMs: backoffMs(failed), usesAttempt: true };
}

/** Exponential backoff up to a ceiling. Full jitter spreads tasks that failed at the same moment. */
function backoffMs({ attempt, policy = {}, random }: FailedAttempt): number {
  const { initialDelayMs = 1000, backoff = 2, jitter = true } = policy;
  // A first delay above the default ceiling raises the ceiling.
  const { maxDelayMs = Math.max(60_000, initialDelayMs) } = policy;
  const growth = Math.min(backoff ** (attempt - 1), Number.MAX_VALUE);
  const delay = Math.min(RANGES.retryDelay.max, maxDelayMs, initialDelayMs * growth);
  return Math.round(jitter ? random() * delay : delay);
}

export const maxAttemptsOf = (
  definition: Pick<WorkflowDefinition, 'maxRetries'>,
  task: WorkflowTask,
): number => task.config.retry?.maxAttempts ?? definition.maxRetries + 1;
