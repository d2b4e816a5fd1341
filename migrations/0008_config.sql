-- One row in, the whole configuration out: what every room and the API read instead of code.
set local role radiant_owner;

-- The live row of a model, disabled or not: a model that is being retired must stay visible to what turns it off.
-- Callers that choose a model for new work look at `enabled`.
create function get_model_config(p_model_id varchar) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', m.model_id,
    'uuid', m.id,
    'rowVersion', m.row_version,
    'name', m.name,
    'displayName', m.display_name,
    'description', m.description,
    'category', m.category,
    'specialty', m.specialty,
    'providerType', m.provider_type,
    'deployment', m.deployment_config,
    'thermal', m.thermal_config,
    'pricing', m.pricing_config,
    'parameters', m.parameters::text,
    'accuracy', m.accuracy,
    'benchmark', m.benchmark,
    'capabilities', m.capabilities,
    'inputFormats', m.input_formats,
    'outputFormats', m.output_formats,
    'architecture', m.architecture,
    'performanceMetrics', m.performance_metrics,
    'minTier', m.min_tier,
    'requiresGpu', m.requires_gpu,
    'gpuMemoryGb', m.gpu_memory_gb,
    'enabled', m.enabled,
    'status', m.status,
    'version', m.version,
    'repository', m.repository,
    'releaseDate', m.release_date,
    'currentThermalState', m.current_thermal_state,
    'licenses', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'type', l.license_type, 'spdx', l.license_spdx, 'url', l.license_url,
        'commercialUse', l.commercial_use, 'attributionRequired', l.attribution_required,
        'attributionText', l.attribution_text, 'shareAlike', l.share_alike,
        'complianceStatus', l.compliance_status, 'expiresAt', l.expires_at
      ) order by l.license_type, l.license_spdx), '[]'::jsonb)
      from radiant.model_licenses l where l.model_id = m.id
    ),
    'dependencies', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', d.dependency_name, 'type', d.dependency_type, 'sizeGb', d.dependency_size_gb::text,
        'license', d.dependency_license, 'required', d.required, 'notes', d.notes
      ) order by d.dependency_type, d.dependency_name), '[]'::jsonb)
      from radiant.model_dependencies d where d.model_id = m.id
    )
  )
  from radiant.ai_models m
  where m.model_id = p_model_id and m.status <> 'retired'
$$;

create function get_workflow_config(p_workflow_id varchar) returns jsonb language sql stable set search_path = '' as $$
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
  where w.workflow_id = p_workflow_id and w.enabled
$$;

-- Freezes a workflow as it stands into its version. `dag_definition` and the task rows are two views of one thing:
-- when they disagree nothing is published. A version that exists already must be the same, to the byte.
create function publish_workflow(p_workflow_id varchar) returns uuid language plpgsql set search_path = '' as $$
declare
  found record;
  config jsonb := radiant.get_workflow_config(p_workflow_id);
  digest text := encode(sha256(convert_to(config::text, 'utf8')), 'hex');
  version_id uuid;
begin
  if config is null then
    raise exception 'there is no enabled workflow %', p_workflow_id using errcode = 'no_data_found';
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
  select v.id, v.hash into found
  from radiant.workflow_versions v join radiant.workflow_definitions w on w.id = v.workflow_id
  where w.workflow_id = p_workflow_id and v.version = config ->> 'version';
  if found.id is not null and found.hash <> digest then
    raise exception 'version % of workflow % is published with another content: give the change a new version',
      config ->> 'version', p_workflow_id using errcode = 'unique_violation';
  end if;
  if found.id is not null then
    return found.id;
  end if;
  insert into radiant.workflow_versions (workflow_id, version, definition, hash)
  select w.id, config ->> 'version', config, digest from radiant.workflow_definitions w where w.workflow_id = p_workflow_id
  returning id into version_id;
  return version_id;
end
$$;

reset role;
