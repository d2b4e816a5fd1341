/** Why a task is not running yet, in one plain sentence, computed from the ledger and stored nowhere. */
import { lengthOf, secondsUntil } from '../thermal/reasons.js';
import { later } from '../time/saturated.js';
import { isTerminal, type Heat, type TaskStatus } from '../status.js';

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
  /** Since when results cannot be written, so that nothing is begun; null while they can. */
  storageDownSince?: Date | null;
  /** Null for a task without a model. */
  model: WaitedModel | null;
  /** The execution has cost what it may: nothing more of it begins. */
  budgetReached?: boolean;
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
  pinnedUntil?: Date | null;
  /** Why an administrator lets no instance be added; null when any may. */
  scaleOutPaused?: string | null;
  scaleOutUntil?: Date | null;
  /** Since when its provider cannot be asked; `failure` says why, `retryAt` when it is asked again. */
  unseenSince?: Date | null;
  /** When a thermal service last looked at it; null: never. */
  lookedAt?: Date | null;
  warmingSince?: Date | null;
  /** How long it takes to warm. */
  warmupSeconds?: number | null;
  /** When anything last began on it. */
  beganAt?: Date | null;
  /** A task fails when nothing has begun on its model for so long. Null: never. */
  startWithinSeconds?: number | null;
}

export interface Waiting {
  reason: string;
  since: Date;
  expectedStart: Date | null;
  /** When it fails, if nothing changes; null where it does not end that way. */
  failsAt: Date | null;
}

/** A model that serves nobody is looked at every few seconds; after so long without a look nobody is there to do so. */
const UNATTENDED_SECONDS = 120;
/** A free place is taken within moments: after so long nobody is there to take it. */
const UNTAKEN_SECONDS = 60;

/** Null for a task that runs or has ended. */
export function whyWaiting(input: WhyWaiting): Waiting | null {
  const { status, since, paused } = input;
  if (status === 'running' || isTerminal('task', status)) return null;
  const because = (reason: string, expectedStart: Date | null = null): Waiting => ({
    reason,
    since,
    expectedStart,
    failsAt: input.model && !paused && isUp(status) ? failsAtOf(input.model, since) : null,
  });
  if (status === 'waiting') return because(parked(input), input.notBefore);
  if (paused) return because('The execution is paused.');
  if (status === 'pending') return because(pending(input.dependencies));
  const { notBefore, now, model, storageDownSince = null } = input;
  if (input.budgetReached)
    return because('The execution has cost its budget: it fails when what runs has ended.');
  if (storageDownSince !== null)
    return because(
      `The storage for results cannot be used for ${about(now, storageDownSince)} now: nothing is begun until it can.`,
    );
  if (notBefore && notBefore > now)
    return because(`Waiting for a retry in ${about(notBefore, now)}.`, notBefore);
  if (model) return forModel(model, input, because);
  return because(untaken(input) ?? 'Waiting for a free worker.');
}

const isUp = (status: TaskStatus): boolean => status === 'ready' || status === 'queued';

/** Only of a model that serves nobody: whoever waits behind others has a turn to come. */
function failsAtOf({ slots, beganAt, startWithinSeconds = null }: WaitedModel, since: Date): Date | null {
  if (slots > 0 || startWithinSeconds === null) return null;
  return later(new Date(Math.max(since.getTime(), beganAt?.getTime() ?? 0)), startWithinSeconds * 1000);
}

function untaken({ since, notBefore, now }: WhyWaiting): string | null {
  const free = secondsUntil(now, new Date(Math.max(since.getTime(), notBefore?.getTime() ?? 0)));
  if (free < UNTAKEN_SECONDS) return null;
  return `No worker has taken it for ${lengthOf(free)}: is one running?`;
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
  input: WhyWaiting,
  because: (reason: string, expectedStart?: Date | null) => Waiting,
): Waiting {
  const { displayName, heat, enabled, slotsInUse, slots, ahead, doubtUntil, failure, retryAt } = model;
  const { retiring = false, renewing = false, pinnedOff = null, scaleOutPaused = null } = model;
  const { unseenSince = null, pinnedUntil = null, scaleOutUntil = null } = model;
  const { now } = input;
  if (retiring) return because(`${displayName} is deleted: this fails once it has been turned off.`);
  if (!enabled) return because(`${displayName} is disabled: this fails once it has been turned off.`);
  if (pinnedOff !== null)
    return because(`${displayName} is pinned off${until(pinnedUntil, now)}: ${pinnedOff}.`, pinnedUntil);
  const again = retryAt && retryAt > now ? ` Next try in ${about(retryAt, now)}.` : '';
  if (slots === 0 && unseenSince)
    return because(
      `${displayName} cannot be asked whether it is on, for ${about(now, unseenSince)} now: ${stated(failure)}.${again}`,
    );
  if (slots === 0 && isUnattended(model, input))
    return because(`Nobody looks after ${displayName}: is a thermal service running?`);
  if (heat === 'FAILED')
    return because(`${displayName} could not be warmed: ${stated(failure)}.${again}`, retryAt);
  if (renewing) return because(`Waiting for ${displayName} to change to its new deployment.`);
  const paused = `scale-out is paused${until(scaleOutUntil, now)}: ${scaleOutPaused}.`;
  // What warms already is not held up.
  if (scaleOutPaused !== null && (heat === 'OFF' || heat === 'COOLING'))
    return because(`${displayName} is not warmed, ${paused}`, scaleOutUntil);
  if (heat === 'OFF' || heat === 'WARMING' || heat === 'COOLING')
    return because(warming(model, now), model.warmAt);
  if (slotsInUse < slots) {
    const nobody = ahead === 0 ? untaken(input) : null;
    return because(
      nobody ?? `Waiting for its turn on ${displayName}, ${ahead} ahead.`,
      ahead === 0 && !nobody ? now : null,
    );
  }
  const brake = scaleOutPaused === null ? '' : ` S${paused.slice(1)}`;
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

/** Since somebody waits: a model that was made just now has not been looked at yet. */
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
