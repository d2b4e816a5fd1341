-- Executions whose answers say of themselves that they are made up: asked of every execution that is shown.
set local role radiant_owner;

create index task_executions_synthetic on task_executions (workflow_execution_id)
  where resource_usage @> '{"synthetic": true}';

reset role;
