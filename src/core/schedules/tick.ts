/** Decides about the ticks of a schedule: which is due, which were missed, and whether its execution starts beside others. */
import { createHash } from 'node:crypto';
import { ticksOf, type Timing } from './timing.js';

export const OVERLAPS = ['allow', 'skip', 'queue', 'cancel_other'] as const;
/** What happens at a tick while an earlier execution of the schedule is live. */
export type Overlap = (typeof OVERLAPS)[number];

export const TICK_STATES = ['started', 'waiting', 'skipped', 'refused', 'missed'] as const;
export type TickState = (typeof TICK_STATES)[number];

/** With the policy `queue`, this many ticks may wait. Later ones are skipped. */
export const MOST_WAITING = 10;
/** Missed ticks that one decision counts, so that it takes milliseconds. The next decision goes on. */
export const MISSED_AT_ONCE = 500;

export interface Ticking {
  id: string;
  timing: Timing;
  /** The first tick that is not decided yet. */
  nextAt: Date;
  /** A tick that is overdue for longer is missed. */
  catchUpSeconds: number;
  jitterSeconds: number;
}

export type Due =
  | { kind: 'tick'; at: Date; next: Date | null }
  /** `times` ticks, from the first to the last. */
  | { kind: 'missed'; at: Date; lastAt: Date; times: number; next: Date | null };

/** The first ticks that are due: those that are too old to be started, or the next one to start. The first tick must be due. */
export function judgeDue(schedule: Ticking, now: Date): Due {
  const next = ticksOf(schedule.timing);
  const { nextAt: at, catchUpSeconds } = schedule;
  const tooOld = (tick: Date): boolean =>
    now.getTime() - dueAt(schedule, tick).getTime() > catchUpSeconds * 1_000;
  if (!tooOld(at)) return { kind: 'tick', at, next: next(at) };
  let lastAt = at;
  let times = 1;
  for (;;) {
    const tick = next(lastAt);
    if (tick === null || times === MISSED_AT_ONCE || !tooOld(tick))
      return { kind: 'missed', at, lastAt, times, next: tick };
    lastAt = tick;
    times += 1;
  }
}

/** When a tick is carried out: delayed by up to the jitter, by the same amount in every process. */
export function dueAt({ id, jitterSeconds }: Pick<Ticking, 'id' | 'jitterSeconds'>, tick: Date): Date {
  const random = createHash('sha256').update(`${id} ${tick.getTime()}`).digest().readUIntBE(0, 6);
  return new Date(tick.getTime() + (random % (jitterSeconds * 1_000 + 1)));
}

export type TickDecision =
  | { kind: 'start'; cancelOthers: boolean }
  | { kind: 'wait' }
  | { kind: 'skip'; code: 'overlap' | 'queue_full'; message: string };

/**
 * @param live executions of the schedule that have not ended
 * @param waiting ticks that wait for them
 */
export function decideTick(
  overlap: Overlap,
  { live, waiting }: { live: number; waiting: number },
): TickDecision {
  if (overlap === 'allow' || (live === 0 && waiting === 0)) return { kind: 'start', cancelOthers: false };
  if (overlap === 'cancel_other') return { kind: 'start', cancelOthers: live > 0 };
  if (overlap === 'skip')
    return { kind: 'skip', code: 'overlap', message: 'The execution before it had not ended.' };
  if (waiting < MOST_WAITING) return { kind: 'wait' };
  const message = `${MOST_WAITING} ticks were waiting already for the executions before them.`;
  return { kind: 'skip', code: 'queue_full', message };
}
