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
  task_execution_id uuid references task_executions (id) on delete restrict,
  taken_at timestamptz,
  constraint taken_by_a_task check ((task_execution_id is null) = (taken_at is null)),
  unique (workflow_execution_id, idempotency_key)
);
create index execution_signals_kept on execution_signals (workflow_execution_id, id) where task_execution_id is null;
create unique index execution_signals_task on execution_signals (task_execution_id) where task_execution_id is not null;
create index execution_signals_tenant on execution_signals (tenant_id);
create index execution_signals_page on execution_signals (workflow_execution_id, id);

-- What was taken stays as it is, and an ended execution receives nothing.
create trigger execution_signals_taken before update on execution_signals for each row
  when (old.task_execution_id is not null and not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();
create trigger execution_signals_in_time after insert on execution_signals referencing new table as made for each statement
  when (not pg_has_role('radiant_owner', 'member')) execute function refuse_late_work();
create trigger execution_signals_of_execution after insert on execution_signals referencing new table as made for each statement
  execute function tasks_are_their_executions();

alter table execution_signals enable row level security;
alter table execution_signals force row level security;
create policy execution_signals_engine on execution_signals for all to radiant_engine using (true) with check (true);
create policy execution_signals_own on execution_signals for select to authenticated
  using (tenant_id = (select current_tenant()));
grant select, insert, update (task_execution_id, taken_at) on execution_signals to radiant_engine;
grant select on execution_signals to authenticated;

reset role;
