/** Pauses, resumes and runs schedules, and lists their ticks. */
import { z } from 'zod';
import { Conflict, NotFound } from '../../core/errors.js';
import { ledgerNow } from '../../store/db/clock.js';
import type { Ledger } from '../../store/db/ledger.js';
import { mayStartLater } from '../../store/executions/admission.js';
import type { Caller } from '../../store/people/identity.js';
import { runSchedule } from '../../store/schedules/run-schedule.js';
import { pauseSchedule, resumeSchedule } from '../../store/schedules/schedule-changes.js';
import { claimsOnSchedule, findSchedule, type ScheduleRow } from '../../store/schedules/schedules.js';
import { listTicks } from '../../store/schedules/ticks.js';
import type { Infrastructure } from '../../infrastructure.js';
import { fromCursor, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { EVERYBODY, PAYERS, route, type Answer, type Route } from '../http/route.js';
import { byId } from '../http/shapes.js';
import { schedule, showTick, tick, tickState } from './schedule-shape.js';

/** A schedule that the caller may change. @throws NotFound, Conflict `foreign_tenant` */
export async function ownSchedule(ledger: Ledger, caller: Caller, id: string): Promise<ScheduleRow> {
  const row = await findSchedule(ledger, await claimsOnSchedule(ledger, caller, id), id);
  if (row.tenantId === caller.tenantId) return row;
  throw new Conflict(
    'foreign_tenant',
    `Schedule ${id} belongs to another tenant, which would pay. You can pause it; only its own users can do this.`,
  );
}

export const scheduleActions = (
  { ledger, workflows, admission, sender, log }: Infrastructure,
  answer: (caller: Caller, id: string) => Promise<Answer & { body: object }>,
): Route[] => [
  route({
    method: 'post',
    path: '/v1/schedules/:id/pause',
    operation: 'pauseSchedule',
    roles: [...PAYERS, 'operator'],
    summary:
      'Pause a schedule: it starts nothing until it is resumed; administrators may pause those of all tenants',
    params: byId,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    status: 200,
    response: schedule,
    handle: async ({ caller, actor, params: { id }, body: { reason } }) => {
      const { tenantId } = await claimsOnSchedule(ledger, caller, id);
      await pauseSchedule(ledger, tenantId, { id, reason }, actor);
      return answer(caller, id);
    },
  }),
  route({
    method: 'post',
    path: '/v1/schedules/:id/resume',
    operation: 'resumeSchedule',
    roles: PAYERS,
    summary:
      'Resume a schedule: it ticks again from now on, and what it would have started meanwhile is not made up for; its executions are yours from now on',
    params: byId,
    body: z.strictObject({}).optional(),
    status: 200,
    response: schedule,
    handle: async ({ caller, actor, params: { id } }) => {
      mayStartLater(caller);
      await ownSchedule(ledger, caller, id);
      await resumeSchedule(ledger, caller, id, actor);
      return answer(caller, id);
    },
  }),
  route({
    method: 'post',
    path: '/v1/schedules/:id/run',
    operation: 'runSchedule',
    roles: PAYERS,
    summary:
      'Run a schedule now, as your own execution: its overlap policy applies, and its ticks stay as they are',
    params: byId,
    body: z.strictObject({}).optional(),
    status: 202,
    response: tick,
    handle: async ({ caller, actor, params: { id } }) => {
      const { workflowId, request: asked, rowVersion } = await ownSchedule(ledger, caller, id);
      const workflow = await workflows.current(workflowId);
      if (!workflow) throw new NotFound('workflow', workflowId);
      const { parameters: given, ...how } = asked;
      const tickAt = await ledgerNow(ledger);
      const request = await admission.prepare(caller, { ...how, given, workflow, schedule: { id, tickAt } });
      const ran = await runSchedule(ledger, { id, rowVersion, tickAt, request }, actor);
      const { executionId } = ran;
      if (executionId !== null)
        sender
          .askToAdvance([executionId])
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId }));
      return { body: showTick(ran) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/schedules/:id/ticks',
    operation: 'listScheduleTicks',
    roles: EVERYBODY,
    summary: 'List the ticks of a schedule, newest first: what each started, or why it started nothing',
    params: byId,
    query: z.strictObject({ state: tickState.optional(), ...pageQuery }),
    status: 200,
    response: pageOf(tick),
    handle: async ({ caller, params: { id }, query: { state = null, cursor, limit } }) => {
      const claims = await claimsOnSchedule(ledger, caller, id);
      await findSchedule(ledger, claims, id);
      const before = cursor === undefined ? null : fromCursor(z.int(), cursor);
      const rows = await listTicks(ledger, claims, { scheduleId: id, state, before, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { body: { items: items.map(showTick), nextCursor: last ? toCursor(last.id) : null } };
    },
  }),
];
