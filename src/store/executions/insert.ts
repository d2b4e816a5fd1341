/** Accepts executions with one statement, and finds those that were accepted before. */
import { randomUUID } from 'node:crypto';
import { Changed, Conflict, Refused } from '../../core/errors.js';
import { changesSince, whyChanged } from '../../core/money/consent.js';
import { compareUsd } from '../../core/money/money.js';
import { remaining, shortageIn, whyRefused, type Shortage } from '../money/budget.js';
import { readQuote } from '../money/quotes.js';
import { batched } from '../db/batching.js';
import type { Ledger, Session, Statement } from '../db/ledger.js';
import { type NewExecution, type Identified, asRow } from './new-execution.js';

export interface Inserted {
  id: string;
  createdAt: Date;
  /** It was accepted before, with the same key. */
  existed: boolean;
}

/** Executions per statement; each carries its model snapshots. */
const TOGETHER = 50;

/** `insertExecutions` for concurrent callers: they share a statement, and the lock on a tenant's month. */
export const makeInsertExecution = (ledger: Ledger): ((request: NewExecution) => Promise<Inserted>) => {
  const insert = batched((requests: Identified[]) => insertAll(ledger, requests), {
    atMost: TOGETHER,
    keyOf: ({ id, tenantId, idempotencyKey }) =>
      idempotencyKey === undefined ? id : `${tenantId} ${idempotencyKey}`,
  });
  return async (request) => {
    const answer = await insert({ ...request, id: randomUUID() });
    // Others in its batch may have used the budget and failed. Alone, only its own need counts.
    const again = answer.kind === 'refused' && compareUsd(answer.neededUsd, remaining(answer) ?? '0') <= 0;
    return again ? insertExecutions(ledger, request) : answerTo(ledger, request, answer);
  };
};

/**
 * Accepts an execution: inserts it with all its tasks in one statement, or returns the one accepted before with the same key.
 * A trigger of the same statement reserves its possible cost.
 *
 * @throws Conflict `idempotency_key_reused`, Changed `quote_changed`, Refused `budget_exceeded`
 */
export async function insertExecutions(session: Session, request: NewExecution): Promise<Inserted> {
  const [answer] = await insertAll(session, [{ ...request, id: randomUUID() }]);
  return answerTo(session, request, answer ?? { kind: 'existed' });
}

/**
 * Finds out whether a request would be accepted now, by the same checks, and writes nothing.
 *
 * @returns the execution that was accepted with the same key before; null if a new one would be
 * @throws what `insertExecutions` throws
 */
export async function checkExecution(session: Session, request: NewExecution): Promise<string | null> {
  const [answer] = await answersTo(session, CHECK_EXECUTIONS, [{ ...request, id: randomUUID() }]);
  const { id, existed } = await answerTo(session, request, answer ?? { kind: 'existed' });
  return existed ? id : null;
}

/** Starts child executions, which their root has paid for. Returns their ids. */
export async function insertChildren(session: Session, requests: readonly NewExecution[]): Promise<string[]> {
  const children = requests.map((request) => ({ ...request, id: randomUUID() }));
  for (let from = 0; from < children.length; from += TOGETHER)
    await insertAll(session, children.slice(from, from + TOGETHER));
  return children.map(({ id }) => id);
}

type Answer =
  | { kind: 'opened'; id: string; createdAt: Date }
  | { kind: 'existed' }
  | ({ kind: 'refused' } & Shortage);

async function answerTo(session: Session, request: NewExecution, answer: Answer): Promise<Inserted> {
  if (answer.kind === 'opened') return { id: answer.id, createdAt: answer.createdAt, existed: false };
  if (answer.kind === 'refused') throw new Refused('budget_exceeded', whyRefused(answer));
  const [first] = await session.query<{ id: string; createdAt: Date; requestHash: string }>(
    'select id, created_at, request_hash from workflow_executions where tenant_id = $1 and idempotency_key = $2',
    [request.tenantId, request.idempotencyKey],
  );
  if (!first && request.consent) await refuseConsent(session, request.tenantId, request.consent);
  if (!first || first.requestHash !== request.requestHash) {
    throw new Conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was used for a request with another content: use a new key for a new request.',
    );
  }
  return { id: first.id, createdAt: first.createdAt, existed: true };
}

/** The quote was used or has expired since it was compared. @throws Changed `quote_changed` */
async function refuseConsent(
  session: Session,
  tenantId: string,
  { quoteId, ...offer }: NonNullable<NewExecution['consent']>,
): Promise<void> {
  const found = await readQuote(session, tenantId, quoteId);
  const changes = found ? changesSince(found.quoted, offer, found.now) : [];
  throw new Changed('quote_changed', whyChanged(quoteId, changes), changes);
}

