/** What moves executions and tasks, each step once with every statement that it may need, in a filled database. */
import { expect } from 'vitest';
import type { WorkflowDefinition } from '../../src/core/workflows/workflow.js';
import { SYSTEM, type Ledger } from '../../src/store/db/ledger.js';
import { countRefusals, makeNoteAccepted, makeNoteSending } from '../../src/store/scheduling/attempts.js';
import { writeQuotes } from '../../src/store/money/quotes.js';
import { lockDueFailure, recordHandled } from '../../src/store/failure-handlers.js';
import { insertExecutions } from '../../src/store/executions/insert.js';
import { decideApproval } from '../../src/store/approvals/decide.js';
import { readKept, takeSignals } from '../../src/store/executions/signals.js';
import { readResults } from '../../src/store/executions/results.js';
import { applyToTasks } from '../../src/store/scheduling/apply-decision.js';
import { makeClaim } from '../../src/store/scheduling/claim.js';
import { conclude } from '../../src/store/scheduling/conclude-decision.js';
import { noteUndecided } from '../../src/store/scheduling/decision-failures.js';
import { lockExecutions, readTasks } from '../../src/store/scheduling/decision-lock.js';
import { pickReady, pickUnclaimed } from '../../src/store/scheduling/dispatch.js';
import {
  closeAbandoned,
  findLost,
  forgetInvocations,
  handOver,
  handOverExpired,
  prolong,
} from '../../src/store/scheduling/leases.js';
import { readNews, readSome, readTally } from '../../src/store/scheduling/partial-state.js';
import { makeSettle, type Settlement } from '../../src/store/scheduling/settle.js';
import { findUnattended } from '../../src/store/scheduling/unattended.js';
import { failStranded, failUnlicensed } from '../../src/store/scheduling/unrunnable.js';
import { failUnserved, findUnserved } from '../../src/store/scheduling/unserved.js';
import {
  endWaiting,
  liveOf,
  lockDue,
  lockFree,
  moveOn,
  readNext,
  recordMissed,
  recordTick,
} from '../../src/store/schedules/ticks.js';
import { stillPending } from '../../src/store/thermal/forecast-inputs.js';
import { lease, readHeatOf } from '../../src/store/thermal/heat.js';
import { recordHeat } from '../../src/store/thermal/record-heat.js';
import type { TestSystem } from '../harness/system.js';

export type Steps = Record<string, (engine: Ledger) => Promise<unknown>>;

