/** Why a task is not running yet, in one plain sentence, computed from the ledger and stored nowhere. */
import { isTerminal, type Heat, type TaskStatus } from './status.js';

export interface WhyWaiting {
  status: TaskStatus;
  /** When the task entered its present state. */
  since: Date;
  now: Date;
  paused: boolean;
  /** Names of dependencies that have not ended. */
  dependencies: string[];
  /** Due time of a retry or of a timer. */
  notBefore: Date | null;
  /** The signal a waiting task is parked on; `approval:…` for an approval. */
  signal: string | null;
  /** Name of the child workflow it waits for. */
  child: string | null;
  /** Null for a task without a model. */
  model: WaitedModel | null;
}

export interface WaitedModel {
  displayName: string;
  heat: Heat;
  enabled: boolean;
  /** When it should be warm, as far as is known. */
  warmAt: Date | null;
  slotsInUse: number;
  slots: number;
  /** Tasks that come first. */
  ahead: number;
  /** When the next slot should be free, as far as is known. */
  freeAt: Date | null;
  /** The provider's reason, when it failed. */
  failure: string | null;
  retryAt: Date | null;
}

export interface Waiting {
  reason: string;
  since: Date;
  expectedStart: Date | null;
}

/** Null for a task that runs or has ended. */
export function whyWaiting(input: WhyWaiting): Waiting | null {
  const { status, since, paused } = input;
  if (status === 'running' || isTerminal('task', status)) return null;
  const because = (reason: string, expectedStart: Date | null = null): Waiting => ({
    reason,
    since,
    expectedStart,
  });
  if (status === 'waiting') return because(parked(input), input.notBefore);
  if (paused) return because('The execution is paused.');
  if (status === 'pending') return because(pending(input.dependencies));
  const { notBefore, now, model } = input;
  if (notBefore && notBefore > now)
    return because(`Waiting for a retry in ${about(notBefore, now)}.`, notBefore);
  return model ? forModel(model, now, because) : because('Waiting for a free worker.');
}

const pending = (names: string[]): string =>
  names.length === 0 ? 'About to be decided.' : `Waiting for ${listed(names)} to finish.`;

function parked({ signal, child, notBefore, now }: WhyWaiting): string {
  if (signal?.startsWith('approval:'))
    return notBefore
      ? `Waiting for approval, for at most ${about(notBefore, now)} more.`
      : 'Waiting for approval.';
  if (signal) return `Waiting for the signal ${signal}.`;
  if (child) return `Waiting for the workflow ${child} to finish.`;
  return notBefore
    ? `Waiting for the time to come, in ${about(notBefore, now)}.`
    : 'Waiting for its items to finish.';
}

function forModel(
  model: WaitedModel,
  now: Date,
  because: (reason: string, expectedStart?: Date | null) => Waiting,
): Waiting {
  const { displayName, heat, enabled, warmAt, slotsInUse, slots, ahead, freeAt, failure, retryAt } = model;
  if (!enabled) return because(`${displayName} is disabled.`);
  if (heat === 'FAILED') {
    const again = retryAt && retryAt > now ? ` Next try in ${about(retryAt, now)}.` : '';
    return because(
      `${displayName} could not be warmed: ${failure ?? 'no reason was given'}.${again}`,
      retryAt,
    );
  }
  if (heat === 'OFF' || heat === 'WARMING' || heat === 'COOLING') {
    const left = warmAt ? `, about ${about(warmAt, now)}` : '';
    return because(`Waiting for ${displayName} to warm${left}.`, warmAt);
  }
  if (slotsInUse < slots)
    return because(`Waiting for its turn on ${displayName}, ${ahead} ahead.`, ahead === 0 ? now : null);
  return because(
    `Waiting for a free slot of ${displayName}: ${slotsInUse} of ${slots} in use, ${ahead} ahead.`,
    ahead === 0 ? freeAt : null,
  );
}

const listed = (names: string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** A length for people: `40 s`, `3 min`, `2 h`. */
function about(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.ceil((then.getTime() - now.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
