-- Signals, which executions receive from outside. Each is taken by one task that waits for its name, or kept until one does.
set local role radiant_owner;

create table execution_signals (
  id bigint generated always as identity primary key,
  workflow_execution_id uuid not null references workflow_executions (id) on delete restrict,
  tenant_id uuid not null references tenants (id) on delete restrict,
  name varchar(100) not null,
  payload jsonb not null,
  idempotency_key varchar(200),
  -- Who sent it, as events name people.
  sent_by varchar(300),
  sent_at timestamptz not null default ledger_now(),
  -- The task that took it, and when. A task takes at most one.
  task_execution_id uuid unique references task_executions (id) on delete restrict,
  taken_at timestamptz,
  constraint taken_by_a_task check ((task_execution_id is null) = (taken_at is null)),
  unique (workflow_execution_id, idempotency_key)
);
create index execution_signals_kept on execution_signals (workflow_execution_id, id) where task_execution_id is null;
create index execution_signals_tenant on execution_signals (tenant_id);
create index execution_signals_page on execution_signals (workflow_execution_id, id);

alter table execution_signals enable row level security;
alter table execution_signals force row level security;
create policy execution_signals_engine on execution_signals for all to radiant_engine using (true) with check (true);
create policy execution_signals_own on execution_signals for select to authenticated
  using (tenant_id = (select current_tenant()));
grant select, insert, update on execution_signals to radiant_engine;
grant select on execution_signals to authenticated;

reset role;
