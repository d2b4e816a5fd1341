-- Who cancelled, paused, resumed or reran an execution: on its event, and in the audit.
set local role radiant_owner;

alter table execution_events
  -- An address; an administrator of another tenant is named as such. Null where the engine made the move.
  add actor varchar(320);
create index execution_events_actor on execution_events (workflow_execution_id, id) where actor is not null;

-- As the execution's own tenant may read it.
create function actor_name(p_tenant uuid) returns varchar language sql stable set search_path = '' as $$
  select case radiant.setting('radiant.actor_type')
    when 'user' then (select email from radiant.users where id = radiant.setting('radiant.actor_id')::uuid)
    when 'admin' then coalesce(
      (select u.email from radiant.administrators a join radiant.users u on u.id = a.user_id
       where a.id = radiant.setting('radiant.actor_id')::uuid and u.tenant_id = p_tenant),
      'an administrator')
  end
$$;

create or replace function record_move() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  was varchar := case when tg_op = 'UPDATE' then old.status end;
begin
  if tg_op = 'UPDATE' and was = new.status then
    return null;
  end if;
  if tg_table_name = 'workflow_executions' then
    insert into radiant.execution_events (workflow_execution_id, tenant_id, from_status, to_status, error_code, actor)
    values (new.id, new.tenant_id, was, new.status, new.error_code, radiant.actor_name(new.tenant_id));
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

-- Definer, like the rest of the audit: the services may not write the log by hand.
create function audit_execution() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  verb text := case when tg_op = 'INSERT' then 'rerun' when new.status = 'cancelled' then 'cancelled'
    when new.status = 'paused' then 'paused' else 'resumed' end;
  subject uuid := case when tg_op = 'INSERT' then new.rerun_of else new.id end;
begin
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('execution', subject, verb,
    -- A rerun is accepted together with what others ask for: its own row says whose it is.
    coalesce(radiant.setting('radiant.actor_type'), 'user'), coalesce(radiant.setting('radiant.actor_id')::uuid, new.user_id),
    new.tenant_id, radiant.setting('radiant.request_id'),
    case when tg_op = 'UPDATE' then jsonb_build_object('status', old.status) end,
    case when tg_op = 'UPDATE' then jsonb_build_object('status', new.status) else jsonb_build_object('rerun', new.id) end,
    'Execution ' || subject || ' ' || verb,
    radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;

create trigger workflow_executions_audit after update of status on workflow_executions for each row
  when (setting('radiant.actor_type') is not null and old.status is distinct from new.status) execute function audit_execution();
create trigger workflow_executions_rerun_audit after insert on workflow_executions for each row
  when (new.rerun_of is not null) execute function audit_execution();

revoke execute on function actor_name(uuid), audit_execution() from public;
grant execute on function actor_name(uuid) to radiant_engine;

reset role;
