-- How warm each model is, who holds its slots, and what its heat did, when, why and at what price.
set local role radiant_owner;

create table model_heat (
  model_id uuid primary key references ai_models (id) on delete restrict,
  wanted_instances integer not null default 0 check (wanted_instances >= 0),
  serving_instances integer not null default 0 check (serving_instances >= 0),
  usable_slots integer not null default 0 check (usable_slots >= 0), -- slots below this number may be claimed
  desired varchar(10) not null default 'auto' check (desired in ('auto', 'on', 'off')),
  desired_reason text,
  desired_until timestamptz,
  warming_since timestamptz,
  idle_since timestamptz,
  failure text,
  failures integer not null default 0,
  retry_at timestamptz,
  learned_warmup_seconds numeric(12, 3),
  warmups integer not null default 0,
  observed_at timestamptz,
  -- One thermal room at a time acts on a model.
  lease_owner varchar(100),
  lease_until timestamptz
);

create table model_slots (
  model_id uuid not null references ai_models (id) on delete restrict,
  slot_no integer not null check (slot_no >= 0),
  task_execution_id uuid references task_executions (id) on delete restrict,
  attempt_number integer,
  -- A dead worker's invocation may still be on the GPU: until then nobody else gets the slot.
  held_until timestamptz,
  primary key (model_id, slot_no),
  constraint taken_until check ((task_execution_id is null) = (held_until is null))
);
create unique index model_slots_holder on model_slots (task_execution_id, attempt_number) where task_execution_id is not null;

create table thermal_events (
  id bigint generated always as identity primary key,
  model_id uuid not null references ai_models (id) on delete restrict,
  at timestamptz not null default clock_timestamp(),
  from_heat varchar(20) not null,
  to_heat varchar(20) not null,
  instances integer not null,
  reason text not null,
  hourly_rate numeric(20, 9) not null default 0
);
create index thermal_events_model on thermal_events (model_id, at desc);

create trigger thermal_events_append_only before update or delete on thermal_events for each row execute function refuse();
create trigger thermal_events_append_only_all before truncate on thermal_events for each statement execute function refuse();

reset role;
