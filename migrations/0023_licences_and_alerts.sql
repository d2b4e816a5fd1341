-- What licences forbid by SPDX's own data, who reviewed them, and alerts that are armed again when a budget is raised.
set local role radiant_owner;

-- Whether no alternative of an SPDX expression allows commercial use: `termsOf` of src/core/spdx.ts says the same, by the
-- list of src/core/spdx-terms.ts, and a test holds the two together. Licences become #T or #F, then AND and OR are computed,
-- AND first: all parts of AND hold together, of OR one may be chosen.
create function spdx_forbids_commerce(expression text) returns boolean
language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  ids text := replace(array_to_string(array[
    'Aladdin', 'BUSL-1.1', 'CC-BY-NC-1.0', 'CC-BY-NC-2.0', 'CC-BY-NC-2.5', 'CC-BY-NC-3.0', 'CC-BY-NC-3.0-DE',
    'CC-BY-NC-3.0-IGO', 'CC-BY-NC-4.0', 'CC-BY-NC-ND-1.0', 'CC-BY-NC-ND-2.0', 'CC-BY-NC-ND-2.5', 'CC-BY-NC-ND-3.0',
    'CC-BY-NC-ND-3.0-DE', 'CC-BY-NC-ND-3.0-IGO', 'CC-BY-NC-ND-4.0', 'CC-BY-NC-SA-1.0', 'CC-BY-NC-SA-2.0',
    'CC-BY-NC-SA-2.0-DE', 'CC-BY-NC-SA-2.0-FR', 'CC-BY-NC-SA-2.0-UK', 'CC-BY-NC-SA-2.5', 'CC-BY-NC-SA-3.0',
    'CC-BY-NC-SA-3.0-DE', 'CC-BY-NC-SA-3.0-IGO', 'CC-BY-NC-SA-4.0', 'NCGL-UK-2.0', 'PolyForm-Noncommercial-1.0.0'
  ], '|'), '.', '\.');
  terms text := regexp_replace(expression, '\s+WITH\s+[A-Za-z0-9.-]+', '', 'g');
  before text;
begin
  terms := regexp_replace(terms, '(^|[\s(])(?:' || ids || ')\+?(?=$|[\s)])', '\1#T', 'g');
  terms := regexp_replace(terms, '(^|[\s(])(?!AND[\s(]|OR[\s(]|#T)[^\s()]+', '\1#F', 'g');
  loop
    before := terms;
    terms := regexp_replace(terms, '\(\s*(#[TF])\s*\)', '\1', 'g');
    terms := regexp_replace(terms, '#F\s*AND\s*#F', '#F');
    terms := regexp_replace(terms, '#T\s*AND\s*#[TF]|#F\s*AND\s*#T', '#T');
    terms := regexp_replace(terms, '(^|\(|OR)(\s*)#T\s*OR\s*#T(?=\s*($|\)|OR))', '\1\2#T');
    terms := regexp_replace(terms, '(^|\(|OR)(\s*)(#F\s*OR\s*#[TF]|#T\s*OR\s*#F)(?=\s*($|\)|OR))', '\1\2#F');
    exit when terms = before;
  end loop;
  return btrim(terms) = '#T';
end
$$;
revoke execute on function spdx_forbids_commerce(text) from public;
grant execute on function spdx_forbids_commerce(text) to radiant_engine;

alter table model_licenses
  add forbids_commerce boolean not null generated always as (spdx_forbids_commerce(license_spdx)) stored;
alter table model_dependencies
  add forbids_commerce boolean not null generated always as (coalesce(spdx_forbids_commerce(dependency_license), false)) stored;

create or replace function license_faults(of_model uuid, commercial boolean, at timestamptz)
returns table (code text, component text) language sql stable set search_path = '' as $$
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
  ) f (code, stands)
  where l.model_id = of_model and f.stands
  union all
  select f.code, d.dependency_type || ' ' || d.dependency_name
  from radiant.model_dependencies d, lateral (values
    ('license_missing', d.dependency_license is null),
    ('license_not_commercial', commercial and d.forbids_commerce)
  ) f (code, stands)
  where d.model_id = of_model and d.required and f.stands
$$;

create or replace function get_model_config(p_model_id varchar) returns jsonb language sql stable set search_path = '' as $$
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
        'complianceStatus', l.compliance_status, 'lastComplianceReview', l.last_compliance_review, 'expiresAt', l.expires_at
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

grant delete on budget_alerts to radiant_engine;

reset role;
