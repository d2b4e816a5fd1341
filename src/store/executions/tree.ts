/** Locks an execution with all that it runs, so that an action on it reaches them, too. */
import { NotFound } from '../../core/errors.js';
import type { Session, Statement } from '../db/ledger.js';

export interface Locked {
  id: string;
  status: string;
  ended: boolean;
}

/** @throws NotFound */
export async function lockExecution(
  session: Session,
  tenantId: string,
  executionId: string,
): Promise<Locked> {
  const [execution] = await session.query<Locked>(
    `select id, status, completed_at is not null as ended from workflow_executions
     where id = $1 and tenant_id = $2 for no key update`,
    [executionId, tenantId],
  );
  if (!execution) throw new NotFound('execution', executionId);
  return execution;
}

/**
 * The execution and the ids of the live executions of its tree, locked in the order of their ids, as by everything that moves
 * several, with its parent, whose task ends with it. A child that began meanwhile is locked in another turn: a locked parent
 * begins none.
 *
 * @throws NotFound
 */
export async function lockTree(
  session: Session,
  tenantId: string,
  executionId: string,
): Promise<{ execution: Locked; live: string[]; parent: Locked | null }> {
  for (let known = ''; ;) {
    const rows = await session.query<Locked & { hasChildren: boolean; inTree: boolean }>(LOCK_TREE, [
      executionId,
      tenantId,
    ]);
    const execution = rows.find(({ id }) => id === executionId);
    if (!execution) throw new NotFound('execution', executionId);
    const members = rows.filter(({ inTree }) => inTree);
    const found = members.map(({ id }) => id).join();
    if (found === known || !execution.hasChildren)
      return {
        execution,
        live: members.filter(({ ended }) => !ended).map(({ id }) => id),
        parent: rows.find(({ inTree }) => !inTree) ?? null,
      };
    known = found;
  }
}

const LOCK_TREE: Statement = {
  name: 'lock_tree',
  text: `with recursive tree as (
       select e.id from workflow_executions e where e.id = $1 and e.tenant_id = $2
       union all
       select c.id from tree, lateral (
         select c.id from workflow_executions c where c.parent_id = tree.id and c.completed_at is null offset 0
       ) c
     )
     select e.id, e.status, e.completed_at is not null as ended, e.child_versions <> '{}' as has_children,
       e.id = any (array(select id from tree)) as in_tree
     from workflow_executions e
     where e.id = any (array(
       select id from tree
       union all
       select p.parent_id from (select e.parent_id from workflow_executions e where e.id = $1 offset 0) p
       where p.parent_id is not null))
     order by e.id for no key update`,
};
