/** A database whose statements report what their plans read beyond what they are about. */
import { expect } from 'vitest';
import { openLedger, type Ledger } from '../../src/store/db/ledger.js';
import { addUser } from '../../src/store/people/identity.js';
import { registerEchoModel } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { stepsIn, type Steps } from './plan-steps.js';
import { nodesOf, reportPlans, watchPlans, type PlanNode } from './reported-plans.js';

const TABLES = [
  'workflow_executions',
  'task_executions',
  'task_attempts',
  'execution_events',
  'execution_signals',
  'approvals',
  'model_slots',
  'schedules',
  'schedule_ticks',
  'failure_handlers',
];

/** Indexes that a step may walk from end to end: each holds few rows, however much waits and however much has ended. */
const MAY_WALK: Record<string, Record<string, string>> = {
  dispatch: { task_executions_expedited: 'only what an administrator expedites' },
  'hand over': { task_executions_running: 'as many as slots and workers allow; when a worker stops' },
  'close abandoned attempts': { task_attempts_one_running: 'as many as slots and workers allow' },
  'find unclaimed tasks': { task_executions_queued: 'the short queues' },
  'next tick': {
    schedules_due: 'the first row only',
    schedules_waiting: 'only schedules with ticks that wait',
  },
  'due schedule': { schedules_waiting: 'only schedules with ticks that wait' },
  'due failure': { failure_handlers_due: 'the first row only' },
  'forget invocations': { task_attempts_one_running: 'as many as slots allow; when a stand-in restarts' },
};

/** More than a step by key may read: the slots of a model, the tasks of an execution. Less than all that waits. */
const FEW = 200;
/** More than a sweep may read: what is alive. Less than any model's ended tasks. */
const ALIVE = 5_000;

export interface WatchedDatabase {
  system: TestSystem;
  /** A new connection of the engine, which has planned nothing yet. */
  open(): Ledger;
  /** Runs every step on the connection. Empty if no plan reads too much. */
  excess(engine: Ledger, options?: { foreignKeys?: boolean }): Promise<string[]>;
  stop(): Promise<void>;
}

/** Five models and tenants without executions. PostgreSQL collects no statistics of its own accord. */
export async function watchDatabase(): Promise<WatchedDatabase> {
  let plans: { plan: PlanNode; statement: string }[] = [];
  let withForeignKeys = true;

  const system = await startTestSystem({ services: [] });
  for (const table of [...TABLES, 'ai_models', 'model_heat', 'tenants', 'workflow_versions']) {
    await system.owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
  }
  for (const n of [1, 2, 3, 4, 5]) {
    await registerEchoModel(system, `m${n}`);
    await addUser(system.ledger, {
      tenant: { name: `t${n}`, tier: 5 },
      email: `u@t${n}.test`,
      role: 'tenant_user',
    });
  }
  await system.owner.query(`
    select set_config('radiant.actor_type', 'system', true);
    insert into model_heat (model_id, usable_slots) select id, 100 from ai_models where model_id <> 'm3' on conflict (model_id) do update set usable_slots = 100;
    insert into model_slots (model_id, slot_no) select id, n from ai_models, generate_series(0, 99) n on conflict do nothing;
    update ai_models set enabled = false, current_thermal_state = 'OFF' where model_id = 'm2';
    delete from model_licenses where model_id = (select id from ai_models where model_id = 'm1')`);
  await reportPlans(system.owner);
  const { rows } = await system.owner.query<{ name: string; table: string; first: string }>(
    `select indexrelid::regclass::text as name, indrelid::regclass::text as table, pg_get_indexdef(indexrelid, 1, true) as first
     from pg_index`,
  );
  const indexes = new Map(rows.map(({ name, ...index }) => [name, index]));
  const stopWatching = watchPlans((plan, statement) => {
    if (withForeignKeys || !statement.startsWith('SELECT 1 FROM ONLY')) plans.push({ plan, statement });
  });

  const { byKey, sweeps } = stepsIn(system);
  /** Runs every step, and returns what its plans read beyond what it is about. */
  async function excessOf(engine: Ledger, steps: Steps, atMost: number): Promise<string[]> {
    const found = new Set<string>();
    for (const [name, run] of Object.entries(steps)) {
      plans = [];
      await run(engine);
      expect(plans.length, name).toBeGreaterThan(0);
      for (const { plan, statement } of plans) {
        for (const node of nodesOf(plan)) {
          for (const what of excessIn(node, MAY_WALK[name] ?? {}, atMost))
            found.add(`${name}: ${what} in ${statement.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
        }
      }
    }
    return [...found];
  }

  function* excessIn(node: PlanNode, mayWalk: Record<string, string>, atMost: number): Generator<string> {
    const name = node['Index Name'] ?? '';
    const index = indexes.get(name);
    const table = node['Relation Name'] ?? index?.table ?? '';
    const pairs = (node['Rows Removed by Join Filter'] ?? 0) * node['Actual Loops'];
    if (pairs > ALIVE) yield `${pairs} pairs in a ${node['Node Type']}`;
    if (!TABLES.includes(table)) return;
    const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    if (rows > atMost) yield `${rows} rows of ${table} by ${name} ${node['Index Cond']}`;
    if (node['Node Type'] === 'Seq Scan') yield `all of ${table}`;
    // A condition on later columns of an index alone walks through all of it, too.
    const byFirst = index && new RegExp(`\\b${index.first}\\b`).test(node['Index Cond'] ?? '');
    if (index && !byFirst && !(name in mayWalk)) yield `all of ${name}`;
  }

  return {
    system,
    open: () => openLedger(system.servers.databaseUrl, { byIndex: true, max: 1 }),
    async excess(engine, { foreignKeys = true } = {}) {
      withForeignKeys = foreignKeys;
      return [...(await excessOf(engine, byKey, FEW)), ...(await excessOf(engine, sweeps, ALIVE))];
    },
    async stop() {
      stopWatching();
      await system.stop();
    },
  };
}
