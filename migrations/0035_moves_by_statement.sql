-- Events are written once per statement, not once per row; and what a row has proved is not proved again for each of its events.
set local role radiant_owner;

-- An event takes its execution and its tenant from the row that moved, whose own foreign keys hold them. Each check would lock the
-- execution's row once more.
alter table execution_events drop constraint execution_events_tenant_id_workflow_execution_id_fkey;
drop index execution_events_tenant;

-- An attempt's execution and tenant are those of its task, which the same statement has locked.
alter table task_attempts drop constraint task_attempts_tenant_id_workflow_execution_id_fkey;
drop index task_attempts_execution;
create index task_attempts_execution on task_attempts (workflow_execution_id);
create function attempts_are_their_tasks() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from made left join radiant.task_executions t on t.id = made.task_execution_id
    where (made.workflow_execution_id, made.tenant_id) is distinct from (t.workflow_execution_id, t.tenant_id)
  ) then
    raise exception 'an attempt belongs to the execution and the tenant of its task' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
create trigger task_attempts_of_task after insert on task_attempts referencing new table as made for each statement
  execute function attempts_are_their_tasks();

-- A task's execution is found by its id alone: a check of both columns may read all executions of the tenant while a table is young.
-- That the tenant is the same is proved once per statement.
alter table task_executions
  drop constraint task_executions_tenant_id_workflow_execution_id_fkey,
  add constraint task_executions_workflow_execution_id_fkey
    foreign key (workflow_execution_id) references workflow_executions (id) on delete restrict;
create function tasks_are_their_executions() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from made join radiant.workflow_executions e on e.id = made.workflow_execution_id where e.tenant_id <> made.tenant_id
  ) then
    raise exception 'a task belongs to the tenant of its execution' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
create trigger task_executions_of_execution after insert on task_executions referencing new table as made for each statement
  execute function tasks_are_their_executions();

-- It stays so: the key that held both columns refused to change one of them alone.
create trigger task_executions_begun before update of id, workflow_execution_id, tenant_id on task_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

-- Live rows change often, and each change that touches no indexed column stays on its page.
alter table workflow_executions set (fillfactor = 70);
alter table task_executions set (fillfactor = 70);
alter table task_attempts set (fillfactor = 80);
alter table model_slots set (fillfactor = 50);

-- The execution alone finds its tasks.
drop index task_executions_tenant;

-- One notification holds up to twenty events: PostgreSQL allows 8,000 bytes.
create function notify_moves(moves json[]) returns void language plpgsql set search_path = '' as $$
begin
  for nth in 1 .. coalesce(cardinality(moves), 0) by 20 loop
    perform pg_notify('radiant', array_to_json(moves[nth:nth + 19])::text);
  end loop;
end
$$;

create function record_execution_moves() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  by_someone boolean := nullif(current_setting('radiant.actor_type', true), '') is not null;
  moves json[];
begin
  -- One that begins and ends in the same statement makes two moves.
  with moved as (
    select n.id, n.tenant_id, m.was, m.status, case when m.step = 2 then n.error_code end as error_code, 2 * n.nth + m.step as nth
    from (select id, tenant_id, status, error_code, started_at, row_number() over () as nth from new_rows) n
    join old_rows o on o.id = n.id,
      lateral (select o.status = 'pending' and n.status <> 'running' and o.started_at is null and n.started_at is not null as passes) p,
      lateral (values (1, 'pending', 'running', p.passes), (2, case when p.passes then 'running' else o.status end, n.status, true))
        m (step, was, status, happens)
    where n.status <> o.status and m.happens
  ), recorded as (
    insert into radiant.execution_events (workflow_execution_id, tenant_id, from_status, to_status, error_code, actor)
    select id, tenant_id, was, status, error_code, case when by_someone then radiant.actor_name(tenant_id) end from moved order by nth
  )
  select array_agg(json_build_object('event', 'workflow:' || case status when 'running' then 'started' else status end,
    'executionId', id, 'tenantId', tenant_id) order by nth) into moves from moved;
  perform radiant.notify_moves(moves);
  return null;
