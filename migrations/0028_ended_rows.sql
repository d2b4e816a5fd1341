-- What has ended stays what it was, what moves writes the events, and neither can be undone by the login of the rooms. Whoever
-- owns the ledger is not held back: a restored backup or a correction is theirs.
set local role radiant_owner;

-- Arguments: columns that may still change, and columns that may be filled in once.
create function keep_ended() returns trigger language plpgsql set search_path = '' as $$
declare
  was jsonb := to_jsonb(old) - tg_argv[0]::text[];
  changed text;
begin
  select string_agg(n.key, ', ' order by n.key) into changed
  from jsonb_each(to_jsonb(new) - tg_argv[0]::text[]) n
  where n.value is distinct from was -> n.key
    and not (n.key = any (tg_argv[1]::text[]) and was ->> n.key is null);
  if changed is not null then
    raise exception '% % has ended: % stays as it is', tg_table_name, coalesce(was ->> 'id', was ->> 'invocation_id'), changed
      using errcode = 'restrict_violation';
  end if;
  return null;
end
$$;

create function refuse_rewriting() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'what % says of its beginning is never changed', tg_table_name using errcode = 'restrict_violation';
end
$$;

create function refuse_ended() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'a row of % ends when its work has: it cannot begin as ended', tg_table_name using errcode = 'restrict_violation';
end
$$;

create function refuse_late_work() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (select from made join radiant.workflow_executions e on e.id = made.workflow_execution_id where e.completed_at is not null) then
    raise exception 'an execution of these % has ended: nothing is added to it', tg_table_name using errcode = 'restrict_violation';
  end if;
  return null;
end
$$;

-- What an ended execution or task costs is what its attempts cost: a late bill reaches all of them, or none.
create function costs_add_up() returns trigger language plpgsql set search_path = '' as $$
declare
  execution uuid := coalesce(to_jsonb(new) ->> 'workflow_execution_id', to_jsonb(new) ->> 'id')::uuid;
  tenant uuid := new.tenant_id;
begin
  if exists (
    select from radiant.workflow_executions e
    where e.id = execution and e.completed_at is not null and e.actual_cost_usd <> (
      select coalesce(sum(a.cost_usd), 0) from radiant.task_attempts a where a.tenant_id = tenant and a.workflow_execution_id = execution)
  ) then
    raise exception 'execution % costs something else than its attempts', execution using errcode = 'check_violation';
  end if;
  if exists (
    select from radiant.task_executions t
    where t.tenant_id = tenant and t.workflow_execution_id = execution and t.completed_at is not null and t.cost_usd <> (
      select coalesce(sum(a.cost_usd), 0) from radiant.task_attempts a where a.task_execution_id = t.id)
  ) then
    raise exception 'a task of execution % costs something else than its attempts', execution using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create trigger workflow_executions_kept after update on workflow_executions for each row
  when (old.completed_at is not null and not pg_has_role('radiant_owner', 'member'))
  execute function keep_ended(
    '{actual_cost_usd,loaded_cost_usd,advanced_at,decide_whole,decided_event,decide_failures,decide_after,updated_at}', '{}');
create trigger task_executions_kept after update on task_executions for each row
  when (old.completed_at is not null and not pg_has_role('radiant_owner', 'member'))
  execute function keep_ended('{cost_usd,updated_at}', '{input_data,model_endpoint}');
-- An attempt of which nothing is known may turn out to have cost something, once.
create trigger task_attempts_kept after update on task_attempts for each row
  when (old.ended_at is not null and not (old.status = 'unknown' and old.cost_usd = 0) and not pg_has_role('radiant_owner', 'member'))
  execute function keep_ended('{}', '{accepted_at}');
create trigger task_attempts_unknown_kept after update on task_attempts for each row
  when (old.status = 'unknown' and old.cost_usd = 0 and not pg_has_role('radiant_owner', 'member'))
  execute function keep_ended('{cost_usd,usage,error_code,error_class,error_message,failure_details}', '{accepted_at}');

-- Who asked for what, by which models at which prices.
create trigger workflow_executions_asked before update of id, workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
    resolved_parameters, model_snapshots, units, estimated_cost_usd, estimate_basis, reservation_usd, budget_usd, rerun_of, origins,
    idempotency_key, request_hash, created_at on workflow_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();
