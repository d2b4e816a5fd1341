/** Says in one sentence why a task is not running yet. It is computed from the ledger and not stored. */
import { approversInWords, type ApprovalRule } from '../approvals/rule.js';
import { lengthOf } from '../thermal/reasons.js';
import { later, secondsUntil } from '../time/saturated.js';
import { isTerminal, type Heat, type TaskStatus } from '../status.js';

export interface WhyWaiting {
  status: TaskStatus;
  /** When the task entered its current state. */
  since: Date;
  now: Date;
  /** Since when the execution is paused: its timers and time limits stand still. */
  pausedAt: Date | null;
  /** Names of dependencies that have not ended. */
  dependencies: string[];
  /** Due time of a retry or of a timer. */
  notBefore: Date | null;
  /** The signal that a waiting task waits for. */
  signal: string | null;
  /** The rule of the approval that it waits for. */
  approval?: ApprovalRule | null;
  /** The workflow that the task runs, and why that execution waits: null if all that can run in it is running. */
  child: { workflowId: string; waits: Waiting | null } | null;
  /** Since when results cannot be stored, so that no task starts; null while they can. */
  storageDownSince?: Date | null;
  /** Null for a task without a model. */
  model: WaitedModel | null;
  /** The execution has spent its budget: no more of its tasks start. */
  budgetReached?: boolean;
}

export interface WaitedModel {
  displayName: string;
  heat: Heat;
  enabled: boolean;
  /** When it should be warm; null if unknown. */
  warmAt: Date | null;
  slotsInUse: number;
  slots: number;
  /** Of those in use: held for requests that were given up, because the endpoint may still work on them. */
  slotsDoubted: number;
  /** When the first of those slots is free. */
  doubtUntil: Date | null;
  /** Tasks that come before this one. */
  ahead: number;
  /** The provider's reason, if it failed. */
  failure: string | null;
  retryAt: Date | null;
  /** It is deleted. */
  retiring?: boolean;
  /** It drains or changes to the current deployment of its row. */
  renewing?: boolean;
  /** Why an administrator pinned it off; null if it is not pinned off. */
  pinnedOff?: string | null;
  pinnedUntil?: Date | null;
  /** Why an administrator paused scale-out; null if it is not paused. */
  scaleOutPaused?: string | null;
  scaleOutUntil?: Date | null;
  /** Since when its provider cannot be reached; `failure` says why, `retryAt` when the next try is. */
  unseenSince?: Date | null;
  /** When a thermal service last reconciled it; null: never. */
  lookedAt?: Date | null;
  warmingSince?: Date | null;
  /** How long its warm-up takes. */
  warmupSeconds?: number | null;
  /** When a task last started on it. */
  beganAt?: Date | null;
  /** A task fails if no task started on its model for this long. Null: never. */
  startWithinSeconds?: number | null;
}

export interface Waiting {
  reason: string;
  since: Date;
  expectedStart: Date | null;
  /** When the task fails if nothing changes; null if it does not fail by itself. */
  failsAt: Date | null;
}

/** A model without slots is reconciled every few seconds. After this long, it is said that no thermal service runs. */
const UNATTENDED_SECONDS = 120;
/** A free slot is taken within moments. After this long, it is said that no worker runs. */
const UNTAKEN_SECONDS = 60;

/** Null for a task that runs or has ended. */
export function whyWaiting(input: WhyWaiting): Waiting | null {
  const { status, since, pausedAt } = input;
  const paused = pausedAt !== null;
  if (status === 'running' || isTerminal('task', status)) return null;
  const because = (reason: string, expectedStart: Date | null = null): Waiting => ({
    reason,
    since,
    expectedStart,
    failsAt: input.model && !paused && isDispatchable(status) ? failsAtOf(input.model, since) : null,
  });
  if (status === 'waiting' && input.approval) {
    const fails = input.approval.defaultOutcome !== 'approved';
    return {
      ...because(approvalReason(input.approval, input)),
      failsAt: fails && !paused ? input.notBefore : null,
    };
  }
  if (status === 'waiting' && input.signal)
    return { ...because(waitReason(input)), failsAt: paused ? null : input.notBefore };
  if (status === 'waiting' && input.child) {
    const { workflowId, waits } = input.child;
    return waits && { ...waits, reason: `Waiting for the workflow ${workflowId}: ${waits.reason}` };
  }
  if (status === 'waiting') return because(waitReason(input), paused ? null : input.notBefore);
  if (paused) return because('The execution is paused.');
  if (status === 'pending') return because(pending(input.dependencies));
  const { notBefore, now, model, storageDownSince = null } = input;
  if (input.budgetReached)
    return because('The execution has spent its budget: it fails once its running tasks have ended.');
  if (storageDownSince !== null)
    return because(
      `The storage for results has been unavailable for ${about(now, storageDownSince)}: no task starts until it is back.`,
    );
  if (notBefore && notBefore > now)
    return because(`Waiting for a retry in ${about(notBefore, now)}.`, notBefore);
  if (model) return forModel(model, input, because);
  return because(noWorker(input) ?? 'Waiting for a free worker.');
}

const isDispatchable = (status: TaskStatus): boolean => status === 'ready' || status === 'queued';

/** Only for a model without slots: behind other tasks, a task gets its turn. */
function failsAtOf({ slots, beganAt, startWithinSeconds = null }: WaitedModel, since: Date): Date | null {
  if (slots > 0 || startWithinSeconds === null) return null;
  return later(new Date(Math.max(since.getTime(), beganAt?.getTime() ?? 0)), startWithinSeconds * 1000);
}