end
$$;

create function record_executions() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  by_someone boolean := nullif(current_setting('radiant.actor_type', true), '') is not null;
begin
  insert into radiant.execution_events (workflow_execution_id, tenant_id, to_status, error_code, actor)
  select id, tenant_id, status, error_code, case when by_someone then radiant.actor_name(tenant_id) end from new_rows;
  perform radiant.notify_moves((select array_agg(json_build_object(
    'event', 'workflow:' || case status when 'pending' then 'accepted' when 'running' then 'started' else status end,
    'executionId', id, 'tenantId', tenant_id)) from new_rows));
  return null;
end
$$;

create function record_task_moves() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  moves json[];
begin
  with moved as (
    select n.*, o.status as was
    from (
      select id, workflow_execution_id, tenant_id, task_id, map_index, status, attempt_number, error_code, model_key,
        row_number() over () as nth
      from new_rows
    ) n
    join old_rows o on o.id = n.id
    where n.status <> o.status
  ), recorded as (
    insert into radiant.execution_events
      (workflow_execution_id, tenant_id, task_id, map_index, from_status, to_status, attempt_number, error_code)
    select workflow_execution_id, tenant_id, task_id, map_index, was, status, attempt_number, error_code from moved order by nth
  )
  select array_agg(json_build_object('event', 'task:' || status, 'executionId', workflow_execution_id, 'tenantId', tenant_id,
    'taskExecutionId', id, 'modelId', model_key) order by nth) into moves from moved;
  perform radiant.notify_moves(moves);
  return null;
end
$$;

-- PL/pgSQL keeps its plans for as long as a connection; a function in SQL is planned at each call.
create or replace function license_faults(of_model uuid, commercial boolean, at timestamptz)
returns table (code text, component text) language plpgsql stable set search_path = '' as $$
begin
  return query
  select 'license_missing', 'model'
  where not exists (
    select from radiant.model_licenses l where l.model_id = of_model and l.license_type not in ('database', 'dataset'))
  union all
  select f.code, l.license_type || ' ' || l.license_spdx
  from radiant.model_licenses l, lateral (values
    ('license_expired', l.expires_at <= at),
    ('license_non_compliant', l.compliance_status = 'non_compliant'),
    ('license_not_commercial', commercial and (l.commercial_use is false or l.forbids_commerce)),
    ('license_review_needed', commercial and (l.compliance_status = 'review_needed' or l.commercial_use is null))
  ) f (code, applies)
  where l.model_id = of_model and f.applies
  union all
  select f.code, d.dependency_type || ' ' || d.dependency_name
  from radiant.model_dependencies d, lateral (values
    ('license_missing', d.dependency_license is null),
    ('license_not_commercial', commercial and d.forbids_commerce)
  ) f (code, applies)
  where d.model_id = of_model and d.required and f.applies;
end
$$;

-- Two transition tables of a statement are joined by hash, however the connection plans its own statements. A plan is kept for as
-- long as a connection: one for a few rows would compare each of some thousand with all others.
alter function record_execution_moves() set enable_hashjoin = on;
alter function record_execution_moves() set enable_nestloop = off;
alter function record_task_moves() set enable_hashjoin = on;
alter function record_task_moves() set enable_nestloop = off;
alter function keep_months() set enable_hashjoin = on;
alter function keep_months() set enable_nestloop = off;

drop trigger workflow_executions_moves on workflow_executions;
drop trigger task_executions_moves on task_executions;
drop function record_move();
create trigger workflow_executions_accepted after insert on workflow_executions
  referencing new table as new_rows for each statement execute function record_executions();
create trigger workflow_executions_moves after update on workflow_executions
  referencing old table as old_rows new table as new_rows for each statement execute function record_execution_moves();
create trigger task_executions_moves after update on task_executions
  referencing old table as old_rows new table as new_rows for each statement execute function record_task_moves();

revoke execute on function attempts_are_their_tasks(), tasks_are_their_executions(), notify_moves(json[]), record_execution_moves(), record_executions(), record_task_moves() from public, radiant_engine;

reset role;
