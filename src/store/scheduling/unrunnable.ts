/** Fails tasks that can never run, because their model was disabled or its licences no longer allow them. */
import { notStartedIn, notStartedOf, statusOf } from '../db/by-key.js';
import type { Ledger, Statement } from '../db/ledger.js';

/** Fails tasks whose model was disabled and is off. Returns their executions. */
export async function failStranded(ledger: Ledger): Promise<string[]> {
  return executionsOf(await ledger.query<Failed>(FAIL_STRANDED));
}

interface Failed {
  executionId: string;
}

const executionsOf = (rows: Failed[]): string[] => [...new Set(rows.map(({ executionId }) => executionId))];

// A statement that ends tasks locks their execution first, because decisions read the ended tasks in that order.
const FAIL_STRANDED: Statement = {
  name: 'fail_stranded',
  text: `with execution as (
       select e.id from workflow_executions e
       where e.id in (
         select t.workflow_execution_id from ai_models m, ${notStartedOf('m.id')}
         where not m.enabled and m.current_thermal_state = 'OFF')
       order by e.id limit 1000
       for no key update skip locked
     ), found as materialized (
       select t.id
       from execution e, ${notStartedIn('e.id')} join ai_models m on m.id = t.model_id
       where not m.enabled and m.current_thermal_state = 'OFF'
       order by t.id limit 1000
     ), stranded as (
       select t.id from found join task_executions t using (id)
       where ${statusOf('t')} in ('ready', 'queued') for update of t skip locked
     )
     update task_executions t
     set status = 'failed', completed_at = ledger_now(), error_code = 'model_disabled', error_class = 'invalid',
       error_message = 'The model was taken out of use: ask for the execution again when it is back.'
     from stranded where t.id = stranded.id
     returning t.workflow_execution_id as execution_id`,
};

/**
 * Fails tasks that have not started and whose model's licences no longer allow them: licences may expire or be withdrawn
 * after an execution was accepted. Sent requests may finish. Returns the executions.
 */
export async function failUnlicensed(ledger: Ledger): Promise<string[]> {
  return executionsOf(await ledger.query<Failed>(FAIL_UNLICENSED));
}

const FAIL_UNLICENSED: Statement = {
  name: 'fail_unlicensed',
  text: `with waiting as materialized (
       select m.id, m.display_name, use.commercial
       from ai_models m, (values (true), (false)) use (commercial)
       where exists (select from ${notStartedOf('m.id')} offset 0)
     ), refused as materialized (
       select w.id, w.commercial, 'The licences of ' || w.display_name || ' do not allow new runs any more ('
         || string_agg(f.code || ': ' || f.component, ', ' order by f.code, f.component)
         || '): run it again when an administrator has corrected that.' as why
       from waiting w, license_faults(w.id, w.commercial, (select ledger_now())) f
       group by w.id, w.commercial, w.display_name
     ), execution as (
       select e.id from workflow_executions e
       where e.id in (
         select t.workflow_execution_id from refused, ${notStartedOf('refused.id')})
       order by e.id limit 1000
       for no key update skip locked
     ), found as materialized (
       select t.id, refused.why
       from execution e, ${notStartedIn('e.id')}
       join refused on refused.id = t.model_id
       join tenants n on n.id = t.tenant_id and n.commercial = refused.commercial
       where not exists (
         select from task_attempts a where a.task_execution_id = t.id and a.attempt_number = t.attempt_number offset 0)
       order by t.id limit 1000
     ), unlicensed as (
       select t.id, found.why from found join task_executions t using (id)
       where ${statusOf('t')} in ('ready', 'queued') for update of t skip locked
     )
     update task_executions t
     set status = 'failed', completed_at = ledger_now(), error_code = 'license_refused', error_class = 'invalid',
       error_message = unlicensed.why
     from unlicensed where t.id = unlicensed.id
     returning t.workflow_execution_id as execution_id`,
};
