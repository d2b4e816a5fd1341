-- AlphaFold 2: the first model, its licences and dependencies, and the workflow that folds a protein with it.
--
-- Re-runnable: rows are corrected where they differ from this file and left alone (audit included) where they do not.
-- An administrator's later edits win: the seed only corrects rows that no administrator has touched (`updated_by is null`).

insert into ai_models as m (
  model_id, name, display_name, description, category, specialty, provider_type,
  deployment_config, parameters, accuracy, benchmark, capabilities, input_formats, output_formats,
  architecture, performance_metrics, thermal_config, pricing_config,
  min_tier, requires_gpu, gpu_memory_gb, status, version, repository, release_date
) values (
  'alphafold2',
  'alphafold2',
  'AlphaFold 2',
  'Nobel Prize-winning protein structure prediction with near-experimental accuracy. Won CASP14 with 92.4 median GDT_TS.',
  'scientific_protein',
  'protein_folding',
  'self_hosted',
  '{
    "driver": "sagemaker-async",
    "image": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1-gpu-py310-cu121-ubuntu22.04",
    "instanceType": "ml.g5.12xlarge",
    "environment": {"MODEL_NAME": "alphafold2_ptm", "JAX_PLATFORM_NAME": "gpu"},
    "modelDataUrl": "s3://radiant-models/alphafold2/params_2022-12-06.tar.gz",
    "maxConcurrentInvocationsPerInstance": 4,
    "resourceRequirements": {"minGpuMemoryGB": 16, "recommendedGpuMemoryGB": 96, "databaseStorageGB": 2620}
  }',
  93000000,
  'GDT > 90 on CASP14, 92.4 median GDT_TS, 0.96 Å median backbone RMSD',
  'CASP14: Won 88/97 targets, far exceeding all other methods.',
  array['protein_folding', 'structure_prediction', 'confidence_estimation', 'multimer_prediction'],
  array['text/fasta', 'text/plain', 'application/json'],
  array['application/pdb', 'application/mmcif', 'application/json'],
  '{"evoformerBlocks": 48, "structureBlocks": 8, "recyclingIterations": 4}',
  '{"inferenceTime100Residues": 4.9, "inferenceTime500Residues": 29, "maxResiduesG5_12xlarge": 2500}',
  '{"defaultState": "OFF", "scaleToZeroAfterMinutes": 10, "warmupTimeSeconds": 180, "minInstances": 0, "maxInstances": 2}',
  '{"hourlyRate": "14.28", "perRequest": "2.00", "perResidueOver500": "0.002", "markup": "0.75", "units": {"residue": "size(params.sequence)"}}',
  4, true, 96, 'active', '2.3.2', 'https://github.com/google-deepmind/alphafold', '2023-04-05'
)
on conflict (model_id) where status <> 'retired' do update set
  display_name = excluded.display_name, description = excluded.description, category = excluded.category,
  specialty = excluded.specialty, deployment_config = excluded.deployment_config, parameters = excluded.parameters,
  accuracy = excluded.accuracy, benchmark = excluded.benchmark, capabilities = excluded.capabilities,
  input_formats = excluded.input_formats, output_formats = excluded.output_formats, architecture = excluded.architecture,
  performance_metrics = excluded.performance_metrics, thermal_config = excluded.thermal_config,
  pricing_config = excluded.pricing_config, min_tier = excluded.min_tier, requires_gpu = excluded.requires_gpu,
  gpu_memory_gb = excluded.gpu_memory_gb, version = excluded.version, repository = excluded.repository,
  release_date = excluded.release_date
where m.updated_by is null and
  (m.display_name, m.description, m.category, m.specialty, m.deployment_config, m.parameters, m.accuracy, m.benchmark,
   m.capabilities, m.input_formats, m.output_formats, m.architecture, m.performance_metrics, m.thermal_config,
   m.pricing_config, m.min_tier, m.requires_gpu, m.gpu_memory_gb, m.version, m.repository, m.release_date)
  is distinct from
  (excluded.display_name, excluded.description, excluded.category, excluded.specialty, excluded.deployment_config,
   excluded.parameters, excluded.accuracy, excluded.benchmark, excluded.capabilities, excluded.input_formats,
   excluded.output_formats, excluded.architecture, excluded.performance_metrics, excluded.thermal_config,
   excluded.pricing_config, excluded.min_tier, excluded.requires_gpu, excluded.gpu_memory_gb, excluded.version,
   excluded.repository, excluded.release_date);

