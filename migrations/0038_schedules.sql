-- Schedules start executions of workflows at set times. A tick and its execution are inserted in one transaction.
set local role radiant_owner;

create table schedules (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants (id) on delete restrict,
  -- Its executions are this user's, who created, changed or resumed it last.
  user_id uuid not null,
  workflow_id uuid not null references workflow_definitions (id) on delete restrict,
  name varchar(100) not null,
  cron varchar(100),
  time_zone varchar(64) not null default 'UTC',
  interval_seconds integer check (interval_seconds > 0),
  -- Ticks at an interval are counted from here.
  counted_from timestamptz not null default ledger_now(),
  -- What a request for an execution holds.
  request jsonb not null,
  overlap varchar(20) not null check (overlap in ('allow', 'skip', 'queue', 'cancel_other')),
  catch_up_seconds integer not null check (catch_up_seconds > 0),
  jitter_seconds integer not null check (jitter_seconds >= 0),
  -- The first tick that is not decided yet, and when it is carried out.
  next_at timestamptz,
  due_at timestamptz,
  -- Ticks that wait for the executions before them.
  waiting integer not null default 0 check (waiting >= 0),
  paused_at timestamptz,
  paused_reason varchar(1000),
  -- As events name people; null: Radiant.
  paused_by varchar(320),
  -- Counts the changes by people.
  row_version integer not null default 1,
  deleted_at timestamptz,
  created_at timestamptz not null default ledger_now(),
  updated_at timestamptz not null default ledger_now(),
  foreign key (tenant_id, user_id) references users (tenant_id, id),
  unique (tenant_id, id),
  constraint ticks_one_way check ((cron is null) <> (interval_seconds is null)),
  constraint due_has_a_tick check ((next_at is null) = (due_at is null)),
  constraint paused_has_a_reason check ((paused_at is null) = (paused_reason is null)),
  constraint at_rest_is_not_due check (due_at is null or paused_at is null and deleted_at is null)
);
create unique index schedules_name on schedules (tenant_id, name) where deleted_at is null;
create index schedules_due on schedules (due_at) where due_at is not null;
create index schedules_waiting on schedules (id) where waiting > 0 and paused_at is null and deleted_at is null;
create index schedules_page on schedules (tenant_id, created_at desc, id);
create index schedules_newest on schedules (created_at desc, id);
create index schedules_user on schedules (tenant_id, user_id);
create index schedules_workflow on schedules (workflow_id);

alter table workflow_executions
  add schedule_id uuid references schedules (id) on delete restrict,
  -- The tick that started it.
  add scheduled_for timestamptz,
  add constraint scheduled_for_a_tick check ((schedule_id is null) = (scheduled_for is null));
-- Whether one is live is an expression, so that no plan reads the partial index of all that is live.
create index workflow_executions_schedule on workflow_executions (schedule_id, ((completed_at is null)::integer))
  where schedule_id is not null;

create table schedule_ticks (
  id bigint generated always as identity primary key,
  schedule_id uuid not null,
  tenant_id uuid not null,
  tick_at timestamptz not null,
  state varchar(20) not null check (state in ('started', 'waiting', 'skipped', 'refused', 'missed')),
  -- A user ran it.
  manual boolean not null default false,
  -- Missed ticks in a row share a row: from tick_at to last_at.
  times integer not null default 1 check (times > 0),
  last_at timestamptz,
  code varchar(50),
  message text,
  workflow_execution_id uuid unique references workflow_executions (id) on delete restrict,
  decided_at timestamptz not null default ledger_now(),
  foreign key (tenant_id, schedule_id) references schedules (tenant_id, id),
  constraint started_has_its_execution check ((state = 'started') = (workflow_execution_id is not null)),
  constraint refused_has_a_reason check (state not in ('skipped', 'refused') or code is not null and message is not null),
  constraint missed_has_an_end check ((state = 'missed') = (last_at is not null))
);
-- The second lock beside that of the schedule: a tick has one execution, however many schedulers there are.
create unique index schedule_ticks_once on schedule_ticks (schedule_id, tick_at) where not manual;
create index schedule_ticks_page on schedule_ticks (tenant_id, schedule_id, id);
create index schedule_ticks_waiting on schedule_ticks (schedule_id, id) where state = 'waiting';
create index schedule_ticks_last on schedule_ticks (schedule_id, id) where workflow_execution_id is not null;

-- The request is payload, which the audit does not hold.
create function audit_schedule() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  noise text[] := '{request,next_at,due_at,waiting,updated_at,counted_from}';
  before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) - noise end;
  after jsonb := to_jsonb(new) - noise;
  verb text := case when tg_op = 'INSERT' then 'created'
    when old.deleted_at is distinct from new.deleted_at then 'deleted'
    when old.paused_at is distinct from new.paused_at then case when new.paused_at is null then 'resumed' else 'paused' end
    else 'updated' end;
begin
  if before = after then
    return null;
  end if;
  if radiant.setting('radiant.actor_type') is null then
    raise exception 'a change of schedules needs an actor: set radiant.actor_type and radiant.actor_id in its transaction'
      using errcode = 'insufficient_privilege';
  end if;
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('schedule', new.id, verb, radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    new.tenant_id, radiant.setting('radiant.request_id'), before, after, 'Schedule ' || new.name || ' ' || verb,
    radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;
create trigger schedules_audit_trigger after insert or update on schedules for each row execute function audit_schedule();
revoke execute on function audit_schedule() from public;

alter table schedules enable row level security;
alter table schedules force row level security;
alter table schedule_ticks enable row level security;
alter table schedule_ticks force row level security;
create policy schedules_engine on schedules for all to radiant_engine using (true) with check (true);
create policy schedules_own on schedules for select to authenticated using (tenant_id = (select current_tenant()));
create policy schedule_ticks_engine on schedule_ticks for all to radiant_engine using (true) with check (true);
create policy schedule_ticks_own on schedule_ticks for select to authenticated using (tenant_id = (select current_tenant()));
grant select, insert, update on schedules, schedule_ticks to radiant_engine;
grant select on schedules, schedule_ticks to authenticated;
grant select (schedule_id, scheduled_for) on workflow_executions to authenticated;

reset role;
