-- One clock for the whole ledger: every time that is compared or kept is read here, and nowhere else.
set local role radiant_owner;

-- Bound when it is made, so no search_path can turn it, and light enough to be inlined.
create function ledger_now() returns timestamptz language sql volatile return pg_catalog.clock_timestamp();

alter table workflow_executions alter created_at set default ledger_now(), alter updated_at set default ledger_now();
alter table task_executions alter created_at set default ledger_now(), alter updated_at set default ledger_now();
alter table task_attempts alter started_at set default ledger_now();
alter table execution_events alter at set default ledger_now();
alter table thermal_events alter at set default ledger_now();
alter table orchestration_audit_log alter created_at set default ledger_now();

revoke execute on function ledger_now() from public;
grant execute on function ledger_now() to radiant_engine, authenticated;

reset role;
