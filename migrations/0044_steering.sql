-- Steering: people end tasks, reruns have given inputs and outputs, and the clocks of a paused execution stand still.
set local role radiant_owner;

alter table task_executions
  -- The person who ended it in place of its work, as events name people, and why. As text: without statistics, PostgreSQL takes a
  -- long varchar to be half full, and plans for a table of few rows.
  add ended_by text check (char_length(ended_by) <= 320),
  add ended_reason text check (char_length(ended_reason) <= 1000),
  -- Its input was given, and replaces its mapping.
  add input_given boolean not null default false,
  add constraint ended_by_a_person check (ended_by is null or status in ('succeeded', 'skipped'));
grant select (ended_by, ended_reason, input_given) on task_executions to authenticated;

alter table workflow_executions
  -- Of a rerun, the ids of its edited tasks: { inputs, skip, only }. What was given is in their rows.
  add edits jsonb check (jsonb_typeof(edits) = 'object'),
  -- Since when it is paused, and how long it was paused before.
  add paused_at timestamptz,
  add paused_seconds numeric(20, 6) not null default 0 check (paused_seconds >= 0);
grant select (edits, paused_at, paused_seconds) on workflow_executions to authenticated;

-- One that is paused already stands still from now on.
alter table workflow_executions no force row level security;
update workflow_executions set paused_at = ledger_now() where status = 'paused';
alter table workflow_executions force row level security;
alter table workflow_executions add constraint paused_since check ((status = 'paused') = (paused_at is not null));

-- Whoever pauses, resumes or ends it.
create function count_pause() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.status = 'paused' then
    new.paused_at := radiant.ledger_now();
  else
    new.paused_seconds := old.paused_seconds + greatest(extract(epoch from radiant.ledger_now() - old.paused_at), 0);
    new.paused_at := null;
  end if;
  return new;
end
$$;
revoke execute on function count_pause() from public;
create trigger workflow_executions_pause before update of status on workflow_executions for each row
  when ((old.status = 'paused') <> (new.status = 'paused')) execute function count_pause();

-- A task whose output is given needs no start.
drop trigger task_executions_begin on task_executions;
create trigger task_executions_begin before insert on task_executions for each row
  when (new.completed_at is not null and new.reused_from is null and new.ended_by is null and not pg_has_role('radiant_owner', 'member'))
  execute function refuse_ended();
drop trigger task_executions_begun on task_executions;
create trigger task_executions_begun before update of id, workflow_execution_id, tenant_id, input_given on task_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();
drop trigger workflow_executions_asked on workflow_executions;
create trigger workflow_executions_asked before update of id, workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
    resolved_parameters, model_snapshots, units, estimated_cost_usd, estimate_basis, reservation_usd, budget_usd, rerun_of, origins,
    idempotency_key, request_hash, created_at, parent_task_id, parent_id, root_id, child_versions, edits on workflow_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

-- The event of a task that a person ended names this person.
create or replace function record_task_moves() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  moves json[];
begin
  with moved as (
    select n.*, o.status as was
    from (
      select id, workflow_execution_id, tenant_id, task_id, map_index, status, attempt_number, error_code, model_key, ended_by,
        row_number() over () as nth
      from new_rows
    ) n
    join old_rows o on o.id = n.id
    where n.status <> o.status
  ), recorded as (
    insert into radiant.execution_events
      (workflow_execution_id, tenant_id, task_id, map_index, from_status, to_status, attempt_number, error_code, actor)
    select workflow_execution_id, tenant_id, task_id, map_index, was, status, attempt_number, error_code, ended_by from moved order by nth
  )
  select array_agg(json_build_object('event', 'task:' || status, 'executionId', workflow_execution_id, 'tenantId', tenant_id,
    'taskExecutionId', id, 'modelId', model_key) order by nth) into moves from moved;
  perform radiant.notify_moves(moves);
  return null;
end
$$;
alter function record_task_moves() set enable_hashjoin = on;
alter function record_task_moves() set enable_nestloop = off;

-- Who and why, not what was given. Definer, like the rest of the audit: the services may not write the log by hand.
create function audit_skip() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  place text := new.task_id || coalesce('[' || new.map_index || ']', '');
begin
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('execution', new.workflow_execution_id, 'task_skipped', radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    new.tenant_id, radiant.setting('radiant.request_id'), jsonb_build_object('task', place, 'status', old.status),
    jsonb_build_object('task', place, 'status', new.status, 'reason', new.ended_reason),
    'Execution ' || new.workflow_execution_id || ' task ' || place || ' ' || case new.status when 'succeeded' then 'ended with a given output' else 'skipped' end,
    radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;
create trigger task_executions_skip_audit after update of ended_by on task_executions for each row
  when (old.ended_by is null and new.ended_by is not null) execute function audit_skip();

-- An approval whose task was skipped was not decided.
create or replace function end_approval() returns trigger language plpgsql set search_path = '' as $$
begin
  update radiant.approvals a
  set decided_at = new.completed_at, status = case
    when new.ended_by is not null then 'cancelled'
    when new.status = 'succeeded' and new.output_data ->> 'outcome' in ('approved', 'rejected') then new.output_data ->> 'outcome'
    when new.status = 'failed' and new.error_code = 'rejected' then 'rejected'
    when new.status = 'failed' and new.error_code = 'approval_timeout' then 'timed_out'
    else 'cancelled' end
  -- Not by its status: that would fit the index of all that waits.
  where a.id = new.id and a.decided_at is null;
  return null;
end
$$;
revoke execute on function audit_skip() from public, radiant_engine;

reset role;
