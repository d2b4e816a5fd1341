-- Workflows as they are administered: one history for the whole definition, and versions that say who published them.
set local role radiant_owner;

-- The whole definition as it stands, disabled or not.
create function workflow_config(of_workflow uuid) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', w.workflow_id,
    'name', w.name,
    'description', w.description,
    'category', w.category,
    'version', w.version,
    'dag', w.dag_definition,
    'inputSchema', w.input_schema,
    'outputSchema', w.output_schema,
    'outputMapping', w.output_mapping,
    'defaultParameters', w.default_parameters,
    'timeout', w.timeout_seconds,
    'maxRetries', w.max_retries,
    'minTier', w.min_tier,
    'requiresAuditTrail', w.requires_audit_trail,
    'hipaaCompliant', w.hipaa_compliant,
    'tasks', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'taskId', t.task_id, 'name', t.name, 'description', t.description, 'type', t.task_type,
        'modelId', m.model_id, 'serviceId', t.service_id, 'config', t.config,
        'inputMapping', t.input_mapping, 'outputMapping', t.output_mapping,
        'dependsOn', t.depends_on, 'condition', t.condition_expression, 'timeout', t.timeout_seconds
      ) order by t.sequence_order, t.task_id), '[]'::jsonb)
      from radiant.workflow_tasks t left join radiant.ai_models m on m.id = t.model_id
      where t.workflow_id = w.id
    ),
    'parameters', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', p.parameter_name, 'displayName', p.display_name, 'description', p.description,
        'type', p.data_type, 'default', p.default_value, 'validation', p.validation_rules,
        'uiComponent', p.ui_component, 'uiConfig', p.ui_config,
        'userConfigurable', p.user_configurable, 'adminOnly', p.admin_only
      ) order by p.sequence_order, p.parameter_name), '[]'::jsonb)
      from radiant.workflow_parameters p where p.workflow_id = w.id
    )
  )
  from radiant.workflow_definitions w
  where w.id = of_workflow
$$;

create or replace function get_workflow_config(p_workflow_id varchar) returns jsonb language sql stable set search_path = '' as $$
  select radiant.workflow_config(w.id) from radiant.workflow_definitions w where w.workflow_id = p_workflow_id and w.enabled
$$;

-- As before, and a disabled workflow can be edited too; a version says when it was published and by whom.
create or replace function publish_workflow(p_workflow_id varchar) returns uuid language plpgsql set search_path = '' as $$
declare
  found record;
  subject uuid := (select id from radiant.workflow_definitions where workflow_id = p_workflow_id);
  config jsonb := radiant.workflow_config(subject);
  digest text := encode(sha256(convert_to(config::text, 'utf8')), 'hex');
  version_id uuid;
