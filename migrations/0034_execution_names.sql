-- What executions are called: by whoever asks, or by the title of their workflow.
set local role radiant_owner;

alter table workflow_executions add name varchar(200);
grant select (name) on workflow_executions to authenticated;

-- Names are found by the beginnings of their words.
create function name_words(name text) returns tsvector language sql immutable set search_path = '' as $$
  select to_tsvector('pg_catalog.simple', regexp_replace(name, '[^[:alnum:]]+', ' ', 'g'))
$$;
create function name_query(words text) returns tsquery language sql immutable set search_path = '' as $$
  select to_tsquery('pg_catalog.simple', coalesce(string_agg(word || ':*', ' & '), ''))
  from regexp_split_to_table(regexp_replace(words, '[^[:alnum:]]+', ' ', 'g'), ' ') as word where word <> ''
$$;
create index workflow_executions_name on workflow_executions using gin (name_words(name)) where name is not null;

alter table workflow_definitions add title varchar(1000);

-- A definition without a title is written as before, so that its published versions stay what they are.
alter function workflow_config(uuid) rename to workflow_config_without_title;
create function workflow_config(of_workflow uuid) returns jsonb language sql stable set search_path = '' as $$
  select radiant.workflow_config_without_title(of_workflow) || case when w.title is null then '{}' else jsonb_build_object('title', w.title) end
  from radiant.workflow_definitions w where w.id = of_workflow
$$;

revoke execute on function workflow_config(uuid), name_words(text), name_query(text) from public;
grant execute on function workflow_config(uuid), name_words(text), name_query(text) to radiant_engine;
grant execute on function name_words(text), name_query(text) to authenticated;

reset role;
