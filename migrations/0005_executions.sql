-- What was asked, what was done about it, and what it cost. Rows say which facts must hold; moves are guarded updates.
set local role radiant_owner;

create table workflow_executions (
  id uuid primary key default gen_random_uuid(),
  workflow_id uuid not null references workflow_definitions (id) on delete restrict,
  workflow_version_id uuid not null references workflow_versions (id) on delete restrict,
  tenant_id uuid not null references tenants (id) on delete restrict,
  user_id uuid not null,
  parent_task_id uuid, -- the task that a child execution answers to
  status varchar(20) not null default 'pending'
    check (status in ('pending', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'timed_out')),
  input_parameters jsonb not null default '{}',
  resolved_parameters jsonb not null default '{}',
  model_snapshots jsonb not null default '{}',
  output_data jsonb,
  error_code varchar(50),
  error_message text,
  error_details jsonb,
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms bigint generated always as ((extract(epoch from completed_at - started_at) * 1000)::bigint) stored,
  estimated_cost_usd numeric(20, 9) check (estimated_cost_usd >= 0),
  estimate_basis varchar(20) check (estimate_basis in ('history', 'performance_metrics', 'none')),
  actual_cost_usd numeric(20, 9) not null default 0 check (actual_cost_usd >= 0),
  budget_usd numeric(20, 9) check (budget_usd > 0),
  checkpoint_data jsonb,
  priority integer not null default 5 check (priority between 1 and 10),
  deadline timestamptz,
  tags text[] not null default '{}',
  webhook_url varchar(2000),
  idempotency_key varchar(200),
  request_hash varchar(64),
  -- When the scheduler last looked, under the lock: what ended since then is still to be decided about.
  advanced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (tenant_id, user_id) references users (tenant_id, id),
  unique (tenant_id, id),
  unique (tenant_id, idempotency_key),
  constraint finished_has_an_end check ((status in ('succeeded', 'failed', 'cancelled', 'timed_out')) = (completed_at is not null)),
  constraint running_has_begun check (status <> 'running' or started_at is not null),
  constraint failed_says_why check (status not in ('failed', 'timed_out') or error_code is not null)
);
create index idx_workflow_executions_tenant on workflow_executions (tenant_id, created_at desc, id);
create index workflow_executions_newest on workflow_executions (created_at desc, id);
create index idx_workflow_executions_status on workflow_executions (status, created_at) where completed_at is null;
create index workflow_executions_workflow on workflow_executions (workflow_id, created_at desc);
create index workflow_executions_version on workflow_executions (workflow_version_id);
create index workflow_executions_user on workflow_executions (tenant_id, user_id);