begin
  if config is null then
    raise exception 'there is no workflow %', p_workflow_id using errcode = 'no_data_found';
  end if;
  if (select coalesce(jsonb_agg(n ->> 'id' order by n ->> 'id'), '[]') from jsonb_array_elements(config #> '{dag,nodes}') n)
     is distinct from
     (select coalesce(jsonb_agg(t ->> 'taskId' order by t ->> 'taskId'), '[]') from jsonb_array_elements(config -> 'tasks') t)
     or
     (select coalesce(jsonb_agg(e.pair order by e.pair), '[]') from (
        select jsonb_build_array(e ->> 'from', e ->> 'to') as pair from jsonb_array_elements(config #> '{dag,edges}') e) e)
     is distinct from
     (select coalesce(jsonb_agg(d.pair order by d.pair), '[]') from (
        select jsonb_build_array(d, t ->> 'taskId') as pair
        from jsonb_array_elements(config -> 'tasks') t, jsonb_array_elements_text(t -> 'dependsOn') d) d)
  then
    raise exception 'dag_definition and the tasks of workflow % disagree: write them together', p_workflow_id
      using errcode = 'check_violation';
  end if;
  select v.id, v.hash into found from radiant.workflow_versions v where v.workflow_id = subject and v.version = config ->> 'version';
  if found.id is not null and found.hash <> digest then
    raise exception 'version % of workflow % is published with another content: give the change a new version',
      config ->> 'version', p_workflow_id using errcode = 'unique_violation';
  end if;
  if found.id is not null then
    return found.id;
  end if;
  insert into radiant.workflow_versions (workflow_id, version, definition, hash, created_at, created_by)
  values (subject, config ->> 'version', config, digest, radiant.ledger_now(),
    (select a.id from radiant.administrators a where radiant.setting('radiant.actor_type') = 'admin' and a.id::text = radiant.setting('radiant.actor_id')))
  returning id into version_id;
  return version_id;
end
$$;

-- A workflow as its history keeps it: tasks and parameters by name, so that a change shows where it was made. What is
-- drawn follows from the tasks.
create function workflow_state(of_workflow uuid) returns jsonb language sql stable set search_path = '' as $$
  select to_jsonb(w) - 'dag_definition' || jsonb_build_object(
    'tasks', (select coalesce(jsonb_object_agg(t ->> 'taskId', t - 'taskId'), '{}') from jsonb_array_elements(c.config -> 'tasks') t),
    'task_order', (select coalesce(jsonb_agg(t -> 'taskId' order by place), '[]') from jsonb_array_elements(c.config -> 'tasks') with ordinality e (t, place)),
    'parameters', (select coalesce(jsonb_object_agg(p ->> 'name', p - 'name'), '{}') from jsonb_array_elements(c.config -> 'parameters') p),
    'parameter_order', (select coalesce(jsonb_agg(p -> 'name' order by place), '[]') from jsonb_array_elements(c.config -> 'parameters') with ordinality e (p, place)))
  from radiant.workflow_definitions w, lateral (select radiant.workflow_config(w.id) as config) c
  where w.id = of_workflow
$$;

-- Runs when the transaction is complete, however many rows it touched, and writes one row for the whole definition. What
-- stood before is what the row before says, so nothing can change without a trace.
create function log_workflow() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  noise text[] := '{updated_at,row_version,updated_by}';
  subject uuid := (case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end ->> tg_argv[0])::uuid;
  last record;
  after jsonb;
  verb text;
begin
  select l.new_state, l.xmin = pg_current_xact_id()::xid as is_ours into last
  from radiant.orchestration_audit_log l where l.entity_type = 'workflow' and l.entity_id = subject order by l.seq desc limit 1;
  if last.is_ours then
    return null;
  end if;
  after := radiant.workflow_state(subject);
  if after - noise is not distinct from last.new_state - noise then
    return null;
  end if;
  if radiant.setting('radiant.actor_type') is null then
    raise exception 'a change of % needs an actor: set radiant.actor_type and radiant.actor_id in its transaction', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  verb := case
    when last.new_state is null then 'created'
    when after is null then 'deleted'
    when last.new_state ->> 'enabled' = after ->> 'enabled' then 'updated'
    when after ->> 'enabled' = 'true' then 'restored'
    else 'disabled' end;
  insert into radiant.orchestration_audit_log
    (entity_type, entity_id, action, actor_type, actor_id, request_id, previous_state, new_state, change_summary, ip_address, user_agent)
  values ('workflow', subject, verb, radiant.setting('radiant.actor_type'), radiant.setting('radiant.actor_id')::uuid,
    radiant.setting('radiant.request_id'), last.new_state, after,
    'Workflow ' || (coalesce(after, last.new_state) ->> 'name') || ' ' || verb,
    radiant.setting('radiant.ip_address')::inet, radiant.setting('radiant.user_agent'));
  return null;
end
$$;

drop trigger workflow_definitions_audit_trigger on workflow_definitions;
drop trigger workflow_tasks_audit_trigger on workflow_tasks;
drop trigger workflow_parameters_audit_trigger on workflow_parameters;
create constraint trigger workflow_definitions_audit_trigger after insert or update or delete on workflow_definitions
  deferrable initially deferred for each row execute function log_workflow('id');
create constraint trigger workflow_tasks_audit_trigger after insert or update or delete on workflow_tasks
  deferrable initially deferred for each row execute function log_workflow('workflow_id');
create constraint trigger workflow_parameters_audit_trigger after insert or update or delete on workflow_parameters
  deferrable initially deferred for each row execute function log_workflow('workflow_id');

-- The trigger's owner reads the log and the names of models to do so.
create policy orchestration_audit_log_read on orchestration_audit_log for select to radiant_owner using (true);
create policy ai_models_names on ai_models for select to radiant_owner using (true);

-- What was written before tells of rows only: each history goes on from the whole.
insert into orchestration_audit_log (entity_type, entity_id, action, actor_type, new_state, change_summary)
select 'workflow', w.id, 'recorded', 'system', workflow_state(w.id), 'Workflow ' || w.name || ' recorded as a whole'
from workflow_definitions w;

-- Taken out of use or back: whoever keeps a list hears of it. What is published is announced with its version.
create function announce_workflow_use() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_notify('radiant', json_build_object('event', 'workflow:updated', 'workflowId', new.workflow_id)::text);
  return null;
end
$$;
create trigger workflow_definitions_announce after update of enabled on workflow_definitions for each row
  when (old.enabled is distinct from new.enabled) execute function announce_workflow_use();

-- What the figures of a day are read by, and what a search finds.
create index task_executions_ended on task_executions (completed_at) where completed_at is not null;
create index workflow_executions_ended on workflow_executions (completed_at) where completed_at is not null;
create index task_attempts_started on task_attempts (started_at);
create index workflow_executions_tags on workflow_executions using gin (tags);
create index instance_spans_began on instance_spans (from_at);

revoke execute on function workflow_config(uuid), workflow_state(uuid), log_workflow(), announce_workflow_use() from public;
grant execute on function workflow_config(uuid), workflow_state(uuid), log_workflow(), announce_workflow_use() to radiant_engine;

reset role;
