-- What a licence forbids, asked of the present rows, and what receivers outside are still to be told.
set local role radiant_owner;

-- What stands against a new run of a model, for a commercial tenant or another: `whyNotLicensed` of src/core/licensing.ts
-- says the same in words, and a test holds the two together.
create function license_faults(of_model uuid, commercial boolean, at timestamptz)
returns table (code text, component text) language sql stable set search_path = '' as $$
  select 'license_missing', 'model'
  where not exists (
    select from radiant.model_licenses l where l.model_id = of_model and l.license_type not in ('database', 'dataset'))
  union all
  select f.code, l.license_type || ' ' || l.license_spdx
  from radiant.model_licenses l, lateral (values
    ('license_expired', l.expires_at <= at),
    ('license_non_compliant', l.compliance_status = 'non_compliant'),
    ('license_not_commercial', commercial and not l.commercial_use),
    ('license_review_needed', commercial and (l.compliance_status = 'review_needed' or l.commercial_use is null))
  ) f (code, stands)
  where l.model_id = of_model and f.stands
  union all
  select f.code, d.dependency_type || ' ' || d.dependency_name
  from radiant.model_dependencies d, lateral (values
    ('license_missing', d.dependency_license is null),
    ('license_not_commercial', commercial and d.dependency_license ~ '-NC(-|$)')
  ) f (code, stands)
  where d.model_id = of_model and d.required and f.stands
$$;

-- Signs what a tenant's receivers are told; without one nothing is signed.
alter table tenants add webhook_secret varchar(200) check (webhook_secret ~ '^env:RADIANT_SECRET_[A-Z0-9_]+$');

-- An outbox: written with the fact it tells of, delivered afterwards, at least once, always under the same id.
create table webhook_deliveries (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete restrict,
  url varchar(2000) not null,
  host varchar(2000) not null generated always as (coalesce(lower(substring(url from '^[A-Za-z]+://([^/?#]+)')), '')) stored,
  event varchar(100) not null,
  body jsonb not null check (jsonb_typeof(body) = 'object'),
  attempts integer not null default 0 check (attempts >= 0),
  -- When it is tried next; moved on before a try, so that whoever dies in one leaves it to another. Null: no more tries.
  next_at timestamptz,
  give_up_at timestamptz not null,
  delivered_at timestamptz,
  last_status integer,
  last_error varchar(500),
  created_at timestamptz not null default ledger_now(),
  constraint delivered_is_done check (delivered_at is null or next_at is null)
);
create index webhook_deliveries_due on webhook_deliveries (host, next_at) where next_at is not null;
create index webhook_deliveries_tenant on webhook_deliveries (tenant_id, created_at desc, id desc);
create index webhook_deliveries_newest on webhook_deliveries (created_at desc, id desc);

create function enqueue_webhook(tenant uuid, url text, event text, body jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  id uuid := gen_random_uuid();
  moment timestamptz := radiant.ledger_now();
begin
  insert into radiant.webhook_deliveries (id, tenant_id, url, event, body, next_at, give_up_at)
  values (id, tenant, url, event, jsonb_build_object('id', id, 'event', event, 'at', moment) || body, moment, moment + interval '24 hours');
  perform pg_notify('radiant', json_build_object('event', 'webhook:enqueued', 'tenantId', tenant)::text);
end
$$;

-- In the transaction that ends an execution. What went in and what came out stays here.
create function tell_of_end() returns trigger language plpgsql set search_path = '' as $$
begin
  perform radiant.enqueue_webhook(new.tenant_id, new.webhook_url, 'execution.' || new.status, jsonb_build_object(
    'executionId', new.id,
    'workflowId', (select w.workflow_id from radiant.workflow_definitions w where w.id = new.workflow_id),
    'status', new.status, 'errorCode', new.error_code, 'costUsd', new.actual_cost_usd::text));
  return null;
end
$$;
create trigger workflow_executions_webhook after update of status on workflow_executions for each row
  when (old.completed_at is null and new.completed_at is not null and new.webhook_url is not null)
  execute function tell_of_end();

alter table webhook_deliveries enable row level security;
alter table webhook_deliveries force row level security;
create policy webhook_deliveries_engine on webhook_deliveries for all to radiant_engine using (true) with check (true);
create policy webhook_deliveries_own on webhook_deliveries for select to authenticated
  using (tenant_id = (select current_tenant()));

grant select, insert, update on webhook_deliveries to radiant_engine;
grant select on webhook_deliveries to authenticated;
revoke execute on function license_faults(uuid, boolean, timestamptz), enqueue_webhook(uuid, text, text, jsonb), tell_of_end() from public;
grant execute on function license_faults(uuid, boolean, timestamptz), enqueue_webhook(uuid, text, text, jsonb), tell_of_end() to radiant_engine;

reset role;
