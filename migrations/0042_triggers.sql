-- Triggers start executions by webhooks from outside. A delivery and its execution are inserted in one transaction. And a quote
-- names the versions of its sub-workflows.
set local role radiant_owner;

create table triggers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants (id) on delete restrict,
  -- Its executions are this user's, who created or changed it last.
  user_id uuid not null,
  workflow_id uuid not null references workflow_definitions (id) on delete restrict,
  name varchar(100) not null,
  scheme varchar(30) not null check (scheme in ('standard_webhooks', 'github', 'stripe', 'hmac_sha256')),
  -- References to secrets that have names of their own, so that a trigger cannot use the secret of a model.
  secret varchar(2100) not null check (
    secret ~ '^(env:RADIANT_SECRET_HOOK_[A-Z0-9_]+|aws-sm:arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:radiant/hooks/[\w/+=.@-]+(#[\w.-]+)?)$'),
  secret_set_at timestamptz not null default ledger_now(),
  -- After a rotation, the one before is accepted until then.
  previous_secret varchar(2100),
  previous_until timestamptz,
  signature_header varchar(100),
  -- CEL over body and headers.
  parameters jsonb not null,
  condition varchar(2000),
  delivery_id varchar(2000),
  -- What else a request for an execution holds.
  request jsonb not null default '{}',
  enabled boolean not null default true,
  -- Deliveries whose signature did not fit: counted, not kept.
  rejected bigint not null default 0,
  last_rejected_at timestamptz,
  last_rejected_code varchar(50),
  row_version integer not null default 1,
  deleted_at timestamptz,
  created_at timestamptz not null default ledger_now(),
  updated_at timestamptz not null default ledger_now(),
  foreign key (tenant_id, user_id) references users (tenant_id, id),
  unique (tenant_id, id),
  constraint previous_has_an_end check ((previous_secret is null) = (previous_until is null)),
  constraint header_of_the_plain_scheme check (signature_header is null or scheme = 'hmac_sha256')
);
create unique index triggers_name on triggers (tenant_id, name) where deleted_at is null;
create index triggers_page on triggers (tenant_id, created_at desc, id);
create index triggers_newest on triggers (created_at desc, id);
create index triggers_user on triggers (tenant_id, user_id);
create index triggers_workflow on triggers (workflow_id);

create table trigger_deliveries (
  id bigint generated always as identity primary key,
  trigger_id uuid not null,
  tenant_id uuid not null,
  delivery_id varchar(200) not null,
  outcome varchar(20) not null check (outcome in ('started', 'ignored', 'refused')),
  code varchar(50),
  message text,
  workflow_execution_id uuid unique references workflow_executions (id) on delete restrict,
  -- How often it has arrived while it was refused.
  attempts integer not null default 1 check (attempts > 0),
  received_at timestamptz not null default ledger_now(),
  foreign key (tenant_id, trigger_id) references triggers (tenant_id, id),
  -- Replay protection: a delivery is accepted once.
  unique (trigger_id, delivery_id),
  constraint started_has_its_execution check ((outcome = 'started') = (workflow_execution_id is not null)),
  constraint refused_has_a_reason check ((outcome = 'refused') = (code is not null and message is not null))
);
create index trigger_deliveries_page on trigger_deliveries (tenant_id, trigger_id, id);
create index trigger_deliveries_age on trigger_deliveries (received_at);

create function audit_trigger_change() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  -- Expressions and the request may hold payload; references to secrets are nobody's to read.
  noise text[] := '{parameters,condition,delivery_id,request,secret,previous_secret,rejected,last_rejected_at,last_rejected_code,updated_at}';
  counted text[] := '{rejected,last_rejected_at,last_rejected_code}';
  verb text := case when tg_op = 'INSERT' then 'created'
    when old.deleted_at is distinct from new.deleted_at then 'deleted' else 'updated' end;
begin
  if tg_op = 'UPDATE' and to_jsonb(old) - counted = to_jsonb(new) - counted then
    return null;
  end if;
  if radiant.setting('radiant.actor_type') is null then
    raise exception 'a change of triggers needs an actor: set radiant.actor_type and radiant.actor_id in its transaction'
      using errcode = 'insufficient_privilege';
  end if;
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('trigger', new.id, verb, radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    new.tenant_id, radiant.setting('radiant.request_id'), case when tg_op = 'UPDATE' then to_jsonb(old) - noise end, to_jsonb(new) - noise,
    'Trigger ' || new.name || ' ' || verb, radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;
create trigger triggers_audit_trigger after insert or update on triggers for each row execute function audit_trigger_change();
revoke execute on function audit_trigger_change() from public;

alter table triggers enable row level security;
alter table triggers force row level security;
alter table trigger_deliveries enable row level security;
alter table trigger_deliveries force row level security;
create policy triggers_engine on triggers for all to radiant_engine using (true) with check (true);
create policy triggers_own on triggers for select to authenticated using (tenant_id = (select current_tenant()));
create policy trigger_deliveries_engine on trigger_deliveries for all to radiant_engine using (true) with check (true);
create policy trigger_deliveries_own on trigger_deliveries for select to authenticated using (tenant_id = (select current_tenant()));
grant select, insert, update on triggers to radiant_engine;
grant select, insert, update, delete on trigger_deliveries to radiant_engine;
grant select (id, tenant_id, user_id, workflow_id, name, scheme, secret_set_at, previous_until, signature_header, parameters, condition,
  delivery_id, request, enabled, rejected, last_rejected_at, last_rejected_code, row_version, deleted_at, created_at, updated_at)
  on triggers to authenticated;
grant select on trigger_deliveries to authenticated;

-- SHA-256 of the versions, by workflow, as canonical JSON.
alter table quotes add children_hash varchar(64) not null default '';

reset role;
