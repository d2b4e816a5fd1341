-- Failure handlers: a workflow names another one, which handles the failures of its executions.
set local role radiant_owner;

alter table workflow_definitions add on_failure jsonb
  check (jsonb_typeof(on_failure) = 'object' and jsonb_typeof(on_failure -> 'workflowId') = 'string');

alter function workflow_config(uuid) rename to workflow_config_without_handler;
create function workflow_config(of_workflow uuid) returns jsonb language sql stable set search_path = '' as $$
  select radiant.workflow_config_without_handler(of_workflow)
    || case when w.on_failure is null then '{}' else jsonb_build_object('onFailure', w.on_failure) end
  from radiant.workflow_definitions w where w.id = of_workflow
$$;
revoke execute on function workflow_config(uuid) from public;
grant execute on function workflow_config(uuid) to radiant_engine;

-- An outbox: written in the transaction that ends an execution, turned into an execution afterwards, once.
create table failure_handlers (
  -- The execution that has failed.
  execution_id uuid primary key references workflow_executions (id) on delete restrict,
  tenant_id uuid not null references tenants (id) on delete restrict,
  handler_workflow_id varchar(100) not null,
  -- The execution that handles it, or why it could not be started. Neither: it is due.
  handler_id uuid unique references workflow_executions (id) on delete restrict,
  code varchar(50),
  message text,
  created_at timestamptz not null default ledger_now(),
  decided_at timestamptz,
  constraint decided_once check (num_nonnulls(handler_id, code) = (decided_at is not null)::int),
  constraint refused_has_a_reason check ((code is null) = (message is null))
);
create index failure_handlers_due on failure_handlers (created_at) where decided_at is null;
create index failure_handlers_tenant on failure_handlers (tenant_id, created_at desc);

-- Whatever ends the execution. The failure of a handler has no handler.
create function ask_for_handler() returns trigger language plpgsql set search_path = '' as $$
declare
  handler varchar := (select v.definition #>> '{onFailure,workflowId}' from radiant.workflow_versions v where v.id = new.workflow_version_id);
begin
  if handler is null or (select h.execution_id from radiant.failure_handlers h where h.handler_id = new.id) is not null then
    return null;
  end if;
  insert into radiant.failure_handlers (execution_id, tenant_id, handler_workflow_id) values (new.id, new.tenant_id, handler);
  perform pg_notify('radiant', json_build_object('event', 'handler:due', 'tenantId', new.tenant_id)::text);
  return null;
end
$$;
revoke execute on function ask_for_handler() from public;
create trigger workflow_executions_handler after update of completed_at on workflow_executions for each row
  when (new.status in ('failed', 'timed_out') and new.completed_at is not null and old.completed_at is null)
  execute function ask_for_handler();

create function tell_of_handler() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_notify('radiant', json_build_object('event', 'handler:decided', 'executionId', new.execution_id, 'tenantId', new.tenant_id)::text);
  return null;
end
$$;
revoke execute on function tell_of_handler() from public;
create trigger failure_handlers_decided after update of decided_at on failure_handlers for each row execute function tell_of_handler();
create trigger failure_handlers_kept before update on failure_handlers
  for each row when (old.decided_at is not null and not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

alter table failure_handlers enable row level security;
alter table failure_handlers force row level security;
create policy failure_handlers_engine on failure_handlers for all to radiant_engine using (true) with check (true);
create policy failure_handlers_own on failure_handlers for select to authenticated using (tenant_id = (select current_tenant()));
grant select, insert, update on failure_handlers to radiant_engine;
grant select on failure_handlers to authenticated;

reset role;
