/** SQL that finds rows by their keys, so that a plan reads no others. */

/**
 * The status of such a row, for a comparison. A bare comparison fits the partial indexes: while a table is young, a plan may
 * read all rows of that status for each key.
 */
export const statusOf = (alias: string): string => `(${alias}.status || '')`;

/**
 * The tasks of a model that have not started: an item of `from`, named `t`. Each state has a partial index; both together would
 * be looked for among all tasks that the model ever had.
 */
export const notStartedOf = (modelId: string): string =>
  `lateral (
     select r.* from task_executions r where r.model_id = ${modelId} and r.status = 'ready' and r.completed_at is null
     union all
     select q.* from task_executions q where q.model_id = ${modelId} and q.status = 'queued' and q.completed_at is null
   ) t`;

/** The tasks of an execution that have not started: as above. */
export const notStartedIn = (executionId: string): string =>
  `lateral (
     select o.* from task_executions o
     where o.workflow_execution_id = ${executionId} and o.completed_at is null and ${statusOf('o')} in ('ready', 'queued')
     offset 0
   ) t`;

/**
 * Condition: the rows of a model. With `order by model_id, …` as an index has it, only that index can be read: a plain comparison
 * makes the order meaningless, and then a nearly empty table is read in any order.
 */
export const ofModel = (column: string, modelId: string): string =>
  `${column} between ${modelId} and ${modelId}`;

/** The parents of these executions, one look into the primary key for each: an index of children alone may be read whole. */
export const PARENTS = `select p.parent_id as id from unnest($1::uuid[]) u (id), lateral (
  select e.parent_id from workflow_executions e where e.id = u.id offset 0
) p where p.parent_id is not null`;