function noWorker({ since, notBefore, now }: WhyWaiting): string | null {
  const free = secondsUntil(now, new Date(Math.max(since.getTime(), notBefore?.getTime() ?? 0)));
  if (free < UNTAKEN_SECONDS) return null;
  return `No worker has taken it for ${lengthOf(free)}. Is one running?`;
}

const pending = (names: string[]): string =>
  names.length === 0 ? 'About to be decided.' : `Waiting for ${listed(names)} to finish.`;

function waitReason({ signal, notBefore, now, pausedAt }: WhyWaiting): string {
  if (signal) return `Waiting for the signal ${signal}${limit({ notBefore, now, pausedAt })}.`;
  if (notBefore && pausedAt)
    return `The execution is paused: ${about(notBefore, pausedAt)} of the wait are left.`;
  return notBefore
    ? `Waiting for the time to come, in ${about(notBefore, now)}.`
    : 'Waiting for its items to finish.';
}

function approvalReason(rule: ApprovalRule, { notBefore, now, pausedAt }: WhyWaiting): string {
  const { defaultOutcome = 'fail' } = rule;
  const then = notBefore && defaultOutcome !== 'fail' ? ` Then it counts as ${defaultOutcome}.` : '';
  return `Waiting for the approval of ${approversInWords(rule)}${limit({ notBefore, now, pausedAt })}.${then}`;
}

function limit({ notBefore, now, pausedAt }: Pick<WhyWaiting, 'notBefore' | 'now' | 'pausedAt'>): string {
  if (!notBefore) return '';
  const left = `, for at most ${about(notBefore, pausedAt ?? now)} more`;
  return pausedAt ? `${left}, not counting this pause` : left;
}

function forModel(
  model: WaitedModel,
  input: WhyWaiting,
  because: (reason: string, expectedStart?: Date | null) => Waiting,
): Waiting {
  const { displayName, heat, enabled, slotsInUse, slots, ahead, doubtUntil, failure, retryAt } = model;
  const { retiring = false, renewing = false, pinnedOff = null, scaleOutPaused = null } = model;
  const { unseenSince = null, pinnedUntil = null, scaleOutUntil = null } = model;
  const { now } = input;
  if (retiring) return because(`${displayName} is being deleted: the task fails once the model is off.`);
  if (!enabled) return because(`${displayName} is disabled: the task fails once the model is off.`);
  if (pinnedOff !== null)
    return because(`${displayName} is pinned off${until(pinnedUntil, now)}: ${pinnedOff}.`, pinnedUntil);
  const again = retryAt && retryAt > now ? ` Next try in ${about(retryAt, now)}.` : '';
  if (slots === 0 && unseenSince)
    return because(
      `The provider of ${displayName} has not been reachable for ${about(now, unseenSince)}: ${stated(failure)}.${again}`,
    );
  if (slots === 0 && isUnattended(model, input))
    return because(`No thermal service manages ${displayName}. Is one running?`);
  if (heat === 'FAILED')
    return because(`${displayName} could not be warmed: ${stated(failure)}.${again}`, retryAt);
  if (renewing) return because(`Waiting for ${displayName} to change to its new deployment.`);
  const paused = `scale-out is paused${until(scaleOutUntil, now)}: ${scaleOutPaused}.`;
  // A warm-up under way is not stopped.
  if (scaleOutPaused !== null && (heat === 'OFF' || heat === 'COOLING'))
    return because(`${displayName} is not warmed, ${paused}`, scaleOutUntil);
  if (heat === 'OFF' || heat === 'WARMING' || heat === 'COOLING')
    return because(warming(model, now), model.warmAt);
  if (slotsInUse < slots) {
    const unclaimed = ahead === 0 ? noWorker(input) : null;
    return because(
      unclaimed ?? `Waiting for its turn on ${displayName}, ${ahead} ahead.`,
      ahead === 0 && !unclaimed ? now : null,
    );
  }
  const brake = scaleOutPaused === null ? '' : ` S${paused.slice(1)}`;
  return because(
    `Waiting for a free slot of ${displayName}: ${slotsInUse} of ${slots} in use, ${ahead} ahead.${heldSlots(model, now)}${brake}`,
    ahead === 0 ? doubtUntil : null,
  );
}

/** Slots held for given-up requests show no running task, so the text explains them. */
function heldSlots({ slotsDoubted, doubtUntil }: WaitedModel, now: Date): string {
  if (slotsDoubted === 0 || !doubtUntil) return '';
  const first = slotsDoubted === 1 ? 'for' : 'the first for';
  return ` ${slotsDoubted} held for requests that were given up, because the endpoint may still work on them: ${first} ${about(doubtUntil, now)} more, unless an operator frees it earlier.`;
}

/** Counted from when the task waits: a model that was just created has not been reconciled yet. */
function isUnattended({ lookedAt }: WaitedModel, { since, now }: WhyWaiting): boolean {
  if (lookedAt === undefined) return false;
  return secondsUntil(now, lookedAt && lookedAt > since ? lookedAt : since) > UNATTENDED_SECONDS;
}

function warming({ displayName, warmAt, warmingSince, warmupSeconds }: WaitedModel, now: Date): string {
  if (warmAt && warmAt < now && warmingSince && warmupSeconds)
    return `${displayName} has been warming for ${about(now, warmingSince)}; it usually takes ${lengthOf(warmupSeconds)}.`;
  return `Waiting for ${displayName} to warm${warmAt ? `, about ${about(warmAt, now)}` : ''}.`;
}

const stated = (failure: string | null): string => failure?.replace(/\.$/, '') ?? 'no reason was given';
const until = (end: Date | null, now: Date): string => (end ? ` for ${about(end, now)} more` : '');

const listed = (names: string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

const about = (then: Date, now: Date): string => lengthOf(secondsUntil(then, now));
