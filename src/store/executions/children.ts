/** Child executions: what a new one takes over from its parent, and those that an ended task leaves behind. */
import type { ModelConfig } from '../../core/models/model.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import { parseModel } from '../models/models.js';
import type { Session, Statement } from '../db/ledger.js';
import { insertChildren } from './insert.js';
import type { NewExecution } from './new-execution.js';

export interface Parent {
  id: string;
  tenantId: string;
  userId: string;
  parameters: JsonObject;
  rootId: string;
  /** The execution whose results it reuses. */
  rerunOf: string | null;
  priority: number;
  deadline: string | null;
  tags: string[];
  /** Executions whose files the child may open. */
  origins: string[];
  childVersions: Record<string, string>;
  models: Record<string, ModelConfig>;
}

/** @param executionId of a locked execution */
export async function readParent(session: Session, executionId: string): Promise<Parent> {
  const [row] = await session.query<Parent>(READ_PARENT, [executionId]);
  if (!row) throw new RangeError('A locked execution has no row.');
  const models = Object.entries(row.models).map(([id, model]) => [id, parseModel(model)] as const);
  return { ...row, models: Object.fromEntries(models) };
}

const READ_PARENT: Statement = {
  name: 'read_parent',
  text: `select id, tenant_id, user_id, resolved_parameters as parameters, coalesce(root_id, id) as root_id, rerun_of, priority, deadline::text, tags,
       id || origins as origins, child_versions, model_snapshots as models
     from workflow_executions where id = $1`,
};

/** The items of a map by index, without those that this decision adds. */
export async function readItems(
  session: Session,
  executionId: string,
  taskId: string,
  indexes: readonly number[],
): Promise<Map<number, Json>> {
  const rows = await session.query<{ mapIndex: number; item: Json }>(READ_ITEMS, [
    executionId,
    taskId,
    indexes,
  ]);
  return new Map(rows.map(({ mapIndex, item }) => [mapIndex, item]));
}

const READ_ITEMS: Statement = {
  name: 'read_items',
  text: `select map_index, item from task_executions
     where workflow_execution_id = $1 and task_id = $2 and map_index = any ($3)`,
};

/** The ended child of one task of an execution; null if there is none. */
export async function findChild(
  session: Session,
  executionId: string,
  { taskId, mapIndex }: { taskId: string; mapIndex: number | null },
): Promise<string | null> {
  const [child] = await session.query<{ id: string }>(FIND_CHILD, [executionId, taskId, mapIndex]);
  return child?.id ?? null;
}

const FIND_CHILD: Statement = {
  name: 'find_child',
  text: `select c.id from task_executions t, lateral (
       select c.id from workflow_executions c
       where c.parent_task_id = coalesce(t.reused_from, t.id) and c.completed_at is not null offset 0
     ) c
     where t.workflow_execution_id = $1 and t.task_id = $2 and t.map_index is not distinct from $3
       -- A task that had succeeded runs again because somebody wants it to.
       and (select o.status <> 'succeeded' from task_executions o
         where o.workflow_execution_id = $1 and o.task_id = $2 and o.map_index is null)`,
};

/** A child that is to be started, by the place of the task that waits for it. */
export interface NewChild {
  taskId: string;
  mapIndex: number | null;
  request: Omit<NewExecution, 'child'>;
}

/** The children that a decision about one execution starts. */
export interface Family {
  parent: Parent;
  children: NewChild[];
}

/** Starts the children of tasks that have begun to wait in this transaction. Returns their ids. */
export async function startChildren(session: Session, family: Family | null = null): Promise<string[]> {
  if (!family) return [];
  const { children, parent } = family;
  const { id, rootId, origins } = parent;
  const rows = await session.query<{ id: string; taskId: string; mapIndex: number | null }>(READ_WAITING, [
    id,
    children.map(({ taskId }) => taskId),
    children.map(({ mapIndex }) => mapIndex),
  ]);
  const ids = new Map(rows.map((row) => [placeOf(row), row.id]));
  return insertChildren(
    session,
    children.map((child) => {
      const parentTaskId = ids.get(placeOf(child));
      if (parentTaskId === undefined) throw new RangeError(`No task ${child.taskId} waits for a child.`);
      return { ...child.request, child: { parentTaskId, parentId: id, rootId, origins } };
    }),
  );
}

const placeOf = ({ taskId, mapIndex }: { taskId: string; mapIndex: number | null }): string =>
  `${taskId} ${mapIndex ?? ''}`;

const READ_WAITING: Statement = {
  name: 'read_waiting',
  text: `select t.id, t.task_id, t.map_index
     from unnest($2::text[], $3::int[]) c (task_id, map_index), lateral (
       select t.* from task_executions t
       where t.workflow_execution_id = $1 and t.task_id = c.task_id and t.map_index is not distinct from c.map_index
         and t.status = 'waiting' offset 0
     ) t`,
};

/** Live children that nobody waits for any more, and live parents of children that have ended: all need a decision. */
export async function relativesToAdvance(
  session: Session,
  executionIds: readonly string[],
): Promise<string[]> {
  if (executionIds.length === 0) return [];
  const rows = await session.query<{ id: string }>(RELATIVES, [executionIds]);
  return rows.map(({ id }) => id);
}

const RELATIVES: Statement = {
  name: 'relatives',
  text: `select e.parent_id as id from workflow_executions e
     where e.id = any ($1::uuid[]) and e.completed_at is not null and e.parent_id is not null
     union
     select c.id from workflow_executions c
     where c.parent_id = any ($1::uuid[]) and c.completed_at is null
       and (select t.completed_at is not null from task_executions t where t.id = c.parent_task_id)`,
};
