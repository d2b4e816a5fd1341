/** Which executions may begin something, said once for every statement that asks. */

/** Of `workflow_executions e`: neither ended nor paused, and with money left. Never null. */
export const MAY_BEGIN = `(e.status in ('pending', 'running') and (e.budget_usd is null or e.actual_cost_usd < e.budget_usd))`;
