-- The history of the catalogue: found by model, and without secrets, whoever wrote them into a row and however.
set local role radiant_owner;

-- Licences and dependencies stand in the history of their model.
create index orchestration_audit_part on orchestration_audit_log ((coalesce(new_state, previous_state) ->> 'model_id'), seq)
  where entity_type in ('license', 'dependency');

-- The verbs refuse values that look like secrets; this is for those that came by another way.
create function without_secrets(state jsonb) returns jsonb language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(state -> 'deployment_config') = 'object'
    then state || jsonb_build_object('deployment_config', (state -> 'deployment_config') || coalesce((
      select jsonb_object_agg(part.key, (
        select coalesce(jsonb_object_agg(entry.key, case
          when entry.value ~ 'env:RADIANT_SECRET_' then entry.value
          when entry.key ~* 'passw|passphrase|authorization'
            or entry.key ~* 'key|token|secret|credential|cookie' and entry.value ~ '[A-Za-z0-9]{16}'
            or entry.value ~ '(AKIA|ASIA)[A-Z0-9]{16}|\m(sk|rk|pk)[-_][A-Za-z0-9_-]{16}|\mgh[pousr]_|\mhf_|\meyJ|PRIVATE KEY'
          then '[hidden]' else entry.value end), '{}')
        from jsonb_each_text(part.value) entry))
      from jsonb_each(state -> 'deployment_config') part
      where part.key in ('environment', 'headers') and jsonb_typeof(part.value) = 'object'), '{}'))
    else state end
$$;

create function hide_secrets() returns trigger language plpgsql set search_path = '' as $$
begin
  new.previous_state := radiant.without_secrets(new.previous_state);
  new.new_state := radiant.without_secrets(new.new_state);
  return new;
end
$$;
create trigger orchestration_audit_hides before insert on orchestration_audit_log for each row
  when (new.entity_type = 'model') execute function hide_secrets();

revoke execute on function without_secrets(jsonb), hide_secrets() from public;
grant execute on function without_secrets(jsonb), hide_secrets() to radiant_engine;

reset role;
