/** Why a task is not running yet, in one plain sentence, computed from the ledger and stored nowhere. */
import { lengthOf, secondsUntil } from './heat-words.js';
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
  /** Of those in use: kept for requests that were given up, since the endpoint may still be at them. */
  slotsDoubted: number;
  /** When the first of those is free. */
  doubtUntil: Date | null;
  /** Tasks that come first. */
  ahead: number;
  /** The provider's reason, when it failed. */
  failure: string | null;
  retryAt: Date | null;
  /** It is deleted. */
  retiring?: boolean;
  /** It drains, or is changing, so that the deployment of its present row serves. */
  renewing?: boolean;
  /** Why an administrator pinned it off; null when it is not. */
  pinnedOff?: string | null;
  /** Why an administrator lets no instance be added; null when any may. */
  scaleOutPaused?: string | null;
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
  const { displayName, heat, enabled, warmAt, slotsInUse, slots, ahead, doubtUntil, failure, retryAt } =
    model;
  const { retiring = false, renewing = false, pinnedOff = null, scaleOutPaused = null } = model;
  if (retiring) return because(`${displayName} is deleted.`);
  if (!enabled) return because(`${displayName} is disabled.`);
  if (pinnedOff !== null) return because(`${displayName} is pinned off: ${pinnedOff}.`);
  if (heat === 'FAILED') {
    const again = retryAt && retryAt > now ? ` Next try in ${about(retryAt, now)}.` : '';
    return because(
      `${displayName} could not be warmed: ${failure ?? 'no reason was given'}.${again}`,
      retryAt,
    );
  }
  if (renewing) return because(`Waiting for ${displayName} to change to its new deployment.`);
  // What warms already is not held up.
  if (scaleOutPaused !== null && (heat === 'OFF' || heat === 'COOLING'))
    return because(`${displayName} is not warmed, scale-out is paused: ${scaleOutPaused}.`);
  if (heat === 'OFF' || heat === 'WARMING' || heat === 'COOLING') {
    const left = warmAt ? `, about ${about(warmAt, now)}` : '';
    return because(`Waiting for ${displayName} to warm${left}.`, warmAt);
  }
  if (slotsInUse < slots)
    return because(`Waiting for its turn on ${displayName}, ${ahead} ahead.`, ahead === 0 ? now : null);
  const brake = scaleOutPaused === null ? '' : ` Scale-out is paused: ${scaleOutPaused}.`;
  return because(
    `Waiting for a free slot of ${displayName}: ${slotsInUse} of ${slots} in use, ${ahead} ahead.${doubt(model, now)}${brake}`,
    ahead === 0 ? doubtUntil : null,
  );
}

/** Held by nobody who could be seen running: without a word it would look as if nothing went on. */
function doubt({ slotsDoubted, doubtUntil }: WaitedModel, now: Date): string {
  if (slotsDoubted === 0 || !doubtUntil) return '';
  const first = slotsDoubted === 1 ? 'for' : 'the first for';
  return ` ${slotsDoubted} kept for requests that were given up, since the endpoint may still work on them: ${first} ${about(doubtUntil, now)} more, unless an operator frees it before.`;
}

const listed = (names: string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

const about = (then: Date, now: Date): string => lengthOf(secondsUntil(then, now));
