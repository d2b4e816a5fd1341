-- Every second that an instance is billed, what the provider charged for it, and which executions bear it.
set local role radiant_owner;

create function epoch_ms(at timestamptz) returns float8 language sql immutable set search_path = '' as
  $$ select round(extract(epoch from at) * 1000)::float8 $$;

-- From the first instance to none again; a day's ends with its day (UTC), so that what is always on is billed daily.
create table instance_sessions (
  id uuid primary key default gen_random_uuid(),
  model_id uuid references ai_models (id) on delete restrict, -- null: charged for an endpoint that belongs to no model
  endpoint varchar(500) not null,
  from_at timestamptz not null,
  to_at timestamptz check (to_at >= from_at), -- null: on
  continues boolean not null default false, -- the day before, which ended at midnight
  -- What was shared out. `settled_at` is null when it is to be shared out, for the first time or anew.
  cost_usd numeric(20, 9) check (cost_usd >= 0),
  settled_from varchar(10) check (settled_from in ('metered', 'provider')),
  settled_at timestamptz,
  constraint settled_after_its_end check (settled_at is null or (to_at is not null and cost_usd is not null and settled_from is not null))
);
create unique index instance_sessions_open on instance_sessions (model_id, endpoint) where to_at is null;
create index instance_sessions_model on instance_sessions (model_id, from_at);
create index instance_sessions_endpoint on instance_sessions (endpoint, from_at);
create index instance_sessions_unsettled on instance_sessions (to_at) where settled_at is null or settled_from = 'metered';

create table instance_spans (
  id bigint generated always as identity primary key,
  session_id uuid not null references instance_sessions (id) on delete restrict,
  model_id uuid not null references ai_models (id) on delete restrict,
  endpoint varchar(500) not null,
  instance_type varchar(50), -- null: not a provider's instance that has one
  instances integer not null check (instances > 0),
  hourly_rate numeric(20, 9) not null check (hourly_rate >= 0),
  from_at timestamptz not null,
  to_at timestamptz check (to_at >= from_at),
  metered_usd numeric(20, 9) generated always as (round(extract(epoch from to_at - from_at) * instances * hourly_rate / 3600, 9)) stored
);
create unique index instance_spans_open on instance_spans (model_id, endpoint) where to_at is null;
create index instance_spans_session on instance_spans (session_id, from_at);
create index instance_spans_model on instance_spans (model_id, from_at);

-- What is billed at an endpoint from this moment on. Says nothing new: changes nothing.
create function meter_instances(of_model uuid, at_endpoint text, of_type text, count integer, rate numeric) returns void
language plpgsql set search_path = '' as $$
declare
  span radiant.instance_spans;
  session uuid;
  moment timestamptz := radiant.ledger_now();
  midnight timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended(of_model || ' ' || at_endpoint, 0)); -- there may be no row to lock yet
  select * into span from radiant.instance_spans s
  where s.model_id = of_model and s.endpoint = at_endpoint and s.to_at is null for update;
  session := span.session_id;
  while span.from_at < date_trunc('day', moment, 'UTC') loop
    midnight := date_trunc('day', span.from_at, 'UTC') + interval '24 hours';
    update radiant.instance_spans set to_at = midnight where id = span.id;
    update radiant.instance_sessions set to_at = midnight where id = session;
    insert into radiant.instance_sessions (model_id, endpoint, from_at, continues)
    values (of_model, at_endpoint, midnight, true) returning id into session;
    insert into radiant.instance_spans (session_id, model_id, endpoint, instance_type, instances, hourly_rate, from_at)
    values (session, of_model, at_endpoint, span.instance_type, span.instances, span.hourly_rate, midnight)
    returning * into span;
  end loop;
  if count = coalesce(span.instances, 0)
    and (count = 0 or (span.instance_type, span.hourly_rate) is not distinct from (of_type::varchar, round(rate, 9))) then
    return;
  end if;
  moment := greatest(moment, span.from_at);
  update radiant.instance_spans set to_at = moment where id = span.id;
  if count = 0 then
    update radiant.instance_sessions set to_at = moment where id = session;
    return;
  end if;
  if session is null then
    insert into radiant.instance_sessions (model_id, endpoint, from_at) values (of_model, at_endpoint, moment)
    returning id into session;
  end if;
  insert into radiant.instance_spans (session_id, model_id, endpoint, instance_type, instances, hourly_rate, from_at)
  values (session, of_model, at_endpoint, of_type, count, rate, moment);