create trigger task_attempts_begun before update of invocation_id, task_execution_id, attempt_number, workflow_execution_id, tenant_id,
    model_id, price, started_at on task_attempts
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

create trigger workflow_executions_begin before insert on workflow_executions for each row
  when (new.completed_at is not null and not pg_has_role('radiant_owner', 'member')) execute function refuse_ended();
create trigger task_executions_begin before insert on task_executions for each row
  when (new.completed_at is not null and new.reused_from is null and not pg_has_role('radiant_owner', 'member')) execute function refuse_ended();
create trigger task_attempts_begin before insert on task_attempts for each row
  when (new.ended_at is not null and not pg_has_role('radiant_owner', 'member')) execute function refuse_ended();
create trigger task_executions_in_time after insert on task_executions referencing new table as made for each statement
  when (not pg_has_role('radiant_owner', 'member')) execute function refuse_late_work();
create trigger task_attempts_in_time after insert on task_attempts referencing new table as made for each statement
  when (not pg_has_role('radiant_owner', 'member')) execute function refuse_late_work();

create constraint trigger workflow_executions_cost after update of actual_cost_usd on workflow_executions deferrable initially deferred
  for each row when (old.completed_at is not null and old.actual_cost_usd <> new.actual_cost_usd and not pg_has_role('radiant_owner', 'member'))
  execute function costs_add_up();
create constraint trigger task_executions_cost after update of cost_usd on task_executions deferrable initially deferred
  for each row when (old.completed_at is not null and old.cost_usd <> new.cost_usd and not pg_has_role('radiant_owner', 'member'))
  execute function costs_add_up();
create constraint trigger task_attempts_cost after update of cost_usd on task_attempts deferrable initially deferred
  for each row when (old.ended_at is not null and old.cost_usd <> new.cost_usd and not pg_has_role('radiant_owner', 'member'))
  execute function costs_add_up();

-- Events come from moves alone: the trigger writes them as the owner, who is under the same law.
alter function record_move() security definer;
revoke insert on execution_events from radiant_engine;
create policy execution_events_record on execution_events for insert to radiant_owner with check (true);
create policy users_named on users for select to radiant_owner using (true);
create policy administrators_named on administrators for select to radiant_owner using (true);

-- Nobody makes a table of their own whose rows set off our triggers.
do $$
declare
  f regprocedure;
begin
  for f in select oid from pg_proc where pronamespace = 'radiant'::regnamespace and prorettype = 'trigger'::regtype loop
    execute format('revoke execute on function %s from public, radiant_engine', f);
  end loop;
end
$$;

-- A tenant reads its attempts, and no column that may name hosts or say what the house asks for them.
revoke select on task_attempts, task_executions, ai_models from authenticated;
do $$
declare
  t text;
  columns text;
begin
  foreach t in array array['task_attempts', 'task_executions', 'ai_models'] loop
    execute format('revoke select (%s) on %I from authenticated',
      (select string_agg(quote_ident(attname), ', ') from pg_attribute
       where attrelid = ('radiant.' || t)::regclass and attnum > 0 and not attisdropped), t);
  end loop;
end
$$;
grant select (invocation_id, task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, driver, status, error_code,
  error_class, error_message, usage, cost_usd, sent_at, accepted_at, started_at, ended_at, failure_details)
  on task_attempts to authenticated;
grant select (id, workflow_execution_id, tenant_id, task_id, map_index, item, status, priority, timeout_seconds, attempt_number,
  attempts_used, crashes, delivery, input_data, output_data, files, error_code, error_class, error_message, not_before, wait_signal,
  first_ready_at, ready_at, queued_at, started_at, completed_at, duration_ms, resource_usage, cost_usd, model_id, model_key,
  created_at, updated_at, reused_from)
  on task_executions to authenticated;
grant select (id, model_id, name, display_name, description, category, specialty, provider_type, parameters, accuracy, benchmark,
  capabilities, input_formats, output_formats, architecture, performance_metrics, thermal_config, current_thermal_state,
  last_thermal_change, min_tier, requires_gpu, gpu_memory_gb, enabled, status, version, repository, release_date, row_version,
  created_at, updated_at)
  on ai_models to authenticated;

reset role;
