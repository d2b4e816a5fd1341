/** Signals of executions: received once, kept in their order, and taken by the decisions about the tasks that wait for them. */
import { Conflict } from '../../core/errors.js';
import type { Json } from '../../core/json/json.js';
import type { Signal } from '../../core/workflows/workflow.js';
import type { Actor, Ledger, Session, Statement, TenantClaims } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';
import { lockExecution } from './tree.js';

export interface SignalRow extends Signal {
  sentBy: string | null;
  sentAt: Date;
  /** The task that took it; null while it is kept. */
  taskId: string | null;
  takenAt: Date | null;
}

export interface NewSignal {
  tenantId: string;
  executionId: string;
  name: string;
  payload: Json;
  idempotencyKey: string | undefined;
  /** Tasks that wait for it. Each takes one. */
  waiters: readonly string[];
}

const ROW = `s.id, s.name, s.payload, s.sent_by, s.sent_at, t.task_id, s.taken_at
  from execution_signals s left join task_executions t on t.id = s.task_execution_id`;

/**
 * Keeps a signal until a decision gives it to a task. With the key of an earlier one it returns that one.
 *
 * @throws NotFound, Conflict `execution_ended`, `signal_not_awaited`, `too_many_signals`, `idempotency_key_reused`
 */
export async function receiveSignal(ledger: Ledger, actor: Actor, signal: NewSignal): Promise<SignalRow> {
  const { tenantId, executionId, name, payload, idempotencyKey = null, waiters } = signal;
  return ledger.as(actor, async (session) => {
    const execution = await lockExecution(session, tenantId, executionId);
    const earlier = idempotencyKey !== null && (await findByKey(session, signal));
    if (earlier) return earlier;
    if (execution.ended)
      throw new Conflict(
        'execution_ended',
        `Execution ${executionId} has ${execution.status}: none of its tasks waits for a signal.`,
      );
    await mustBeAwaited(session, executionId, name, waiters);
    const [kept] = await session.query<{ id: number }>(
      `insert into execution_signals (workflow_execution_id, tenant_id, name, payload, idempotency_key, sent_by)
       values ($1, $2, $3, $4, $5, actor_name($2)) returning id`,
      [executionId, tenantId, name, JSON.stringify(payload), idempotencyKey],
    );
    await session.query(
      // It is decided again, even if the message to the scheduler is lost.
      `update workflow_executions set decide_whole = true, advanced_at = null where id = $1`,
      [executionId],
    );
    const [row] = await session.query<SignalRow>(`select ${ROW} where s.id = $1`, [kept?.id]);
    return row as SignalRow;
  });
}

/** @throws Conflict */
async function findByKey(
  session: Session,
  { executionId, name, payload, idempotencyKey }: NewSignal,
): Promise<SignalRow | null> {
  const [found] = await session.query<SignalRow & { same: boolean }>(
    `select s.name = $3 and s.payload = $4::jsonb as same, ${ROW}
     where s.workflow_execution_id = $1 and s.idempotency_key = $2`,
    [executionId, idempotencyKey, name, JSON.stringify(payload)],
  );
  if (!found) return null;
  const { same, ...row } = found;
  if (same) return row;
  throw new Conflict(
    'idempotency_key_reused',
    'This Idempotency-Key was sent before with another signal. Use a new key.',
  );
}

/** Kept by one execution at most: each of its decisions reads them. */
const KEPT_MOST = 100;

/** @throws Conflict `signal_not_awaited`, `too_many_signals` */
async function mustBeAwaited(
  session: Session,
  executionId: string,
  name: string,
  waiters: readonly string[],
): Promise<void> {
  const [found] = await session.query<{ open: number; kept: number; ofName: number }>(
    `select (
       select count(*) from task_executions
       where workflow_execution_id = $1 and task_id = any ($2) and completed_at is null
     ) as open, count(*) as kept, count(*) filter (where name = $3) as of_name
     from execution_signals where workflow_execution_id = $1 and task_execution_id is null`,
    [executionId, waiters, name],
  );
  const { open, kept, ofName } = found ?? { open: 0, kept: 0, ofName: 0 };
  if (open > ofName && kept < KEPT_MOST) return;
  if (open > ofName)
    throw new Conflict(
      'too_many_signals',
      `Execution ${executionId} keeps ${KEPT_MOST} signals: send more when its tasks have taken some.`,
    );
  throw new Conflict(
    'signal_not_awaited',
    `No task of execution ${executionId} waits for another signal ${name}: each has its own, or has ended.`,
  );
}

/** The signals of an execution, in their order, after one of them. */
export const listSignals = (
  ledger: Ledger,
  claims: TenantClaims,
  { executionId, after, limit }: { executionId: string; after: number; limit: number },
): Promise<SignalRow[]> =>
  ledger.within(claims, (session) =>
    session.query<SignalRow>(
      `select ${ROW} where s.workflow_execution_id = $1 and s.id > $2 order by s.workflow_execution_id, s.id limit $3`,
      [executionId, after, limit],
    ),
  );

/** By execution, what is kept, the oldest first. The executions must be locked. */
export async function readKept(
  session: Session,
  executionIds: readonly string[],
): Promise<Map<string, Signal[]>> {
  const byExecution = new Map<string, Signal[]>();
  if (executionIds.length === 0) return byExecution;
  for (const { executionId, ...signal } of await session.query<Signal & { executionId: string }>(READ_KEPT, [
    executionIds,
  ])) {
    byExecution.set(executionId, [...(byExecution.get(executionId) ?? []), signal]);
  }
  return byExecution;
}

const READ_KEPT: Statement = {
  name: 'read_kept_signals',
  text: `select workflow_execution_id as execution_id, id, name, payload from execution_signals
     where workflow_execution_id = any ($1::uuid[]) and task_execution_id is null
     order by workflow_execution_id, id`,
};

export interface Taken {
  signalId: number;
  taskExecutionId: string;
  at: string;
}

/** Records which task took which signal. */
export async function takeSignals(session: Session, taken: readonly Taken[]): Promise<void> {
  if (taken.length > 0) await session.query(TAKE, TAKEN.values(taken));
}

const TAKEN = rowsOf<Taken>({ signalId: 'bigint', taskExecutionId: 'uuid', at: 'timestamptz' });
const TAKE: Statement = {
  name: 'take_signals',
  text: `update execution_signals s set task_execution_id = k."taskExecutionId", taken_at = k.at
     from ${TAKEN.as('k')}
     where s.id = k."signalId" and s.id = any ($1::bigint[])`,
};