end
$$;

-- A provider's account of itself that was read: one file, or one run of a stand-in.
create table bill_imports (
  source varchar(1000) primary key,
  mark varchar(200) not null, -- another one whenever the content is another
  through timestamptz, -- until then nothing is missing in it
  imported_at timestamptz not null default ledger_now()
);

create table provider_charges (
  id bigint generated always as identity primary key,
  source varchar(1000) not null references bill_imports (source) on delete restrict,
  line_id varchar(1000) not null,
  endpoint varchar(500) not null,
  model_id uuid references ai_models (id) on delete restrict,
  instance_type varchar(50),
  from_at timestamptz not null,
  to_at timestamptz check (to_at >= from_at), -- null: it still grows
  instance_seconds numeric(20, 3) not null check (instance_seconds >= 0),
  cost_usd numeric(20, 9) not null check (cost_usd >= 0),
  assigned boolean not null default false, -- to sessions: its parts are in charge_parts
  unique (source, line_id),
  constraint assigned_has_an_end check (not assigned or to_at is not null)
);
create index provider_charges_endpoint on provider_charges (endpoint, from_at);
create index provider_charges_model on provider_charges (model_id, from_at);
create index provider_charges_unassigned on provider_charges (endpoint, from_at) where not assigned;

-- Which sessions a charge was for: an hour's charge may be for two, and a long one for many days.
create table charge_parts (
  charge_id bigint not null references provider_charges (id) on delete cascade,
  session_id uuid not null references instance_sessions (id) on delete restrict,
  amount_usd numeric(20, 9) not null check (amount_usd >= 0),
  primary key (charge_id, session_id)
);
create index charge_parts_session on charge_parts (session_id);

-- Derived: replaced as a whole, session by session. What an execution costs us is not its tenant's to read.
create table bill_shares (
  session_id uuid not null references instance_sessions (id) on delete restrict,
  execution_id uuid references workflow_executions (id) on delete restrict, -- null: nobody caused it
  kind varchar(10) not null check (kind in ('warm_up', 'work', 'idle')),
  amount_usd numeric(20, 9) not null check (amount_usd >= 0),
  unique nulls not distinct (session_id, execution_id, kind)
);
create index bill_shares_execution on bill_shares (execution_id);

-- The sum of its shares; null until one is known.
alter table workflow_executions add column loaded_cost_usd numeric(20, 9) check (loaded_cost_usd >= 0);

create function session_adds_up() returns trigger language plpgsql set search_path = '' as $$
begin
  perform from radiant.instance_sessions s
  where s.id = new.id and s.cost_usd <> (select coalesce(sum(b.amount_usd), 0) from radiant.bill_shares b where b.session_id = s.id);
  if found then
    raise exception 'the shares of session % do not add up to its cost', new.id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger instance_sessions_add_up after insert or update of cost_usd on instance_sessions
  deferrable initially deferred for each row execute function session_adds_up();

alter table bill_shares enable row level security;
alter table bill_shares force row level security;
create policy bill_shares_engine on bill_shares for all to radiant_engine using (true) with check (true);

grant select, insert, update on instance_sessions, instance_spans, bill_imports to radiant_engine;
grant select, insert, update, delete on provider_charges, charge_parts, bill_shares to radiant_engine;
grant usage on all sequences in schema radiant to radiant_engine;
revoke execute on function meter_instances(uuid, text, text, integer, numeric), session_adds_up(), epoch_ms(timestamptz) from public;
grant execute on function meter_instances(uuid, text, text, integer, numeric), session_adds_up(), epoch_ms(timestamptz) to radiant_engine;

reset role;
