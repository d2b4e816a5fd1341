/** Schedules: create, list, read, change, delete, and the next ticks of an expression. */
import { z } from 'zod';
import { InvalidInput, NotFound } from '../../core/errors.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import type { Json } from '../../core/json/json.js';
import { jitterFault, nextTicks, timingOf } from '../../core/schedules/timing.js';
import { checked } from '../../core/validation/zod-errors.js';
import { ledgerNow } from '../../store/db/clock.js';
import { seesPayloads, type Caller } from '../../store/people/identity.js';
import { changeSchedule, createSchedule, deleteSchedule } from '../../store/schedules/schedule-changes.js';
import {
  claimsOnSchedule,
  findSchedule,
  listSchedules,
  type ScheduleRow,
  type ScheduleSettings,
} from '../../store/schedules/schedules.js';
import { mayStartLater } from '../../store/executions/admission.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';
import type { Infrastructure } from '../../infrastructure.js';
import { mustLeadOutside } from '../executions/accept.js';
import { newest, newestPage } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { EVERYBODY, PAYERS, route, type Answer, type Route } from '../http/route.js';
import { byId } from '../http/shapes.js';
import { ownSchedule, scheduleActions } from './schedule-actions.js';
import {
  newSchedule,
  schedule,
  settings,
  showSchedule,
  showSummary,
  summary,
  timing,
} from './schedule-shape.js';

export const scheduleRoutes = (infrastructure: Infrastructure): Route[] => {
  const { ledger, workflows, admission, config } = infrastructure;

  /** @throws NotFound */
  async function answer(caller: Caller, id: string): Promise<Answer & { body: object }> {
    const row = await findSchedule(ledger, await claimsOnSchedule(ledger, caller, id), id);
    return { headers: { ETag: `"${row.rowVersion}"` }, body: showSchedule(row, seesPayloads(caller)) };
  }

  /** Checks what a tick would be refused for now. @throws NotFound, InvalidInput, Refused, Conflict */
  async function mustStart(
    caller: Caller,
    workflowId: string,
    wanted: ScheduleSettings,
  ): Promise<WorkflowVersion> {
    mayStartLater(caller);
    const workflow = await workflows.current(workflowId);
    if (!workflow) throw new NotFound('workflow', workflowId);
    const now = await ledgerNow(ledger);
    const jittered = jitterFault(timingOf({ ...wanted, countedFrom: now }), wanted.jitterSeconds, now);
    if (jittered !== null)
      throw new InvalidInput('The jitter is too long for this schedule.', [
        { path: 'jitterSeconds', message: jittered },
      ]);
    const { parameters: given, budgetUsd, webhookUrl } = wanted.request;
    try {
      mustLeadOutside(webhookUrl, config);
      await admission.plan(caller, workflow, { given, budgetUsd });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const faults = error.faults.map((fault) => ({ ...fault, path: `request.${fault.path}` }));
      throw new InvalidInput(error.message, faults, error.code);
    }
    return workflow;
  }

  return [
    route({
      method: 'get',
      path: '/v1/schedules',
      operation: 'listSchedules',
      roles: EVERYBODY,
      summary: "List your tenant's schedules, newest first; administrators see those of all tenants",
      query: z.strictObject({
        workflowId: z.string().max(100).optional(),
        paused: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
        ...pageQuery,
      }),
      status: 200,
      response: pageOf(summary),
      handle: async ({ caller, query: { cursor, limit, ...filters } }) => {
        const rows = await listSchedules(ledger, caller, filters, newest({ cursor, limit }));
        const { items, nextCursor } = newestPage(rows, limit);
        const withPayload = seesPayloads(caller);
        return {
          body: { items: items.map((row) => showSummary(row as ScheduleRow, withPayload)), nextCursor },
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/schedules',
      operation: 'createSchedule',
      roles: PAYERS,
      summary: 'Create a schedule: it starts executions of a workflow at set times, as your own',
      body: newSchedule,
      status: 201,
      response: schedule,
      handle: async ({ caller, actor, body: { workflowId, ...wanted } }) => {
        const { workflowUuid } = await mustStart(caller, workflowId, wanted);
        const id = await createSchedule(ledger, caller, { ...wanted, workflowUuid }, actor);
        const created = await answer(caller, id);
        return { ...created, headers: { ...created.headers, Location: `/v1/schedules/${id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/schedules/preview',
      operation: 'getSchedulePreview',
      roles: EVERYBODY,
      summary: 'Show the next ten ticks of a cron expression or an interval; nothing is written',
      query: timing,
      status: 200,
      response: z.strictObject({ nextTimes: z.array(z.iso.datetime()) }).meta({ id: 'SchedulePreview' }),
      handle: async ({ query }) => {
        const now = await ledgerNow(ledger);
        return { body: { nextTimes: nextTicks(timingOf({ ...query, countedFrom: now }), now) } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/schedules/:id',
      operation: 'getSchedule',
      roles: EVERYBODY,
      summary: 'Read a schedule with its next ten ticks',
      params: byId,
      status: 200,
      response: schedule,
      handle: ({ caller, params: { id } }) => answer(caller, id),
    }),
    route({
      method: 'patch',
      path: '/v1/schedules/:id',
      operation: 'updateSchedule',
      roles: PAYERS,
      summary:
        'Change a schedule (JSON Merge Patch); its executions are yours from now on, and with another timing it begins anew',
      params: byId,
      headers: z.object({
        /** The ETag that the client read. The change is refused if the schedule has changed since. */
        'if-match': z
          .string()
          .regex(/^(\*|"\d{1,15}")$/, 'must be the ETag of the schedule, like "7"')
          .optional(),
      }),
      body: z.record(z.string(), z.json()),
      status: 200,
      response: schedule,
      handle: async ({ caller, actor, params: { id }, headers: { 'if-match': tag = '*' }, body }) => {
        const before = await ownSchedule(ledger, caller, id);
        const wanted = checked(settings, mergePatch(settingsOf(before), body), 'schedule');
        await mustStart(caller, before.workflowId, wanted);
        const expectedVersion = tag === '*' ? before.rowVersion : Number(tag.slice(1, -1));
        await changeSchedule(ledger, caller, { id, expectedVersion }, wanted, actor);
        return answer(caller, id);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/schedules/:id',
      operation: 'deleteSchedule',
      roles: PAYERS,
      summary: 'Delete a schedule; the executions that it started continue',
      params: byId,
      status: 204,
      response: 'application/json',
      handle: async ({ caller, actor, params: { id } }) => {
        await ownSchedule(ledger, caller, id);
        await deleteSchedule(ledger, caller.tenantId, id, actor);
        return {};
      },
    }),
    ...scheduleActions(infrastructure, answer),
  ];
};

/** As a request holds it. */
function settingsOf({
  name,
  cron,
  timeZone,
  intervalSeconds,
  request,
  overlap,
  catchUpSeconds,
  jitterSeconds,
}: ScheduleRow): Json {
  return {
    name,
    cron,
    timeZone,
    intervalSeconds,
    request: request as unknown as Json,
    overlap,
    catchUpSeconds,
    jitterSeconds,
  };
}
