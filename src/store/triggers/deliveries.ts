/** Deliveries of triggers: each is accepted once, with its execution, in one transaction. */
import { Refused } from '../../core/errors.js';
import { batched } from '../db/batching.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';
import { insertExecutions } from '../executions/insert.js';
import type { NewExecution } from '../executions/new-execution.js';
import type { ReadyTrigger } from './triggers.js';

export const OUTCOMES = ['started', 'ignored', 'refused'] as const;

export interface DeliveryRow {
  id: number;
  deliveryId: string;
  outcome: (typeof OUTCOMES)[number];
  code: string | null;
  message: string | null;
  executionId: string | null;
  attempts: number;
  receivedAt: Date;
}

const COLUMNS = `id, delivery_id, outcome, code, message, workflow_execution_id as execution_id, attempts, received_at`;

/** Days for which a delivery is remembered. */
const KEPT_DAYS = 30;

/** What became of a delivery before it reached the ledger. */
export type Decision =
  | { kind: 'start'; request: NewExecution }
  | { kind: 'ignore' }
  | { kind: 'refuse'; code: string; message: string };

type Of = Pick<ReadyTrigger, 'id' | 'tenantId'>;

/** The same delivery, if it was accepted before. */
export async function findAccepted(
  session: Session,
  { id }: Of,
  deliveryId: string,
): Promise<DeliveryRow | null> {
  const [row] = await session.query<DeliveryRow>(
    `select ${COLUMNS} from trigger_deliveries where trigger_id = $1 and delivery_id = $2 and outcome <> 'refused'`,
    [id, deliveryId],
  );
  return row ?? null;
}

/**
 * Records a delivery and starts its execution, unless it was accepted before. One that was refused may be accepted later.
 *
 * @throws what makes a refusal of `insertExecutions`, after it was recorded
 */
export async function recordDelivery(
  ledger: Ledger,
  trigger: Of,
  deliveryId: string,
  decision: Decision,
): Promise<{ row: DeliveryRow; isNew: boolean; refusal: Refused | null }> {
  return ledger.transaction(async (session) => {
    // The same delivery waits here for the one before it.
    await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${trigger.id} ${deliveryId}`,
    ]);
    const accepted = await findAccepted(session, trigger, deliveryId);
    if (accepted) return { row: accepted, isNew: false, refusal: null };
    const { end, refusal } = await carryOut(session, decision);
    const [row] = await session.query<DeliveryRow>(
      `with old as (
         select id from trigger_deliveries where received_at < (select ledger_now()) - interval '${KEPT_DAYS} days'
         order by received_at limit 2 for update skip locked
       ), gone as (
         delete from trigger_deliveries where id in (select id from old)
       )
       insert into trigger_deliveries as d (trigger_id, tenant_id, delivery_id, outcome, code, message, workflow_execution_id)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (trigger_id, delivery_id) do update set outcome = excluded.outcome, code = excluded.code,
         message = excluded.message, workflow_execution_id = excluded.workflow_execution_id, attempts = d.attempts + 1,
         received_at = excluded.received_at
       returning ${COLUMNS}`,
      [
        trigger.id,
        trigger.tenantId,
        deliveryId,
        end.outcome,
        end.code ?? null,
        end.message ?? null,
        end.executionId ?? null,
      ],
    );
    return { row: row as DeliveryRow, isNew: true, refusal };
  });
}

type End = Pick<DeliveryRow, 'outcome'> & { code?: string; message?: string; executionId?: string };

async function carryOut(
  session: Session,
  decision: Decision,
): Promise<{ end: End; refusal: Refused | null }> {
  if (decision.kind === 'ignore') return { end: { outcome: 'ignored' }, refusal: null };
  if (decision.kind === 'refuse') {
    const { code, message } = decision;
    return { end: { outcome: 'refused', code, message }, refusal: null };
  }
  await session.query('savepoint start');
  try {
    const { id } = await insertExecutions(session, decision.request);
    return { end: { outcome: 'started', executionId: id }, refusal: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await session.query('rollback to savepoint start');
    return { end: { outcome: 'refused', code: error.code, message: error.message }, refusal: error };
  }
}

/** A page of deliveries, newest first. */
export const listDeliveriesOf = (
  ledger: Ledger,
  claims: TenantClaims,
  {
    triggerId,
    outcome,
    before,
    limit,
  }: { triggerId: string; outcome: string | null; before: number | null; limit: number },
): Promise<DeliveryRow[]> =>
  ledger.within(claims, (session) =>
    session.query<DeliveryRow>(
      `select ${COLUMNS} from trigger_deliveries
       where tenant_id = $1 and trigger_id = $2 and ($3::text is null or outcome = $3) and ($4::bigint is null or id < $4)
       order by tenant_id desc, trigger_id desc, id desc limit $5`,
      [claims.tenantId, triggerId, outcome, before, limit],
    ),
  );

interface Rejection {
  triggerId: string;
  code: string;
}

/** Counts deliveries whose signature does not fit. They are anybody's, so they are one write for many, and no rows. */
export const makeCountRejected = (session: Session): ((rejection: Rejection) => Promise<void>) =>
  batched<Rejection, void>(async (rejections) => {
    await session.query(
      `update triggers t set rejected = t.rejected + r.times, last_rejected_at = ledger_now(), last_rejected_code = r.code
       from (
         select "triggerId" as id, count(*) as times, min(code) as code from ${REJECTIONS.as('g')} group by "triggerId"
       ) r
       where t.id = r.id`,
      REJECTIONS.values(rejections),
    );
    return rejections.map(() => {});
  });

const REJECTIONS = rowsOf<Rejection>({ triggerId: 'uuid', code: 'text' });