/** True unless the request accepts a quote that does not allow it: the same rule as `core/money/consent.changesSince`. */
const IS_QUOTED = `(
  g."quoteId" is null or (
    select q.tenant_id = g."tenantId" and q.workflow_version_id = g."versionId" and q.expires_at > ledger_now()
      and q.children_hash = g."childrenHash" and q.parameters_hash = g."parametersHash"
      and case when q.high_usd is null or g."highUsd" is null then num_nulls(q.high_usd, g."highUsd") = 2
        else q.high_usd >= case when q.prices_hash = g."pricesHash" then g."likelyUsd" else g."highUsd" end end
      and (select e.id from workflow_executions e where e.quote_id = q.id) is null
    from quotes q where q.id = g."quoteId"
  ))`;

// One statement for all requests. A request that does not fit the budget is left out and does not affect the others.
const checks = (
  lock: string,
) => `-- 1. What is asked for, in its order. unknown: nobody can say what it will cost.
     with given as (
       select g.*, g."reservationUsd" = 0 and g."estimatedUsd" is null as unknown
       from jsonb_to_recordset($1) as g (place int, id uuid, "workflowUuid" uuid, "versionId" uuid, "tenantId" uuid, "userId" uuid,
         parameters jsonb, "resolvedParameters" jsonb, models jsonb, "estimatedUsd" numeric, basis text, priority int,
         deadline timestamptz, tags text[], "idempotencyKey" text, "requestHash" text, "reservationUsd" numeric, units jsonb,
         "budgetUsd" numeric, "webhookUrl" text, "rerunOf" uuid, edits jsonb, "reusedTasks" text[], origins uuid[], tasks jsonb, name text,
         "scheduleId" uuid, "scheduledFor" timestamptz, "quoteId" uuid, "childrenHash" text, "parametersHash" text, "pricesHash" text,
         "likelyUsd" numeric, "highUsd" numeric, "childVersions" jsonb, "parentTaskId" uuid, "parentId" uuid, "rootId" uuid)
     ), month as materialized (
       -- 2. The months of tenants with a limit are locked, in the order of the tenants, so that what fits is known: a trigger
       -- adds to them when executions are inserted, and refuses the whole statement should one not fit after all.
       select m.tenant_id, t.budget_usd as allowed, m.spent_usd, m.reserved_usd
       from tenant_months m join tenants t on t.id = m.tenant_id
       where t.budget_usd is not null and m.tenant_id in (select "tenantId" from given where "rootId" is null)
         and m.month = date_trunc('month', timezone('UTC', ledger_now()))::date
       order by m.tenant_id ${lock}
     ), fresh as (
       -- 3. What was not accepted before under the same key, and is what was quoted; and what its tenant would have used with it and those before it.
       select g.*, m.allowed, m.spent_usd, m.reserved_usd,
         m.spent_usd + m.reserved_usd + sum(g."reservationUsd") over (partition by g."tenantId" order by g.place) as used
       from given g left join month m on m.tenant_id = g."tenantId"
       where (
         -- In the order of the index that holds the keys: a plan for few executions would take any index of their tenants.
         select e.id from workflow_executions e
         where e.tenant_id = g."tenantId" and e.idempotency_key between g."idempotencyKey" and g."idempotencyKey"
         order by e.idempotency_key limit 1
       ) is null and ${IS_QUOTED}
     ), fitting as (
       -- 4. What fits. What nobody can price needs something to be left. A child is paid for by its root.
       select * from fresh where allowed is null or used < allowed or used = allowed and not unknown or "rootId" is not null
     )`;

