/** The condition under which an execution may start tasks, shared by all statements. */

/** Condition on `workflow_executions e`: neither ended nor paused, and with budget left. Never null. */
export const MAY_BEGIN = `(e.status in ('pending', 'running') and (e.budget_usd is null or e.actual_cost_usd < e.budget_usd))`;