create table task_executions (
  id uuid primary key default gen_random_uuid(),
  workflow_execution_id uuid not null,
  tenant_id uuid not null,
  task_id varchar(100) not null,
  map_index integer check (map_index >= 0),
  item jsonb, -- what a map's member works on
  status varchar(20) not null default 'pending'
    check (status in ('pending', 'ready', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled')),
  priority integer not null default 5,
  timeout_seconds integer not null check (timeout_seconds > 0), -- of one attempt
  attempt_number integer not null default 1 check (attempt_number > 0), -- the attempt that runs now or would run next
  attempts_used integer not null default 0 check (attempts_used >= 0), -- of those that count against the limit
  crashes integer not null default 0 check (crashes >= 0), -- workers that died holding it
  delivery integer not null default 0, -- times it entered the queue: each is a note of its own
  input_data jsonb,
  output_data jsonb,
  files jsonb not null default '[]',
  error_code varchar(50),
  error_class varchar(20),
  error_message text,
  not_before timestamptz,
  wait_signal varchar(200),
  first_ready_at timestamptz,
  ready_at timestamptz,
  queued_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms bigint generated always as ((extract(epoch from completed_at - started_at) * 1000)::bigint) stored,
  lease_owner varchar(100),
  lease_until timestamptz,
  resource_usage jsonb not null default '{}',
  cost_usd numeric(20, 9) not null default 0 check (cost_usd >= 0),
  model_id uuid references ai_models (id) on delete restrict,
  model_key varchar(100),
  model_endpoint varchar(500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (tenant_id, workflow_execution_id) references workflow_executions (tenant_id, id) on delete restrict,
  unique nulls not distinct (workflow_execution_id, task_id, map_index),
  constraint running_has_a_lease check ((status = 'running') = (lease_owner is not null and lease_until is not null)),
  constraint finished_has_an_end check ((status in ('succeeded', 'failed', 'skipped', 'cancelled')) = (completed_at is not null)),
  constraint failed_says_why check (status <> 'failed' or error_code is not null),
  constraint ready_since check (status not in ('ready', 'queued', 'running') or ready_at is not null)
);
create index task_executions_tenant on task_executions (tenant_id, workflow_execution_id);
create index task_executions_model on task_executions (model_id, completed_at desc);
create index task_executions_backlog on task_executions (model_id, tenant_id, priority, first_ready_at) where status = 'ready';
create index task_executions_queued on task_executions (model_id, queued_at) where status = 'queued';
create index task_executions_running on task_executions (lease_until) where status = 'running';
create index task_executions_timers on task_executions (not_before) where status = 'waiting' and not_before is not null;

-- One append-only row for each authorised attempt, committed before the first byte is sent.
create table task_attempts (
  invocation_id uuid primary key default gen_random_uuid(),
  task_execution_id uuid not null references task_executions (id) on delete restrict,
  attempt_number integer not null check (attempt_number > 0),
  workflow_execution_id uuid not null,
  tenant_id uuid not null,
  model_id uuid references ai_models (id) on delete restrict,
  worker varchar(100) not null,
  driver varchar(30),
  endpoint varchar(500),
  output_location varchar(2000),
  status varchar(20) not null default 'running'
    check (status in ('running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'unknown')),
  error_code varchar(50),
  error_class varchar(20),
  error_message text,
  price jsonb, -- the model's pricing_config as it was
  usage jsonb not null default '{}',
  cost_usd numeric(20, 9) not null default 0 check (cost_usd >= 0),
  sent_at timestamptz, -- just before the first byte
  accepted_at timestamptz, -- an asynchronous request was acknowledged
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  unique (task_execution_id, attempt_number),
  foreign key (tenant_id, workflow_execution_id) references workflow_executions (tenant_id, id) on delete restrict,
  constraint ended_has_an_end check ((status = 'running') = (ended_at is null))
);
create unique index task_attempts_one_success on task_attempts (task_execution_id) where status = 'succeeded';
create unique index task_attempts_one_running on task_attempts (task_execution_id) where status = 'running';
create index task_attempts_execution on task_attempts (tenant_id, workflow_execution_id);
create index task_attempts_model on task_attempts (model_id, started_at desc);

-- Every move of an execution and its tasks, in order: the event stream, the history and the proof.
create table execution_events (
  id bigint generated always as identity primary key,
  workflow_execution_id uuid not null,
  tenant_id uuid not null,
  task_id varchar(100),
  map_index integer,
  from_status varchar(20),
  to_status varchar(20) not null,
  attempt_number integer,
  error_code varchar(50),
  at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, workflow_execution_id) references workflow_executions (tenant_id, id) on delete restrict
);
create index execution_events_execution on execution_events (workflow_execution_id, id);
create index execution_events_tenant on execution_events (tenant_id, workflow_execution_id);

create function record_move() returns trigger language plpgsql set search_path = '' as $$
declare
  was varchar := case when tg_op = 'UPDATE' then old.status end;
begin
  if tg_op = 'UPDATE' and was = new.status then
    return null;
  end if;
  if tg_table_name = 'workflow_executions' then
    insert into radiant.execution_events (workflow_execution_id, tenant_id, from_status, to_status, error_code)
    values (new.id, new.tenant_id, was, new.status, new.error_code);
    perform pg_notify('radiant', json_build_object(
      'event', 'workflow:' || case new.status when 'pending' then 'accepted' when 'running' then 'started' else new.status end,
      'executionId', new.id, 'tenantId', new.tenant_id)::text);
  else
    insert into radiant.execution_events (workflow_execution_id, tenant_id, task_id, map_index, from_status, to_status, attempt_number, error_code)
    values (new.workflow_execution_id, new.tenant_id, new.task_id, new.map_index, was, new.status, new.attempt_number, new.error_code);
    perform pg_notify('radiant', json_build_object(
      'event', 'task:' || new.status, 'executionId', new.workflow_execution_id, 'tenantId', new.tenant_id,
      'taskExecutionId', new.id, 'modelId', new.model_key)::text);
  end if;
  return null;
end
$$;

-- Terminal is terminal, whoever asks.
create function keep_terminal() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% % is %: it has ended', tg_table_name, coalesce(to_jsonb(old) ->> 'id', to_jsonb(old) ->> 'invocation_id'), old.status using errcode = 'restrict_violation';
end
$$;

create trigger workflow_executions_moves after insert or update of status on workflow_executions
  for each row execute function record_move();
create trigger task_executions_moves after update of status on task_executions
  for each row execute function record_move();
create trigger workflow_executions_ended before update of status on workflow_executions for each row
  when (old.completed_at is not null and old.status is distinct from new.status) execute function keep_terminal();
create trigger task_executions_ended before update of status on task_executions for each row
  when (old.completed_at is not null and old.status is distinct from new.status) execute function keep_terminal();
create trigger task_attempts_ended before update of status on task_attempts for each row
  when (old.ended_at is not null and old.status is distinct from new.status) execute function keep_terminal();
create trigger workflow_executions_touch before update on workflow_executions for each row execute function touch();
create trigger task_executions_touch before update on task_executions for each row execute function touch();
create trigger execution_events_append_only before update or delete on execution_events for each row execute function refuse();
create trigger execution_events_append_only_all before truncate on execution_events for each statement execute function refuse();

reset role;
