-- Decisions cost what they are about, not what the execution holds, and one that fails is damped.
set local role radiant_owner;

alter table workflow_executions
  -- The next decision looks at every task: at the beginning, while something is held back, and when it winds down.
  add decide_whole boolean not null default true,
  -- Endings of tasks up to this event have been decided about. They come in order: whoever ends a task holds the execution.
  add decided_event bigint not null default 0,
  -- Decisions in a row that failed, and when the next is tried.
  add decide_failures integer not null default 0 check (decide_failures >= 0),
  add decide_after timestamptz;

create index execution_events_endings on execution_events (workflow_execution_id, id)
  where task_id is not null and to_status in ('succeeded', 'failed', 'skipped', 'cancelled');
create index task_executions_open on task_executions (workflow_execution_id, task_id, map_index) where completed_at is null;
create index task_executions_due on task_executions (workflow_execution_id, not_before)
  where status = 'waiting' and not_before is not null;

-- A time limit is read at each sweep: not out of ten thousand tasks.
alter table workflow_versions add timeout_seconds integer generated always as ((definition ->> 'timeout')::integer) stored;

reset role;
