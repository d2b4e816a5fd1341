-- The turn in which a task stands in its model's queue, and since when a model's provider could not be asked.
set local role radiant_owner;

-- In tasks of the usual length, as when it was queued: later ones of its tenant never overtake it by a smaller number.
alter table task_executions add turn integer not null default 0;

-- Null while the provider answers; `failure` holds its last words.
alter table model_heat add unseen_since timestamptz;

reset role;