-- Licences and dependencies are planted once: what an administrator removes does not come back.
insert into model_licenses (model_id, license_type, license_spdx, license_url, commercial_use, attribution_required,
  attribution_text, share_alike, compliance_status)
select m.id, l.* from ai_models m, (values
  ('source_code', 'Apache-2.0', 'https://github.com/google-deepmind/alphafold/blob/main/LICENSE',
   true, true, 'AlphaFold source code © DeepMind Technologies Limited', false, 'compliant'),
  ('model_weights', 'CC-BY-4.0', 'https://creativecommons.org/licenses/by/4.0/',
   true, true, 'Jumper, J. et al. Nature 596, 583–589 (2021). https://doi.org/10.1038/s41586-021-03819-2', false, 'compliant'),
  ('database', 'CC-BY-SA-4.0', 'https://creativecommons.org/licenses/by-sa/4.0/',
   true, true, 'BFD database - Steinegger M. and Söding J.', true, 'compliant')
) as l (license_type, license_spdx, license_url, commercial_use, attribution_required, attribution_text, share_alike, compliance_status)
where m.model_id = 'alphafold2' and m.status <> 'retired' and not exists (select from model_licenses o where o.model_id = m.id);

insert into model_dependencies (model_id, dependency_type, dependency_name, dependency_size_gb, dependency_license, required)
select m.id, d.* from ai_models m, (values
  ('database', 'BFD', 1800, 'CC-BY-SA-4.0', true),
  ('database', 'UniRef90', 67, 'CC-BY-4.0', true),
  ('database', 'UniRef30', 206, 'CC-BY-SA-4.0', true),
  ('database', 'MGnify', 120, 'CC0-1.0', true),
  ('database', 'PDB70', 56, 'CC0-1.0', true),
  ('database', 'PDB mmCIF', 238, 'CC0-1.0', true)
) as d (dependency_type, dependency_name, dependency_size_gb, dependency_license, required)
where m.model_id = 'alphafold2' and m.status <> 'retired' and not exists (select from model_dependencies o where o.model_id = m.id);

