-- Who sees which rows. Tenants see their own; nothing is shown to a request whose tenant is not known.
set local role radiant_owner;

grant select, insert, update, delete on all tables in schema radiant to radiant_engine;
grant usage on all sequences in schema radiant to radiant_engine;
revoke insert, update, delete, truncate on orchestration_audit_log, migrations from radiant_engine;
revoke update, delete, truncate on execution_events, thermal_events, workflow_versions from radiant_engine;
revoke delete, truncate on workflow_executions, task_executions, task_attempts from radiant_engine;

-- A tenant's request reads, and only what is its own; what it may change it changes through the engine's verbs.
-- deployment_config and the snapshots of it may name hosts and secrets: not a tenant's to read.
grant select on tenants, users, task_executions, task_attempts, execution_events to authenticated;
grant select on workflow_definitions, workflow_tasks, workflow_parameters, workflow_versions, model_licenses, model_dependencies to authenticated;
grant select (id, workflow_id, workflow_version_id, tenant_id, user_id, parent_task_id, status, input_parameters, resolved_parameters,
  output_data, error_code, error_message, error_details, started_at, completed_at, duration_ms, estimated_cost_usd, estimate_basis,
  actual_cost_usd, budget_usd, checkpoint_data, priority, deadline, tags, webhook_url, idempotency_key, created_at, updated_at)
  on workflow_executions to authenticated;
grant select (id, model_id, name, display_name, description, category, specialty, provider_type, parameters, accuracy, benchmark,
  capabilities, input_formats, output_formats, architecture, performance_metrics, thermal_config, current_thermal_state,
  last_thermal_change, pricing_config, min_tier, requires_gpu, gpu_memory_gb, enabled, status, version, repository, release_date,
  row_version, created_at, updated_at) on ai_models to authenticated;

do $$
declare
  t text;
begin
  foreach t in array array['tenants', 'users', 'administrators', 'api_keys', 'workflow_executions', 'task_executions', 'task_attempts',
    'execution_events', 'ai_models', 'orchestration_audit_log'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to radiant_engine using (true) with check (true)', t || '_engine', t);
  end loop;
end
$$;

-- The definer function of the audit trigger writes as the owner, who is under the same law.
create policy orchestration_audit_log_append on orchestration_audit_log for insert to radiant_owner with check (true);

create policy tenants_own on tenants for select to authenticated using (id = (select current_tenant()));
create policy users_own on users for select to authenticated using (tenant_id = (select current_tenant()));

create policy ai_models_read on ai_models for select to authenticated using (enabled and status in ('active', 'beta'));

create policy workflow_executions_owner on workflow_executions for select to authenticated
  using (tenant_id = (select current_tenant()));
create policy task_executions_own on task_executions for select to authenticated
  using (tenant_id = (select current_tenant()));
create policy task_attempts_own on task_attempts for select to authenticated
  using (tenant_id = (select current_tenant()));
create policy execution_events_own on execution_events for select to authenticated
  using (tenant_id = (select current_tenant()));

revoke execute on all functions in schema radiant from public;
grant execute on all functions in schema radiant to radiant_engine;
grant execute on function current_tenant(), setting(text) to authenticated;

reset role;
