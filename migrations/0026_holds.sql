-- How long an endpoint may be at a request, what it showed when it failed, and slots that an operator frees.
set local role radiant_owner;

alter table task_attempts
  add column address varchar(2000),     -- where it was sent, without credentials and query
  add column linger_ms bigint,          -- how long the endpoint may be at it after it has arrived, or after it was given up
  add column failure_details jsonb;     -- status, beginning of the answer, cause: payload, as an output is

-- A tenant reads its attempts, and no column that may name hosts.
revoke select on task_attempts from authenticated;
grant select (invocation_id, task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, driver, endpoint,
  output_location, status, error_code, error_class, error_message, price, usage, cost_usd, sent_at, accepted_at, started_at, ended_at,
  failure_details)
  on task_attempts to authenticated;

-- Each row is an operator's word that nothing runs on slots that were kept for a doubt, and has its row in the audit.
create table slot_releases (
  id uuid primary key default gen_random_uuid(),
  model_id uuid not null references ai_models (id) on delete restrict,
  name varchar(100) not null,
  slots integer not null check (slots > 0),
  reason varchar(500) not null,
  created_at timestamptz not null default ledger_now()
);
create index slot_releases_model on slot_releases (model_id);
create trigger slot_releases_audit_trigger after insert on slot_releases
  for each row execute function log_changes('slot release');
grant select, insert on slot_releases to radiant_engine;

reset role;