-- The workflow is written once: later versions are an administrator's.
with workflow as (
  insert into workflow_definitions (
    workflow_id, name, description, category, version, dag_definition, input_schema, output_schema, output_mapping,
    default_parameters, timeout_seconds, max_retries, min_tier, requires_audit_trail
  ) values (
    'protein_folding_alphafold2',
    'AlphaFold 2 Protein Folding Pipeline',
    'Complete protein structure prediction using AlphaFold 2 with MSA generation, template search, structure prediction, and Amber relaxation.',
    'scientific',
    '1.0.0',
    '{"nodes": [
        {"id": "validate_input", "type": "validation"},
        {"id": "msa_generation", "type": "task", "modelId": "alphafold2"},
        {"id": "template_search", "type": "task", "modelId": "alphafold2"},
        {"id": "structure_prediction", "type": "task", "modelId": "alphafold2"},
        {"id": "relaxation", "type": "task", "modelId": "alphafold2"},
        {"id": "confidence_analysis", "type": "task", "modelId": "alphafold2"}],
      "edges": [
        {"from": "validate_input", "to": "msa_generation"},
        {"from": "validate_input", "to": "template_search"},
        {"from": "msa_generation", "to": "structure_prediction"},
        {"from": "template_search", "to": "structure_prediction"},
        {"from": "structure_prediction", "to": "relaxation"},
        {"from": "structure_prediction", "to": "confidence_analysis"}]}',
    '{"type": "object", "required": ["sequence"], "properties": {"sequence": {"type": "string", "minLength": 16, "maxLength": 2700}}}',
    '{"type": "object", "required": ["structures", "confidence"], "properties": {"structures": {"type": "array"}, "confidence": {"type": "object"}}}',
    '{"structures": "tasks.relaxation.status == ''succeeded'' ? tasks.relaxation.output.structures : tasks.structure_prediction.output.structures",
      "confidence": "tasks.confidence_analysis.output.confidence"}',
    '{"numModels": 5, "recyclingIterations": 4, "relaxStructure": true, "useTemplates": true}',
    7200, 2, 4, true
  )
  on conflict (workflow_id) do nothing
  returning id
), tasks as (
  insert into workflow_tasks (workflow_id, task_id, name, description, task_type, model_id, config, input_mapping, sequence_order, depends_on,
    condition_expression, timeout_seconds)
  select w.id, t.task_id, t.name, t.description, t.task_type, case when t.task_type = 'task' then m.id end, t.config::jsonb,
    t.input_mapping::jsonb, t.sequence_order, t.depends_on::text[], t.condition_expression, t.timeout_seconds
  from workflow w, ai_models m, (values
    ('validate_input', 'Validate input', 'Checks the sequence: length and amino-acid letters.', 'validation',
     '{"checks": [{"check": "letters", "value": "params.sequence", "alphabet": "ARNDCQEGHILKMFPSTWYV"},
                  {"check": "length", "value": "params.sequence", "minimum": 16, "maximum": 2700}]}',
     null, 1, '{}', null, 30),
    ('msa_generation', 'MSA generation', 'Searches sequence databases for relatives and aligns them.', 'task',
     '{}', '{"task": "''msa_generation''", "parameters": "params"}', 2, '{validate_input}', null, 3600),
    ('template_search', 'Template search', 'Looks for known structures of relatives.', 'task',
     '{}', '{"task": "''template_search''", "parameters": "params"}', 3, '{validate_input}', 'params.useTemplates', 1800),
    ('structure_prediction', 'Structure prediction', 'Predicts one structure for each model and ranks them.', 'task',
     '{"join": "none_failed"}', null, 4, '{msa_generation,template_search}', null, 3600),
    ('relaxation', 'Amber relaxation', 'Removes clashes from the best structure.', 'task',
     '{}', '{"task": "''relaxation''", "parameters": "params", "structures": "tasks.structure_prediction.output.structures"}',
     5, '{structure_prediction}', 'params.relaxStructure', 1800),
    ('confidence_analysis', 'Confidence analysis', 'Says how far each part of the structure may be trusted.', 'task',
     '{}', '{"task": "''confidence_analysis''", "parameters": "params", "structures": "tasks.structure_prediction.output.structures"}',
     6, '{structure_prediction}', null, 600)
  ) as t (task_id, name, description, task_type, config, input_mapping, sequence_order, depends_on, condition_expression, timeout_seconds)
  where m.model_id = 'alphafold2' and m.status <> 'retired'
)
insert into workflow_parameters (workflow_id, parameter_name, display_name, description, data_type, default_value, validation_rules,
  ui_component, ui_config, sequence_order)
select w.id, p.parameter_name, p.display_name, p.description, p.data_type, p.default_value::jsonb, p.validation_rules::jsonb,
  p.ui_component, p.ui_config::jsonb, p.sequence_order
from workflow w, (values
  ('sequence', 'Protein sequence', 'One protein, as plain letters or as a FASTA record.', 'fasta', null,
   '{"minLength": 16, "maxLength": 2700, "alphabet": "ARNDCQEGHILKMFPSTWYV"}', 'sequence', '{}', 1),
  ('numModels', 'Models', 'How many of the five networks predict a structure.', 'integer', '5',
   '{"minimum": 1, "maximum": 5}', 'number', '{}', 2),
  ('recyclingIterations', 'Recycling iterations', 'Passes through the network; more can help a hard target.', 'integer', '4',
   '{"minimum": 1, "maximum": 20}', 'number', '{}', 3),
  ('relaxStructure', 'Relax the best structure', 'Amber relaxation removes clashes.', 'boolean', 'true', '{}', 'switch', '{}', 4),
  ('useTemplates', 'Use templates', 'Known structures of relatives guide the prediction.', 'boolean', 'true', '{}', 'switch', '{}', 5)
) as p (parameter_name, display_name, description, data_type, default_value, validation_rules, ui_component, ui_config, sequence_order);

select publish_workflow(w.workflow_id) from workflow_definitions w
where w.workflow_id = 'protein_folding_alphafold2' and w.enabled
  and not exists (select from workflow_versions v where v.workflow_id = w.id);
