-- Who changed what: one row for each administered change, in the same transaction, never changed again.
--
-- The actor is the transaction's: `set_config('radiant.actor_type', …, true)` and `radiant.actor_id`.
-- A change without one is refused, so that nothing is ever changed by nobody.
set local role radiant_owner;

create table orchestration_audit_log (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  entity_type varchar(50) not null,
  entity_id uuid not null,
  action varchar(50) not null,
  actor_type varchar(20) not null check (actor_type in ('admin', 'user', 'system')),
  actor_id uuid,
  tenant_id uuid,
  request_id varchar(100),
  previous_state jsonb,
  new_state jsonb,
  change_summary text,
  ip_address inet,
  user_agent text,
  created_at timestamptz not null default clock_timestamp(),
  constraint somebody_did_it check (actor_type = 'system' or actor_id is not null)
);
create index idx_orchestration_audit_time on orchestration_audit_log (created_at desc, seq);
create index orchestration_audit_entity on orchestration_audit_log (entity_type, entity_id, seq);
create index orchestration_audit_actor on orchestration_audit_log (actor_id, seq);

create function setting(name text) returns text language sql stable set search_path = '' as
  $f$ select nullif(current_setting(name, true), '') $f$;

-- Definer: the rooms may not write the log by hand. Secrets are references in these rows; hashes are left out.
create function log_changes() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - 'secret_hash' end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - 'secret_hash' end;
  noise text[] := '{updated_at,row_version,current_thermal_state,last_thermal_change,last_used_at}';
  subject jsonb := coalesce(after, before);
  verb text := case tg_op when 'INSERT' then 'created' when 'DELETE' then 'deleted' else 'updated' end;
begin
  -- Whole rows are compared: another hash is a change too, though it is not written down.
  if tg_op = 'UPDATE' and to_jsonb(new) - noise = to_jsonb(old) - noise then
    return null;
  end if;
  if radiant.setting('radiant.actor_type') is null then
    raise exception 'a change of % needs an actor: set radiant.actor_type and radiant.actor_id in its transaction', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and before ->> 'enabled' is distinct from after ->> 'enabled' then
    verb := case after ->> 'enabled' when 'true' then 'restored' else 'disabled' end;
  end if;
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, tenant_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values (
    tg_argv[0], (subject ->> 'id')::uuid, verb,
    radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    (subject ->> 'tenant_id')::uuid, radiant.setting('radiant.request_id'), before, after,
    initcap(tg_argv[0]) || ' ' || coalesce(subject ->> 'display_name', subject ->> 'name', subject ->> 'license_spdx',
      subject ->> 'dependency_name', subject ->> 'parameter_name', subject ->> 'email', subject ->> 'role', subject ->> 'id') || ' ' || verb,
    radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;

create trigger ai_models_audit_trigger after insert or update or delete on ai_models
  for each row execute function log_changes('model');
create trigger model_licenses_audit_trigger after insert or update or delete on model_licenses
  for each row execute function log_changes('license');
create trigger model_dependencies_audit_trigger after insert or update or delete on model_dependencies
  for each row execute function log_changes('dependency');
create trigger workflow_definitions_audit_trigger after insert or update or delete on workflow_definitions
  for each row execute function log_changes('workflow');
create trigger workflow_tasks_audit_trigger after insert or update or delete on workflow_tasks
  for each row execute function log_changes('workflow task');
create trigger workflow_parameters_audit_trigger after insert or update or delete on workflow_parameters
  for each row execute function log_changes('workflow parameter');
create trigger tenants_audit_trigger after insert or update or delete on tenants
  for each row execute function log_changes('tenant');
create trigger users_audit_trigger after insert or update or delete on users
  for each row execute function log_changes('user');
create trigger administrators_audit_trigger after insert or update or delete on administrators
  for each row execute function log_changes('administrator');
create trigger api_keys_audit_trigger after insert or update or delete on api_keys
  for each row execute function log_changes('api key');
create trigger orchestration_audit_append_only before update or delete on orchestration_audit_log
  for each row execute function refuse();
create trigger orchestration_audit_append_only_all before truncate on orchestration_audit_log
  for each statement execute function refuse();

-- The catalogue tells every process what changed, so that no cache is ever long out of date.
create function announce_model() returns trigger language plpgsql set search_path = '' as $$
declare
  was boolean := case when tg_op = 'UPDATE' then old.enabled end;
begin
  if tg_op = 'UPDATE' and old.row_version = new.row_version and old.current_thermal_state = new.current_thermal_state then
    return null;
  end if;
  perform pg_notify('radiant', json_build_object('event', case
      when tg_op = 'INSERT' then 'model:created'
      when was and not new.enabled then 'model:deleted'
      when old.row_version = new.row_version then 'thermal:changed'
      else 'model:updated' end, 'modelId', new.model_id)::text);
  return null;
end
$$;

create function announce_model_part() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_notify('radiant', json_build_object('event', 'model:updated', 'modelId', m.model_id)::text)
  from radiant.ai_models m where m.id = coalesce(new.model_id, old.model_id);
  return null;
end
$$;

create function announce_workflow() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_notify('radiant', json_build_object('event', 'workflow:published', 'workflowId', d.workflow_id, 'version', new.version)::text)
  from radiant.workflow_definitions d where d.id = new.workflow_id;
  return null;
end
$$;

create trigger ai_models_announce after insert or update on ai_models for each row execute function announce_model();
create trigger model_licenses_announce after insert or update or delete on model_licenses
  for each row execute function announce_model_part();
create trigger model_dependencies_announce after insert or update or delete on model_dependencies
  for each row execute function announce_model_part();
create trigger workflow_versions_announce after insert on workflow_versions for each row execute function announce_workflow();

reset role;
