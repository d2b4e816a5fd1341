-- Approvals: tasks that wait until a person decides. Each is one row, made with the wait and ended with the task.
set local role radiant_owner;

create table approvals (
  -- That of its task.
  id uuid primary key references task_executions (id) on delete restrict,
  workflow_execution_id uuid not null references workflow_executions (id) on delete restrict,
  tenant_id uuid not null references tenants (id) on delete restrict,
  -- What the approvers are asked. What they are shown beside it is the input of the task.
  text varchar(10000),
  -- Roles, and addresses in lower case.
  approvers text[] not null check (cardinality(approvers) > 0),
  -- False: not by the user who requested the execution.
  allow_self boolean not null,
  status varchar(20) not null default 'waiting' check (status in ('waiting', 'approved', 'rejected', 'timed_out', 'cancelled')),
  comment varchar(2000),
  form jsonb,
  -- As events name people. Null: nobody decided.
  decided_by varchar(320),
  decided_at timestamptz,
  idempotency_key varchar(200),
  created_at timestamptz not null default ledger_now(),
  constraint waiting_is_undecided check ((status = 'waiting') = (decided_at is null))
);
create index approvals_execution on approvals (workflow_execution_id);
create index approvals_tenant on approvals (tenant_id, created_at desc, id desc);
create index approvals_waiting on approvals (tenant_id, created_at desc, id desc) where status = 'waiting';

-- It ends with its task, whoever ends that: a person, the time limit, a cancel.
create function end_approval() returns trigger language plpgsql set search_path = '' as $$
begin
  update radiant.approvals a
  set decided_at = new.completed_at, status = case
    when new.status = 'succeeded' and new.output_data ->> 'outcome' in ('approved', 'rejected') then new.output_data ->> 'outcome'
    when new.status = 'failed' and new.error_code = 'rejected' then 'rejected'
    when new.status = 'failed' and new.error_code = 'approval_timeout' then 'timed_out'
    else 'cancelled' end
  -- Not by its status: that would fit the index of all that waits.
  where a.id = new.id and a.decided_at is null;
  return null;
end
$$;
create trigger task_executions_approval after update of status on task_executions for each row
  when (old.status = 'waiting' and old.wait_signal like 'approval:%' and new.completed_at is not null)
  execute function end_approval();

-- What was decided stays as it is, and an ended execution asks for nothing.
create trigger approvals_ended before update on approvals for each row
  when (old.status <> 'waiting' and not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();
create trigger approvals_in_time after insert on approvals referencing new table as made for each statement
  when (not pg_has_role('radiant_owner', 'member')) execute function refuse_late_work();
create trigger approvals_of_execution after insert on approvals referencing new table as made for each statement
  execute function tasks_are_their_executions();

-- Pages hear of it, and the receiver of the execution's webhooks. What was asked and answered stays here.
create function tell_of_approval() returns trigger language plpgsql set search_path = '' as $$
declare
  what text := case when new.status = 'waiting' then 'requested' else 'decided' end;
  receiver text;
  facts jsonb;
begin
  perform pg_notify('radiant', json_build_object('event', 'approval:' || what, 'executionId', new.workflow_execution_id,
    'taskExecutionId', new.id, 'tenantId', new.tenant_id)::text);
  select e.webhook_url, jsonb_build_object('approvalId', new.id, 'executionId', e.id, 'workflowId', w.workflow_id, 'taskId', t.task_id)
  into receiver, facts
  from radiant.workflow_executions e join radiant.workflow_definitions w on w.id = e.workflow_id
  join radiant.task_executions t on t.id = new.id
  where e.id = new.workflow_execution_id;
  if receiver is not null and new.status <> 'cancelled' then
    perform radiant.enqueue_webhook(new.tenant_id, receiver, 'approval.' || what, facts || case what when 'decided' then jsonb_build_object('outcome', new.status) else '{}' end);
  end if;
  return null;
end
$$;
create trigger approvals_requested after insert on approvals for each row execute function tell_of_approval();
create trigger approvals_decided after update of status on approvals for each row
  when (old.status <> new.status) execute function tell_of_approval();

-- Definer, like the rest of the audit: the services may not write the log by hand.
create function audit_approval() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('approval', new.id, new.status, radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    new.tenant_id, radiant.setting('radiant.request_id'), jsonb_build_object('status', old.status),
    jsonb_build_object('status', new.status, 'execution', new.workflow_execution_id),
    'Approval ' || new.id || ' ' || new.status, radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;
create trigger approvals_audit after update of status on approvals for each row
  when (setting('radiant.actor_type') is not null and new.status in ('approved', 'rejected') and old.status <> new.status)
  execute function audit_approval();

alter table approvals enable row level security;
alter table approvals force row level security;
create policy approvals_engine on approvals for all to radiant_engine using (true) with check (true);
create policy approvals_own on approvals for select to authenticated using (tenant_id = (select current_tenant()));
grant select, insert, update (status, comment, form, decided_by, decided_at, idempotency_key) on approvals to radiant_engine;
grant select on approvals to authenticated;
revoke execute on function end_approval(), tell_of_approval(), audit_approval() from public, radiant_engine;

reset role;
