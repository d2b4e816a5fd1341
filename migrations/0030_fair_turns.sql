-- Between tenants the turn decides, by weights that administrators set; a platform administrator may put one execution before all.
set local role radiant_owner;

-- A tenant of weight 2 gets twice as much of a busy model as one of weight 1.
alter table tenants add weight double precision not null default 1 check (weight between 0.01 and 100);

-- 0: before everybody.
alter table workflow_executions drop constraint workflow_executions_priority_check;
alter table workflow_executions add constraint workflow_executions_priority_check check (priority between 0 and 10);

create index task_executions_expedited on task_executions (model_id) where status = 'ready' and priority = 0;

-- Why an execution was put before everybody, and by whom: one row each, written once, with its row in the audit.
create table execution_expedites (
  id uuid primary key references workflow_executions (id) on delete restrict,
  reason varchar(500) not null check (reason <> ''),
  created_at timestamptz not null default ledger_now()
);
create trigger execution_expedites_audit_trigger after insert or update or delete on execution_expedites
  for each row execute function log_changes('expedited execution');
alter table execution_expedites enable row level security;
alter table execution_expedites force row level security;
create policy execution_expedites_engine on execution_expedites for all to radiant_engine using (true) with check (true);
grant select, insert on execution_expedites to radiant_engine;

reset role;
