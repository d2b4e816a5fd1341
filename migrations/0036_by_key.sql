-- A trigger finds each row by its key alone. A join may be planned while a table is nearly empty, and such a plan reads all of it.
set local role radiant_owner;

create or replace function refuse_late_work() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from made m
    where (select e.completed_at from radiant.workflow_executions e where e.id = m.workflow_execution_id) is not null
  ) then
    raise exception 'an execution of these % has ended: nothing is added to it', tg_table_name using errcode = 'restrict_violation';
  end if;
  return null;
end
$$;

create or replace function tasks_are_their_executions() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from made m
    where (select e.tenant_id from radiant.workflow_executions e where e.id = m.workflow_execution_id) <> m.tenant_id
  ) then
    raise exception 'a row of % belongs to the tenant of its execution', tg_table_name using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;

create or replace function attempts_are_their_tasks() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from made m
    where (m.workflow_execution_id::text || m.tenant_id::text) is distinct from (
      select t.workflow_execution_id::text || t.tenant_id::text from radiant.task_executions t where t.id = m.task_execution_id)
  ) then
    raise exception 'an attempt belongs to the execution and the tenant of its task' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;

reset role;
