-- Workflows as administrators write them, and the immutable versions that executions pin.
set local role radiant_owner;

create table workflow_definitions (
  id uuid primary key default gen_random_uuid(),
  workflow_id varchar(100) not null unique check (workflow_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
  name varchar(200) not null,
  description text,
  category varchar(50) not null,
  version varchar(20) not null default '1.0.0',
  dag_definition jsonb not null check (jsonb_typeof(dag_definition -> 'nodes') = 'array' and jsonb_typeof(dag_definition -> 'edges') = 'array'),
  input_schema jsonb not null default '{}',
  output_schema jsonb not null default '{}',
  output_mapping jsonb,
  default_parameters jsonb not null default '{}' check (jsonb_typeof(default_parameters) = 'object'),
  timeout_seconds integer not null default 3600 check (timeout_seconds > 0),
  max_retries integer not null default 3 check (max_retries between 0 and 100),
  min_tier integer not null default 1 check (min_tier between 1 and 5),
  enabled boolean not null default true,
  requires_audit_trail boolean not null default false,
  hipaa_compliant boolean not null default false,
  row_version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid references administrators (id),
  updated_by uuid references administrators (id)
);
create index workflow_definitions_created_by on workflow_definitions (created_by);
create index workflow_definitions_updated_by on workflow_definitions (updated_by);

create table workflow_tasks (
  id uuid primary key default gen_random_uuid(),
  workflow_id uuid not null references workflow_definitions (id) on delete cascade,
  task_id varchar(100) not null check (task_id ~ '^[A-Za-z_][A-Za-z0-9_]*$'),
  name varchar(200) not null,
  description text,
  task_type varchar(50) not null check (task_type in ('task', 'validation', 'transform', 'wait', 'approval', 'workflow')),
  model_id uuid references ai_models (id),
  service_id varchar(100),
  config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
  input_mapping jsonb,
  output_mapping jsonb,
  sequence_order integer not null default 0,
  depends_on text[] not null default '{}',
  condition_expression text,
  timeout_seconds integer not null default 300 check (timeout_seconds > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workflow_id, task_id),
  constraint a_model_task_names_its_model check (task_type <> 'task' or model_id is not null)
);
create index workflow_tasks_model on workflow_tasks (model_id);

create table workflow_parameters (
  id uuid primary key default gen_random_uuid(),
  workflow_id uuid not null references workflow_definitions (id) on delete cascade,
  parameter_name varchar(100) not null,
  display_name varchar(200),
  description text,
  data_type varchar(50) not null check (data_type in ('string', 'number', 'integer', 'boolean', 'array', 'object', 'fasta')),
  default_value jsonb,
  validation_rules jsonb not null default '{}' check (jsonb_typeof(validation_rules) = 'object'),
  ui_component varchar(50) not null default 'text',
  ui_config jsonb not null default '{}',
  user_configurable boolean not null default true,
  admin_only boolean not null default false,
  sequence_order integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workflow_id, parameter_name)
);

create table workflow_versions (
  id uuid primary key default gen_random_uuid(),
  workflow_id uuid not null references workflow_definitions (id) on delete restrict,
  version varchar(20) not null,
  definition jsonb not null,
  hash varchar(64) not null,
  created_at timestamptz not null default now(),
  created_by uuid references administrators (id),
  unique (workflow_id, version)
);
create index workflow_versions_created_by on workflow_versions (created_by);

create function version_workflow() returns trigger language plpgsql set search_path = '' as $$
begin
  new.row_version := old.row_version + 1;
  new.updated_at := now();
  return new;
end
$$;

create function refuse() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% rows are never changed (%)', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$;

create trigger workflow_definitions_version before update on workflow_definitions for each row execute function version_workflow();
create trigger workflow_tasks_touch before update on workflow_tasks for each row execute function touch();
create trigger workflow_parameters_touch before update on workflow_parameters for each row execute function touch();
create trigger workflow_versions_immutable before update or delete on workflow_versions for each row execute function refuse();
create trigger workflow_versions_immutable_all before truncate on workflow_versions for each statement execute function refuse();

reset role;
