/** Carries out one tick of a schedule: its decision, its execution and its row are one transaction. Several may run at once. */
import { decideTick, judgeDue } from '../core/schedules/tick.js';
import { timingOf } from '../core/schedules/timing.js';
import type { Log } from '../log.js';
import { SYSTEM, type Ledger, type Session } from '../store/db/ledger.js';
import type { Admission } from '../store/executions/admission.js';
import { callerOfUser, seesPayloads } from '../store/people/identity.js';
import {
  endWaiting,
  giveUp,
  liveOf,
  lockDue,
  lockFree,
  moveOn,
  outcomeOf,
  recordMissed,
  recordTick,
  startExecution,
  type DueSchedule,
  type Outcome,
} from '../store/schedules/ticks.js';
import type { Workflows } from '../store/workflows/versions.js';
import { unlessRefused } from './refusals.js';

/** The schedule that was worked on, and the execution that was started. */
export interface Carried {
  scheduleId: string;
  executionId: string | null;
}

type Started = Exclude<Outcome, { state: 'waiting' }>;

/**
 * Carries out the tick that has been due for longest, or starts one that has waited. Null if there is nothing to do.
 *
 * @param ledger its transactions hold connections while `admission` reads, which therefore uses others
 */
export function makeCarryOut({
  ledger,
  workflows,
  admission,
  log,
}: {
  ledger: Ledger;
  workflows: Pick<Workflows, 'current'>;
  admission: Pick<Admission, 'prepare'>;
  log: Log;
}): (except: Set<string>) => Promise<Carried | null> {
  return async (except) => {
    let scheduleId: string | undefined;
    try {
      return await ledger.as(SYSTEM, async (session) => {
        const due = await lockDue(session, [...except]);
        const free = due ? null : await lockFree(session, [...except]);
        const schedule = due ?? free?.schedule;
        if (!schedule) return null;
        scheduleId = schedule.id;
        const executionId = due
          ? await tick(session, due)
          : free && (await startWaiting(session, free.schedule, free.waiting));
        return { scheduleId, executionId };
      });
    } catch (error) {
      if (scheduleId === undefined) throw error;
      // The others go on. It is tried again at the next turn.
      except.add(scheduleId);
      log.error('schedule.not_carried_out', error, { scheduleId });
      return { scheduleId, executionId: null };
    }
  };

  async function tick(session: Session, schedule: DueSchedule & { nextAt: Date }): Promise<string | null> {
    const due = judgeDue({ ...schedule, timing: timingOf(schedule) }, schedule.now);
    await moveOn(session, schedule, due.next);
    if (due.kind === 'missed') {
      await recordMissed(session, schedule, due);
      return null;
    }
    const live = await liveOf(session, schedule.id);
    const decision = decideTick(schedule.overlap, { live: live.length, waiting: schedule.waiting });
    const outcome: Outcome =
      decision.kind === 'start'
        ? await start(session, schedule, due.at, decision.cancelOthers ? live : [])
        : outcomeOf(decision);
    await recordTick(session, schedule, due.at, outcome);
    return executionOf(outcome);
  }

  async function startWaiting(
    session: Session,
    schedule: DueSchedule,
    waiting: { id: number; at: Date },
  ): Promise<string | null> {
    const outcome = await start(session, schedule, waiting.at, []);
    await endWaiting(session, schedule, waiting, outcome);
    return executionOf(outcome);
  }

  /** As a request of its user would. A schedule that can start nothing any more is paused. */
  async function start(
    session: Session,
    schedule: DueSchedule,
    tickAt: Date,
    cancelled: readonly string[],
  ): Promise<Started> {
    const caller = await callerOfUser(session, schedule.userId);
    const workflow = await workflows.current(schedule.workflowId);
    if (!caller || !seesPayloads(caller))
      return end(session, schedule, {
        code: 'user_may_not_run',
        message:
          'The user whose executions it starts is disabled or may not run workflows: resume it as another user.',
      });
    if (!workflow)
      return end(session, schedule, {
        code: 'workflow_not_found',
        message: `Workflow ${schedule.workflowId} is disabled: enable it, then resume the schedule.`,
      });
    const { parameters: given, ...how } = schedule.request;
    const wanted = { ...how, given, workflow, schedule: { id: schedule.id, tickAt } };
    const onInternal = (error: unknown) =>
      log.error('schedule.not_started', error, { scheduleId: schedule.id });
    await session.query('savepoint start');
    const started = await unlessRefused(async () => {
      const request = await admission.prepare(caller, wanted);
      return startExecution(session, request, cancelled);
    }, onInternal);
    if (typeof started === 'string') return { state: 'started', executionId: started };
    // What was cancelled for it goes on.
    await session.query('rollback to savepoint start');
    return { state: 'refused', ...started.refusal };
  }
}

const executionOf = (outcome: Outcome): string | null =>
  outcome.state === 'started' ? outcome.executionId : null;

async function end(
  session: Session,
  { id }: DueSchedule,
  refusal: { code: string; message: string },
): Promise<Started> {
  await giveUp(session, id, refusal.message);
  return { state: 'refused', ...refusal };
}
