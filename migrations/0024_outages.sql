-- Sums hold any number of the largest amounts, and every room can say that something of ours cannot be used.
set local role radiant_owner;

-- What one attempt costs is bounded by its column; what is added up of them is not.
alter table task_executions alter cost_usd type numeric(38, 9);
alter table workflow_executions drop column reserved_usd;
alter table workflow_executions alter actual_cost_usd type numeric(38, 9);
alter table workflow_executions add reserved_usd numeric(20, 9) generated always as
  (case when completed_at is null then greatest(reservation_usd - actual_cost_usd, 0) else 0 end) stored;
grant select (reserved_usd) on workflow_executions to authenticated;

-- The place for blobs, as one process sees it: a row while it cannot write there, and moved on while that lasts.
create table storage_outages (
  process varchar(100) primary key,
  since timestamptz not null default ledger_now(),
  seen_at timestamptz not null default ledger_now()
);
grant select, insert, update, delete on storage_outages to radiant_engine;

reset role;
