-- The registry: models, their licences and what they depend on. No model is ever named in code.
set local role radiant_owner;

create table ai_models (
  id uuid primary key default gen_random_uuid(),
  model_id varchar(100) not null check (model_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
  name varchar(100) not null,
  display_name varchar(200) not null,
  description text,
  category varchar(50) not null,
  specialty varchar(50),
  provider_type varchar(20) not null default 'self_hosted' check (provider_type in ('self_hosted', 'external')),

  deployment_config jsonb not null default '{}' check (jsonb_typeof(deployment_config) = 'object'),
  parameters bigint not null default 0 check (parameters >= 0),
  accuracy varchar(200),
  benchmark text,
  capabilities text[] not null default '{}',
  input_formats text[] not null default '{}',
  output_formats text[] not null default '{}',
  architecture jsonb not null default '{}',
  performance_metrics jsonb not null default '{}',

  thermal_config jsonb not null
    default '{"defaultState":"OFF","scaleToZeroAfterMinutes":15,"warmupTimeSeconds":60,"minInstances":0,"maxInstances":2}'
    check (thermal_config ?& array['defaultState', 'scaleToZeroAfterMinutes', 'warmupTimeSeconds', 'minInstances', 'maxInstances'])
    check (thermal_config ->> 'defaultState' in ('OFF', 'WARM'))
    check ((thermal_config -> 'scaleToZeroAfterMinutes')::numeric > 0 and (thermal_config -> 'warmupTimeSeconds')::numeric >= 0
      and (thermal_config -> 'minInstances')::int >= 0 and (thermal_config -> 'maxInstances')::int > 0),
  current_thermal_state varchar(20) not null default 'OFF'
    check (current_thermal_state in ('OFF', 'WARMING', 'WARM', 'HOT', 'COOLING', 'FAILED')),
  last_thermal_change timestamptz,

  pricing_config jsonb not null default '{"hourlyRate":0,"perRequest":0,"markup":0.75}'
    check (pricing_config ?& array['hourlyRate', 'perRequest', 'markup'])
    check ((pricing_config ->> 'hourlyRate')::numeric >= 0 and (pricing_config ->> 'perRequest')::numeric >= 0
      and (pricing_config ->> 'markup')::numeric >= 0),

  min_tier integer not null default 1 check (min_tier between 1 and 5),
  requires_gpu boolean not null default false,
  gpu_memory_gb integer not null default 0 check (gpu_memory_gb >= 0),
  enabled boolean not null default true,
  status varchar(20) not null default 'active' check (status in ('active', 'beta', 'deprecated', 'disabled', 'retired')),
  version varchar(50),
  repository varchar(500),
  release_date date,

  -- Grows with every administered change; If-Match compares it.
  row_version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid references administrators (id),
  updated_by uuid references administrators (id)
);
-- A retired model's name is free again.
create unique index ai_models_live_name on ai_models (model_id) where status <> 'retired';
create index idx_ai_models_category on ai_models (category);
create index idx_ai_models_status on ai_models (status, enabled);
create index ai_models_created_by on ai_models (created_by);
create index ai_models_updated_by on ai_models (updated_by);

create table model_licenses (
  id uuid primary key default gen_random_uuid(),
  model_id uuid not null references ai_models (id) on delete restrict,
  license_type varchar(50) not null,
  license_spdx varchar(50) not null,
  license_url varchar(500),
  commercial_use boolean, -- null: not known, which is not permission
  commercial_notes text,
  attribution_required boolean not null default false,
  attribution_text text,
  share_alike boolean not null default false,
  compliance_status varchar(20) not null default 'review_needed'
    check (compliance_status in ('compliant', 'review_needed', 'non_compliant')),
  last_compliance_review timestamptz,
  reviewed_by uuid references administrators (id),
  compliance_notes text,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (model_id, license_type, license_spdx)
);
create index idx_model_licenses_compliance on model_licenses (compliance_status);
create index model_licenses_reviewed_by on model_licenses (reviewed_by);

create table model_dependencies (
  id uuid primary key default gen_random_uuid(),
  model_id uuid not null references ai_models (id) on delete restrict,
  dependency_type varchar(50) not null,
  dependency_name varchar(200) not null,
  dependency_size_gb numeric(10, 2) check (dependency_size_gb >= 0),
  dependency_license varchar(50),
  required boolean not null default true,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (model_id, dependency_type, dependency_name)
);

-- A change of heat is the engine's doing, not an administrator's: it leaves version and audit alone.
create function version_model() returns trigger language plpgsql set search_path = '' as $$
begin
  if to_jsonb(new) - '{current_thermal_state,last_thermal_change,updated_at}'::text[]
     is distinct from to_jsonb(old) - '{current_thermal_state,last_thermal_change,updated_at}'::text[] then
    new.row_version := old.row_version + 1;
    new.updated_at := now();
  end if;
  return new;
end
$$;

create trigger ai_models_version before update on ai_models for each row execute function version_model();
create trigger model_licenses_touch before update on model_licenses for each row execute function touch();
create trigger model_dependencies_touch before update on model_dependencies for each row execute function touch();
create trigger tenants_touch before update on tenants for each row execute function touch();
create trigger users_touch before update on users for each row execute function touch();
create trigger administrators_touch before update on administrators for each row execute function touch();
create trigger api_keys_touch before update on api_keys for each row execute function touch();

reset role;
