/** Plans of the statements of chosen connections, and of those inside of their triggers, as `auto_explain` reports them. */
import { Client, type Pool } from 'pg';
import { LOGIN } from '../harness/global.js';

export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  /** Of each loop. */
  'Actual Rows': number;
  'Actual Loops': number;
  /** Of each loop. */
  'Rows Removed by Filter'?: number;
  /** Of each loop. */
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** From now on, each new connection of the services' login to the database of `owner` reports its plans as notices. */
export async function reportPlans(owner: Pool): Promise<void> {
  const [database] = (await owner.query<{ name: string }>('select current_database() as name')).rows;
  for (const [name, value] of Object.entries(SETTINGS)) {
    await owner.query(`alter role ${LOGIN.username} in database ${database?.name} set ${name} = '${value}'`);
  }
}

/** Calls `onPlan` for each statement of connections that this process opens from now on. Returns how to stop that. */
export function watchPlans(onPlan: (plan: PlanNode, statement: string) => void): () => void {
  const connect = Reflect.get(Client.prototype, 'connect') as (this: Client, ...given: unknown[]) => unknown;
  Reflect.set(Client.prototype, 'connect', function (this: Client, ...given: unknown[]) {
    this.on('notice', ({ message = '' }) => {
      const [, report] = /^duration: .*? plan:\n(.*)$/s.exec(message) ?? [];
      if (report === undefined) return;
      const found = JSON.parse(report) as { Plan: PlanNode; 'Query Text': string };
      onPlan(found.Plan, found['Query Text']);
    });
    return connect.apply(this, given);
  });
  return () => void Reflect.set(Client.prototype, 'connect', connect);
}

export function* nodesOf(plan: PlanNode): Generator<PlanNode> {
  yield plan;
  for (const child of plan.Plans ?? []) yield* nodesOf(child);
}
