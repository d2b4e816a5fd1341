-- What people say about heat, what nobody owns, and what the thermal room remembers between two looks.
set local role radiant_owner;

-- A deleted model is turned off first and retired then: what nobody can see must not go on billing.
alter table ai_models drop constraint ai_models_status_check;
alter table ai_models add constraint ai_models_status_check
  check (status in ('active', 'beta', 'deprecated', 'disabled', 'retiring', 'retired'));

-- A pin is an administered change with a reason, an end and an audit row: a table of its own. No row is `auto`.
create table thermal_pins (
  id uuid primary key references ai_models (id) on delete restrict,
  name varchar(100) not null, -- the model's own id, for the notification and the audit
  desired varchar(10) not null check (desired in ('on', 'off')),
  reason varchar(500) not null check (reason <> ''),
  until timestamptz,
  created_at timestamptz not null default ledger_now(),
  updated_at timestamptz not null default ledger_now()
);

-- No row: nothing is held. `scaleIn` keeps instances from being taken away, `scaleOut` from being added, for all models.
create table thermal_brakes (
  id uuid primary key default gen_random_uuid(),
  name varchar(10) not null unique check (name in ('scaleIn', 'scaleOut')),
  reason varchar(500) not null check (reason <> ''),
  until timestamptz,
  created_at timestamptz not null default ledger_now(),
  updated_at timestamptz not null default ledger_now()
);

alter table model_heat
  drop column desired, drop column desired_reason, drop column desired_until,
  add column surplus_since timestamptz,
  add column billed_instances integer not null default 0 check (billed_instances >= 0),
  add column renewing boolean not null default false, -- drained for another deployment, or changing to it
  add column why text, -- what the last look decided, in words
  add column next_need jsonb, -- the first use that is foreseen
  add column hold_off_due timestamptz, -- when the provider's own shut-off is to be moved on again
  add column hold_off_failure text;

-- Endpoints at the provider that belong to no model.
create table orphans (
  name varchar(100) primary key,
  status varchar(50) not null,
  instance_type varchar(50),
  instances integer not null check (instances >= 0),
  hourly_usd numeric(20, 9), -- null: no model has such instances, so nobody knows
  first_seen timestamptz not null default ledger_now(),
  failure text -- why it could not be turned off
);

-- What must be done by one room at a time, and not too often.
create table thermal_chores (
  name varchar(50) primary key,
  lease_owner varchar(100),
  lease_until timestamptz,
  done_at timestamptz
);
insert into thermal_chores (name) values ('reap');

-- What the last start found that it may do at the provider.
create table thermal_permissions (
  action varchar(100) primary key,
  allowed boolean not null,
  reason text,
  checked_at timestamptz not null default ledger_now()
);

-- Look-ahead: live executions that still have tasks of models to come, and how long such tasks took lately.
create index task_executions_to_come on task_executions (workflow_execution_id) where status = 'pending' and model_id is not null;
create index thermal_events_page on thermal_events (model_id, id desc);
create index workflow_executions_succeeded on workflow_executions (workflow_id, created_at desc) where status = 'succeeded';

create trigger thermal_pins_touch before update on thermal_pins for each row execute function touch();
create trigger thermal_brakes_touch before update on thermal_brakes for each row execute function touch();
create trigger thermal_pins_audit_trigger after insert or update or delete on thermal_pins
  for each row execute function log_changes('thermal pin');
create trigger thermal_brakes_audit_trigger after insert or update or delete on thermal_brakes
  for each row execute function log_changes('thermal brake');

-- The thermal rooms hear of it at once.
create function announce_wish() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_notify('radiant', (case tg_table_name
    when 'thermal_pins' then jsonb_build_object('event', 'thermal:pinned', 'modelId', coalesce(new.name, old.name))
    else jsonb_build_object('event', 'thermal:braked') end)::text);
  return null;
end
$$;
create trigger thermal_pins_announce after insert or update or delete on thermal_pins
  for each row execute function announce_wish();
create trigger thermal_brakes_announce after insert or update or delete on thermal_brakes
  for each row execute function announce_wish();

grant select, insert, update, delete on thermal_pins, thermal_brakes, orphans, thermal_permissions to radiant_engine;
grant select, update on thermal_chores to radiant_engine;
revoke execute on function announce_wish() from public;
grant execute on function announce_wish() to radiant_engine;

reset role;
