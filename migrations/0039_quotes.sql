-- Consent to a price: a quote is a row, an execution may start only what one says, and a key may require that.
set local role radiant_owner;

create table quotes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants (id) on delete restrict,
  -- Who asked for it.
  user_id uuid not null references users (id) on delete restrict,
  workflow_version_id uuid not null references workflow_versions (id) on delete restrict,
  -- SHA-256 of the resolved parameters, and of the prices of the models, as canonical JSON.
  parameters_hash char(64) not null,
  prices_hash char(64) not null,
  -- The median and the 90th percentile. Null: the price is not known.
  likely_usd numeric(20, 9) check (likely_usd >= 0),
  high_usd numeric(20, 9) check (high_usd >= likely_usd),
  created_at timestamptz not null default ledger_now(),
  expires_at timestamptz not null,
  constraint known_or_not check ((likely_usd is null) = (high_usd is null))
);
create index quotes_expiry on quotes (expires_at);
create index quotes_tenant on quotes (tenant_id);
create index quotes_user on quotes (user_id);
create index quotes_version on quotes (workflow_version_id);

alter table quotes enable row level security;
alter table quotes force row level security;
create policy quotes_engine on quotes for all to radiant_engine using (true) with check (true);
create policy quotes_own on quotes for select to authenticated using (tenant_id = (select current_tenant()));
-- To lock the rows that are deleted, so that concurrent deletions skip them; what was quoted stays as it is.
grant select, insert, delete, update (expires_at) on quotes to radiant_engine;
grant select on quotes to authenticated;

-- The quote that was accepted. No foreign key: quotes are deleted, executions stay.
alter table workflow_executions add quote_id uuid;
create unique index workflow_executions_quote on workflow_executions (quote_id) where quote_id is not null;
grant select (quote_id) on workflow_executions to authenticated;

-- Executions that this key starts need a quote.
alter table api_keys add must_quote boolean not null default false;

reset role;
