/** The condition under which an execution may start tasks, shared by all statements. */

/** Condition on an execution: neither ended nor paused. */
const isGoing = (e: string): string => `${e}.status in ('pending', 'running')`;
/** Condition on a root, or on an execution that is in no tree: it has cost its budget, with what is below it. */
export const hasSpentBudget = (e: string): string =>
  `${e}.actual_cost_usd + ${e}.children_cost_usd >= ${e}.budget_usd`;

/**
 * Condition on `workflow_executions e`: neither it nor the root of its tree has ended, is paused, or has spent its budget. Never
 * null.
 */
export const MAY_BEGIN = `(${isGoing('e')} and (e.budget_usd is null or not ${hasSpentBudget('e')}) and (e.root_id is null or (
    select ${isGoing('r')} and (r.budget_usd is null or not ${hasSpentBudget('r')}) from workflow_executions r where r.id = e.root_id)))`;