/** `byKey`: steps about a few rows. `sweeps`: those about all that is alive. */
export function stepsIn(system: TestSystem): { byKey: Steps; sweeps: Steps } {
  const first = async <Row extends object>(sql: string): Promise<Row> => {
    const [row] = (await system.owner.query<Row>(sql)).rows;
    if (!row) throw new Error(`No row: ${sql}`);
    return row;
  };

  /** A task of a live execution in this state, locked by nobody. */
  const taskIn = (status: string) =>
    first<{
      taskExecutionId: string;
      executionId: string;
      taskId: string;
      attempt: number;
      delivery: number;
      worker: string;
      invocationId: string;
      modelId: string;
      tenantId: string;
    }>(
      `select t.id as "taskExecutionId", t.workflow_execution_id as "executionId", t.task_id as "taskId", t.attempt_number as attempt,
       t.delivery, coalesce(t.lease_owner, 'w9') as worker, a.invocation_id as "invocationId", t.model_id as "modelId", t.tenant_id as "tenantId"
     from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
     left join task_attempts a on a.task_execution_id = t.id
     where t.status = '${status}' and t.model_id is not null and e.status = 'running'
       and (t.lease_until is null or t.lease_until > now()) and t.map_index is null
     order by t.id limit 1`,
    );

  /** Runs the work while somebody else holds the execution, and lets go when the work waits for it. */
  async function whileHeld(executionId: string, work: () => Promise<unknown>): Promise<void> {
    const holder = await system.owner.connect();
    await holder.query('begin');
    await holder.query('select from workflow_executions where id = $1 for no key update', [executionId]);
    const working = work();
    await expect
      .poll(
        async () =>
          (
            await first<{ n: number }>(
              `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
            )
          ).n,
      )
      .toBeGreaterThan(0);
    await holder.query('rollback');
    holder.release();
    await working;
  }

  const at = async () => (await first<{ at: string }>(`select now()::text as at`)).at;

  const outcome = async (more: Partial<Settlement>): Promise<Settlement> => ({
    ...(await taskIn('running')),
    ended: 'succeeded',
    next: 'succeeded',
    output: 1,
    costUsd: '1',
    ...more,
  });

  const byKey: Steps = {
    'next tick': (engine) => readNext(engine),
    'due failure': (engine) =>
      engine.as(SYSTEM, async (session) => {
        const failed = await lockDueFailure(session, []);
        if (!failed) throw new Error('No failure is due.');
        await recordHandled(session, failed.id, { code: 'refused', message: 'It was.' });
      }),
    'due schedule': (engine) =>
      engine.as(SYSTEM, async (session) => {
        const schedule = await lockDue(session, []);
        if (!schedule) throw new Error('No schedule is due.');
        await liveOf(session, schedule.id);
        await lockFree(session, []);
        const at = new Date(schedule.nextAt.getTime() + Math.random() * 1e12);
        const id = await recordTick(session, schedule, at, { state: 'waiting' });
        const skipped = { state: 'skipped', code: 'overlap', message: 'for the test' } as const;
        await endWaiting(session, schedule, { id, at }, skipped);
        const lastAt = new Date(at.getTime() + 1);
        await recordMissed(session, schedule, { kind: 'missed', at: lastAt, lastAt, times: 1, next: null });
        await moveOn(session, schedule, schedule.nextAt);
      }),
    accept: async (engine) => {
      const { id, workflow } = await first<{ id: string; workflow: string }>(
        'select id, workflow_id as workflow from workflow_versions limit 1',
      );
      const earlier = await taskIn('succeeded');
      const user = await first<{ tenantId: string; userId: string }>(
        `select tenant_id as "tenantId", id as "userId" from users where tenant_id = '${earlier.tenantId}'`,
      );
      const offer = {
        workflowId: 'any',
        workflowVersion: '1.0.0',
        versionId: id,
        childrenHash: 'c'.repeat(64),
        parametersHash: 'a'.repeat(64),
        pricesHash: 'b'.repeat(64),
        price: { likelyUsd: '1', highUsd: '2' },
      };
      const [quote] = await writeQuotes(engine, [{ ...user, offer }]);
      await insertExecutions(engine, {
        ...user,
        versionId: id,
        workflowUuid: workflow,
        definition: { tasks: [{ taskId: 'a', timeout: 60, modelId: null }] } as unknown as WorkflowDefinition,
        parameters: {},
        resolvedParameters: {},
        models: {},
        estimate: { usd: '1', basis: 'none' },
        reservationUsd: '1',
        consent: { ...offer, quoteId: quote?.id ?? '' },
        idempotencyKey: String(Math.random()),
        requestHash: 'hash',
        rerun: { of: earlier.executionId, taskIds: [earlier.taskId], origins: [] },
      });
    },
    lock: async (engine) => {
      const { executionId } = await taskIn('pending');
      const { id } = await first<{ id: string }>(
        'select id from workflow_executions where completed_at is not null limit 1',
      );
      await engine.transaction((session) => lockExecutions(session, [executionId, id], { wait: false }));
      await engine.transaction((session) => lockExecutions(session, [executionId, id], { wait: true }));
    },
    read: async (engine) => {
      const { executionId, taskId } = await taskIn('succeeded');
      const { heads } = await engine.transaction((session) =>
        lockExecutions(session, [executionId], { wait: true }),
      );
      await readTasks(engine, [executionId]);
      for (const head of heads) await readNews(engine, head, 0);
      await readSome(engine, executionId, [taskId]);
      await readTally(engine, executionId, taskId, { limit: 2, countFallen: true });
      await readResults(engine, executionId, { states: new Set([taskId]), outputs: new Set([taskId]) });
      await readResults(engine, executionId, { states: 'all', outputs: new Set([taskId]) });
    },
    signals: async (engine) => {
      const { executionId, taskExecutionId } = await taskIn('pending');
      const kept = await readKept(engine, [executionId]);
      const signalId = kept.get(executionId)?.[0]?.id ?? 0;
      await takeSignals(engine, [{ signalId, taskExecutionId, at: await at() }]);
    },
    approvals: async (engine) => {
      const { executionId, taskId, taskExecutionId: id, tenantId } = await taskIn('pending');
      const approval = { text: null, facts: null, approvers: ['tenant_user'], allowSelf: true, until: null };
      const decided = { executionId, at: await at(), tasks: [{ id, taskId, mapIndex: null }] };
      await engine.transaction((session) =>
        applyToTasks(session, [{ ...decided, moves: [{ kind: 'request', taskId, approval }] }]),
      );
      await decideApproval(engine, SYSTEM, {
        id,
        tenantId,
        executionId,
        rule: {},
        answer: { outcome: 'approved', comment: null, form: null },
        idempotencyKey: undefined,
      });
    },
    decide: async (engine) => {
      const { executionId, taskId, taskExecutionId: id } = await taskIn('pending');
      const decided = { executionId, at: await at(), tasks: [{ id, taskId, mapIndex: null }] };
      await engine.transaction(async (session) => {
        await applyToTasks(session, [{ ...decided, moves: [{ kind: 'expand', taskId, items: [1, 2, 3] }] }]);
        await conclude(session, [{ ...decided, whole: false, begins: false, moves: [] }]);
      });
    },
    undecided: async (engine) => {
      const { executionId } = await taskIn('pending');
      await noteUndecided(engine, executionId, new RangeError('no'));
      await system.owner.query('update workflow_executions set decide_failures = 3 where id = $1', [
        executionId,
      ]);
      await noteUndecided(engine, executionId, new RangeError('no'));
    },
    claim: async (engine) => {
      const claim = makeClaim(engine);
      const of = async () => ({ ...(await taskIn('queued')), worker: 'w9', leaseMs: 60_000 });
      await claim(await of());
      const request = await of();
      await whileHeld(request.executionId, () => claim(request));
    },
    settle: async (engine) => {
      const settle = makeSettle(engine);
      await settle(await outcome({}));
      await settle(await outcome({ ended: 'failed', next: 'ready', delayMs: 10 }));
      const settlement = await outcome({});
      await whileHeld(settlement.executionId, () => settle(settlement));
    },
    send: async (engine) => {
      const { invocationId, taskExecutionId } = await taskIn('running');
      const request = {
        invocationId,
        driver: 'http',
        endpoint: 'e',
        address: 'a',
        outputLocation: null,
        lingerMs: 1,
      };
      await makeNoteSending(engine)(request);
      await makeNoteAccepted(engine)(invocationId);
      await countRefusals(engine, taskExecutionId, ['throttled']);
    },
    prolong: async (engine) => {
      const { taskExecutionId, worker } = await taskIn('running');
      await prolong(engine, worker, [taskExecutionId], 60_000);
    },
  };

  const sweeps: Steps = {
    dispatch: (engine) => pickReady(engine),
    'hand over': async (engine) => {
      const { taskExecutionId, worker } = await taskIn('running');
      await handOver(engine, { worker, taskExecutionId });
      await handOver(engine, { worker });
      await handOverExpired(engine);
    },
    'find lost tasks': findLost,
    'close abandoned attempts': closeAbandoned,
    'find unattended executions': (engine) => findUnattended(engine, []),
    reconcile: async (engine) => {
      const { id } = await first<{ id: string }>(`select id from ai_models where model_id = 'm3'`);
      expect(await lease(engine, id, 'thermal', 60_000)).toBe(true);
      const row = await readHeatOf(engine, id, 1);
      expect(row).toMatchObject({ modelId: 'm3' });
      const pending = await taskIn('pending');
      expect(await stillPending(engine, [pending, await taskIn('succeeded')])).toEqual([pending]);
      const seen = {
        heat: 'WARM',
        serving: 1,
        wanted: 1,
        billed: 1,
        usableSlots: row?.usableSlots ?? 0,
      } as const;
      const quiet = {
        failure: null,
        retryAt: null,
        idleSince: null,
        surplusSince: null,
        why: null,
        nextNeed: null,
      };
      const deadMan = { deadManDue: null, deadManFailure: null };
      const meter = { endpoint: 'e', instanceType: null };
      const facts = { modelUuid: id, from: 'WARM', reason: '', recorded: false, renewing: false } as const;
      const move = { ...facts, ...seen, ...quiet, ...deadMan, meter, hourlyRate: '1' };
      expect(await recordHeat(engine, 'thermal', move)).toBe(true);
    },
    'fail stranded tasks': failStranded,
    'fail unlicensed tasks': failUnlicensed,
    'fail unserved tasks': async (engine) => {
      await findUnserved(engine, 1_000);
      const { id } = await first<{ id: string }>(`select id from ai_models where model_id = 'm3'`);
      await failUnserved(engine, id, { withinMs: 1_000, why: 'nothing' });
    },
    'find unclaimed tasks': (engine) => pickUnclaimed(engine, 1_000),
    'forget invocations': forgetInvocations,
  };

  return { byKey, sweeps };
}
