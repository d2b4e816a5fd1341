/** Lists and searches executions. */
import { MAY_BEGIN } from './may-begin.js';
import { likeOf } from '../db/like.js';
import { EXECUTIONS, SUMMARY, type ExecutionRow, type Reader } from './executions.js';
import { seesPayloads } from '../people/identity.js';
import { valuesOf, newestOf, cursorOf, type Listed, type Newest } from '../db/keyset.js';
import type { Ledger, Session } from '../db/ledger.js';
import { TASK, type TaskRow } from './tasks.js';

export interface ExecutionFilters {
  status?: string | undefined;
  workflowId?: string | undefined;
  modelId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  tag?: string | undefined;
  /** The execution that runs them. Without it and without `q`, those that no execution runs. */
  parentId?: string | undefined;
  /** The beginning of an id, words of its name, a part of a workflow's name, or a tag. */
  q?: string | undefined;
}

export type SummaryRow = Omit<ExecutionRow, 'output'> & { scores?: Record<string, number> | null };

/** The numbers of an output and of its nested objects, for comparing executions. Lists and files are left out. */
const SCORES = `, (
    select jsonb_object_agg(n.path, n.value) from (
      select key as path, value from jsonb_each(o.output)
      union all
      select a.key || '.' || b.key, b.value
      from jsonb_each(o.output) a, jsonb_each(case when jsonb_typeof(a.value) = 'object' then a.value else '{}' end) b
    ) n
    where jsonb_typeof(n.value) = 'number' and n.path not like '$%'
  ) as scores`;
const OUTPUT = `cross join lateral (
    select case when jsonb_typeof(e.output_data) = 'object' then e.output_data else '{}' end as output
  ) o`;

/** The first and the last UUID with this prefix; null if it is no prefix of a UUID. */
export function idRange(q: string): [string, string] | null {
  const hex = q.toLowerCase().replaceAll('-', '');
  if (hex.length < 4 || !/^[0-9a-f]{4,32}$/.test(hex)) return null;
  const uuid = (digits: string) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return [uuid(hex.padEnd(32, '0')), uuid(hex.padEnd(32, 'f'))];
}

/**
 * A page, newest first. A tenant's request is read under row level security. Administrators see all tenants, which no claim
 * can express, so their pages are read as the engine, which sees every row.
 */
export function list(
  ledger: Ledger,
  caller: Reader,
  filters: ExecutionFilters,
  page: Newest & { scores?: boolean },
): Promise<Listed<SummaryRow>[]> {
  const read = (session: Session) => readList(session, filters, page, seesPayloads(caller));
  return caller.administratorId === null ? ledger.within(caller, read) : read(ledger);
}

function readList(
  session: Session,
  { status, workflowId, modelId, from, to, tag, parentId, q }: ExecutionFilters,
  page: Newest & { scores?: boolean },
  seesAll: boolean,
): Promise<Listed<SummaryRow>[]> {
  const scores = page.scores === true && seesAll;
  const [first, last] = (q === undefined ? null : idRange(q)) ?? [null, null];
  return session.query<Listed<SummaryRow>>(
    `select ${cursorOf('e')}, ${SUMMARY} ${scores ? SCORES : ''} ${EXECUTIONS} ${scores ? OUTPUT : ''}
     where ($1::text is null or e.status = $1)
       and ($2::text is null or e.workflow_id = (select id from workflow_definitions where workflow_id = $2))
       and ($3::text is null or exists (
         select from task_executions t where t.workflow_execution_id = e.id and t.model_key = $3))
       and ($4::timestamptz is null or e.created_at >= $4)
       and ($5::timestamptz is null or e.created_at < $5)
       and ($6::text is null or e.tags @> array[$6])
       and ($7::text is null or e.id between $8::uuid and $9::uuid or e.tags @> array[$7] or $11 and name_words(e.name) @@ name_query($7)
         or e.workflow_id = any (array(select id from workflow_definitions where workflow_id ilike $10 or name ilike $10)))
       and ($12::uuid is null or e.parent_id = $12) and ($12 is not null or $7 is not null or e.parent_id is null)
       ${newestOf('e', 13)}`,
    [
      status ?? null,
      workflowId ?? null,
      modelId ?? null,
      from ?? null,
      to ?? null,
      tag ?? null,
      q ?? null,
      first,
      last,
      likeOf(q ?? ''),
      seesAll,
      parentId ?? null,
      ...valuesOf(page),
    ],
  );
}

/** How many open tasks of an execution are read to explain why it waits. */
const OPEN_TASKS = 50;

/** The open tasks of each execution: runnable tasks first, then by creation. */
export async function openTasks(
  session: Session,
  executionIds: readonly string[],
): Promise<Map<string, TaskRow[]>> {
  const rows = await session.query<TaskRow & { executionId: string }>(
    `select e.id as execution_id, o.* from unnest($1::uuid[]) e (id)
     cross join lateral (
       select ${TASK} where t.workflow_execution_id = e.id and t.completed_at is null
       order by t.status = 'pending', t.created_at, t.task_id, t.map_index nulls first
       limit ${OPEN_TASKS}
     ) o`,
    [executionIds],
  );
  const found = new Map<string, TaskRow[]>();
  for (const { executionId, ...task } of rows)
    found.set(executionId, [...(found.get(executionId) ?? []), task]);
  return found;
}

/**
 * The number of tasks ahead of each of these: those ahead in its own tenant's queue, the turns that other tenants get
 * meanwhile by their weights, and expedited tasks. Recent use is not counted.
 */
export async function placesInQueue(
  session: Session,
  taskIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await session.query<{ id: string; ahead: number }>(
    `with line as (
       select t.id, t.model_id, t.tenant_id, t.priority,
         row_number() over (partition by t.model_id, t.tenant_id order by t.priority, t.first_ready_at) as place
       from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
       where t.status in ('ready', 'queued') and t.completed_at is null and (${MAY_BEGIN} or t.id = any ($1))
         and t.model_id in (select model_id from task_executions where id = any ($1))
     ), tenant as (
       select l.model_id, l.tenant_id, n.weight, count(*) as tasks, count(*) filter (where l.priority = 0) as expedited
       from line l join tenants n on n.id = l.tenant_id
       group by l.model_id, l.tenant_id, n.weight
     )
     select l.id, (l.place - 1 + coalesce(sum(
       case when l.priority = 0 then o.expedited
       else greatest(o.expedited, least(o.tasks, ceil(l.place * o.weight / mine.weight) - 1)) end), 0))::int as ahead
     from line l
     join tenant mine on mine.model_id = l.model_id and mine.tenant_id = l.tenant_id
     left join tenant o on o.model_id = l.model_id and o.tenant_id <> l.tenant_id
     where l.id = any ($1)
     group by l.id, l.place`,
    [taskIds],
  );
  return new Map(rows.map(({ id, ahead }) => [id, ahead]));
}