const INSERT_EXECUTIONS: Statement = {
  name: 'insert_executions',
  text: `${checks('for no key update of m')}, execution as (
       -- 5. The executions.
       insert into workflow_executions (id, workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
         resolved_parameters, model_snapshots, estimated_cost_usd, estimate_basis, priority, deadline, tags,
         idempotency_key, request_hash, reservation_usd, units, budget_usd, webhook_url, rerun_of, edits, origins, name, schedule_id,
         scheduled_for, quote_id, child_versions, parent_task_id, parent_id, root_id)
       select id, "workflowUuid", "versionId", "tenantId", "userId", parameters, "resolvedParameters", models, "estimatedUsd",
         basis, priority, deadline, tags, "idempotencyKey", "requestHash", "reservationUsd", units, "budgetUsd", "webhookUrl",
         "rerunOf", edits, origins, name, "scheduleId", "scheduledFor", "quoteId", "childVersions", "parentTaskId", "parentId", "rootId"
       from fitting order by place
       -- Of concurrent requests with the same key or the same quote, one is accepted.
       on conflict do nothing
       returning id, tenant_id, priority, created_at
     ), task as (
       -- 6. Their tasks, all of them pending. A rerun may be given their inputs, and ends those that are not to run.
       insert into task_executions (workflow_execution_id, tenant_id, task_id, priority, timeout_seconds, model_id, model_key,
         input_given, input_data, status, output_data, completed_at, ended_by, ended_reason, error_message)
       select e.id, e.tenant_id, t."taskId", e.priority, t.timeout, t."modelUuid", t."modelKey",
         coalesce(t."inputGiven", false), case when t."keepsInput" then (
           select o.input_data from task_executions o
           where o.workflow_execution_id = g."rerunOf" and o.task_id = t."taskId" and o.map_index is null
         ) when t."inputGiven" then coalesce(t.input, 'null') end,
         coalesce(t.status, 'pending'), case when t.status = 'succeeded' then coalesce(t.output, 'null') end,
         case when t.status is not null then e.created_at end,
         case when t.status is not null then (select u.email from users u where u.id = g."userId") end, t.reason,
         case when t.status = 'skipped' then t.reason end
       from execution e join given g on g.id = e.id,
         jsonb_to_recordset(g.tasks) as t ("taskId" text, timeout int, "modelKey" text, "modelUuid" uuid,
           status text, "inputGiven" boolean, "keepsInput" boolean, input jsonb, output jsonb, reason text)
     ), reused as (
       -- 7. Tasks that are taken over from an earlier execution: each with its output, its files and its map's items, and it
       -- costs nothing again.
       insert into task_executions (workflow_execution_id, tenant_id, task_id, map_index, item, status, priority,
         timeout_seconds, attempt_number, input_data, output_data, files, error_code, error_class, error_message,
         completed_at, resource_usage, model_id, model_key, model_endpoint, input_given, ended_by, ended_reason, reused_from)
       select e.id, e.tenant_id, o.task_id, o.map_index, o.item, o.status, e.priority,
         o.timeout_seconds, o.attempt_number, o.input_data, o.output_data, o.files, o.error_code, o.error_class,
         o.error_message, e.created_at, o.resource_usage, o.model_id, o.model_key, o.model_endpoint, o.input_given,
         o.ended_by, o.ended_reason,
         coalesce(o.reused_from, o.id)
       from execution e
       join given g on g.id = e.id
       join task_executions o on o.tenant_id = e.tenant_id and o.workflow_execution_id = g."rerunOf"
         and o.task_id = any (g."reusedTasks")
     )
     -- 8. When each was accepted; else why it did not fit; neither of what was accepted before.
     select g.id, e.created_at, r.allowed as limit_usd, r.spent_usd, r.reserved_usd, g."reservationUsd" as needed_usd, g.unknown
     from given g
     left join execution e on e.id = g.id
     left join fresh r on r.id = g.id and not exists (select from fitting f where f.id = g.id)`,
};

const CHECK_EXECUTIONS: Statement = {
  name: 'check_executions',
  text: `${checks('')}
     select g.id, case when f.id is not null then ledger_now() end as created_at, r.allowed as limit_usd, r.spent_usd,
       r.reserved_usd, g."reservationUsd" as needed_usd, g.unknown
     from given g left join fitting f on f.id = g.id left join fresh r on r.id = g.id and f.id is null`,
};

const insertAll = (session: Session, requests: readonly Identified[]): Promise<Answer[]> =>
  answersTo(session, INSERT_EXECUTIONS, requests);

async function answersTo(
  session: Session,
  statement: Statement,
  requests: readonly Identified[],
): Promise<Answer[]> {
  const rows = await session
    .query<{ id: string; createdAt: Date | null } & Omit<Shortage, 'limitUsd'> & { limitUsd: string | null }>(
      statement,
      [JSON.stringify(requests.map(asRow))],
    )
    .catch((error: unknown) => {
      const shortage = shortageIn(error);
      throw shortage ? new Refused('budget_exceeded', whyRefused(shortage)) : error;
    });
  const found = new Map(rows.map((row) => [row.id, row]));
  return requests.map(({ id }): Answer => {
    const row = found.get(id);
    if (row?.createdAt) return { kind: 'opened', id, createdAt: row.createdAt };
    return row && row.limitUsd !== null
      ? { ...row, kind: 'refused', limitUsd: row.limitUsd }
      : { kind: 'existed' };
  });
}

/** The execution that was accepted for the same request before; null if there is none. */
export async function acceptedBefore(
  session: Session,
  request: { tenantId: string; idempotencyKey: string; requestHash: string },
): Promise<string | null> {
  const [row] = await session.query<{ id: string }>(
    'select id from workflow_executions where tenant_id = $1 and idempotency_key = $2 and request_hash = $3',
    [request.tenantId, request.idempotencyKey, request.requestHash],
  );
  return row?.id ?? null;
}
