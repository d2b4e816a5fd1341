-- What a tenant may spend in a month, what it has spent, and what is promised to executions that have not ended.
set local role radiant_owner;

alter table tenants
  add budget_alert_at numeric(5, 4)[] not null default '{0.5,0.8,1}'
    check (cardinality(budget_alert_at) <= 10 and 0 < all (budget_alert_at) and 1 >= all (budget_alert_at)),
  add budget_webhook_url varchar(2000);

alter table workflow_executions
  add reservation_usd numeric(20, 9) not null default 0 check (reservation_usd >= 0), -- as it was accepted
  -- What of it is still kept back: less with each attempt that is paid for, nothing once it has ended.
  add reserved_usd numeric(20, 9) generated always as
    (case when completed_at is null then greatest(reservation_usd - actual_cost_usd, 0) else 0 end) stored,
  add month date generated always as (date_trunc('month', timezone('UTC', created_at))::date) stored,
  -- By model: the amounts that its price and its published times count, such as residues.
  add units jsonb not null default '{}' check (jsonb_typeof(units) = 'object'),
  add rerun_of uuid,
  -- Earlier executions whose files this one may open: it reuses what they made.
  add origins uuid[] not null default '{}',
  add foreign key (tenant_id, rerun_of) references workflow_executions (tenant_id, id) on delete restrict;
create index workflow_executions_rerun_of on workflow_executions (tenant_id, rerun_of) where rerun_of is not null;
create index workflow_executions_month on workflow_executions (tenant_id, month);

alter table task_executions
  -- The row that did the work, when this one only took over its result.
  add reused_from uuid references task_executions (id) on delete restrict;
create index task_executions_reused_from on task_executions (reused_from) where reused_from is not null;

create table tenant_months (
  tenant_id uuid not null references tenants (id) on delete restrict,
  month date not null check (extract(day from month) = 1), -- in which an execution was accepted, UTC
  spent_usd numeric(20, 9) not null default 0 check (spent_usd >= 0),
  reserved_usd numeric(20, 9) not null default 0 check (reserved_usd >= 0),
  primary key (tenant_id, month)
);

-- A threshold is passed once a month, however often the sum goes up and down.
create table budget_alerts (
  tenant_id uuid not null,
  month date not null,
  threshold numeric(5, 4) not null,
  at timestamptz not null default ledger_now(),
  primary key (tenant_id, month, threshold),
  foreign key (tenant_id, month) references tenant_months (tenant_id, month) on delete restrict
);

-- Notes which thresholds are passed by now, and says so where the tenant wants to be told.
create function alert_budget(p_tenant uuid, p_month date) returns void language plpgsql set search_path = '' as $$
declare
  passed record;
begin
  for passed in
    with state as (
      select t.budget_usd, t.budget_alert_at, t.budget_webhook_url, m.spent_usd, m.reserved_usd
      from radiant.tenants t join radiant.tenant_months m on m.tenant_id = t.id
      where t.id = p_tenant and m.month = p_month and t.budget_usd is not null
    ), fresh as (
      insert into radiant.budget_alerts (tenant_id, month, threshold)
      select p_tenant, p_month, level from (select distinct unnest(budget_alert_at) as level from state) l
      where (select spent_usd + reserved_usd >= level * budget_usd from state)
      order by level
      on conflict do nothing
      returning threshold
    )
    select * from fresh, state where budget_webhook_url is not null order by threshold
  loop
    perform radiant.enqueue_webhook(p_tenant, passed.budget_webhook_url, 'budget.alert', jsonb_build_object(
      'month', to_char(p_month, 'YYYY-MM'), 'threshold', trim_scale(passed.threshold), 'limitUsd', passed.budget_usd::text,
      'spentUsd', passed.spent_usd::text, 'reservedUsd', passed.reserved_usd::text));
  end loop;
end
$$;

-- Adds to a month. A new execution that does not fit into what is left is refused, and with it its whole statement: the
-- row of the month is locked until then, so that those who ask at the same moment take turns.
create function move_month(p_tenant uuid, p_month date, p_reserved numeric, p_spent numeric, p_asks boolean, p_unknown boolean)
returns void language plpgsql set search_path = '' as $$
declare
  line radiant.tenant_months;
  allowed numeric := (select budget_usd from radiant.tenants where id = p_tenant);
begin
  if p_reserved = 0 and p_spent = 0 and (allowed is null or not p_asks) then
    return;
  end if;
  loop
    update radiant.tenant_months set reserved_usd = reserved_usd + p_reserved, spent_usd = spent_usd + p_spent
    where tenant_id = p_tenant and month = p_month returning * into line;
    exit when found;
    insert into radiant.tenant_months (tenant_id, month) values (p_tenant, p_month) on conflict do nothing;
  end loop;
  if p_asks and (line.spent_usd + line.reserved_usd > allowed or p_unknown and line.spent_usd + line.reserved_usd >= allowed) then
    raise exception 'the budget of tenant % for % does not allow this', p_tenant, p_month using errcode = 'RB001',
      detail = jsonb_build_object('limitUsd', allowed::text, 'spentUsd', line.spent_usd::text,
        'reservedUsd', (line.reserved_usd - p_reserved)::text, 'neededUsd', p_reserved::text, 'unknown', p_unknown)::text;
  end if;
  if allowed is not null and p_reserved + p_spent > 0 then
    perform radiant.alert_budget(p_tenant, p_month);
  end if;
end
$$;

-- Whoever changes executions changes their months in the same breath, months in the order of their tenants.
create function keep_months() returns trigger language plpgsql set search_path = '' as $$
declare
  change record;
begin
  if tg_op = 'INSERT' then
    for change in
      select tenant_id, month, sum(reserved_usd) as reserved, sum(actual_cost_usd) as spent, bool_or(estimated_cost_usd is null and reservation_usd = 0) as unknown
      from new_rows group by tenant_id, month order by tenant_id, month
    loop
      perform radiant.move_month(change.tenant_id, change.month, change.reserved, change.spent, true, change.unknown);
    end loop;
  else
    for change in
      select n.tenant_id, n.month, sum(n.reserved_usd - o.reserved_usd) as reserved, sum(n.actual_cost_usd - o.actual_cost_usd) as spent
      from new_rows n join old_rows o on o.id = n.id
      where n.reserved_usd <> o.reserved_usd or n.actual_cost_usd <> o.actual_cost_usd
      group by n.tenant_id, n.month order by n.tenant_id, n.month
    loop
      perform radiant.move_month(change.tenant_id, change.month, change.reserved, change.spent, false, false);
    end loop;
  end if;
  return null;
end
$$;

create trigger workflow_executions_reserve after insert on workflow_executions
  referencing new table as new_rows for each statement execute function keep_months();
create trigger workflow_executions_spend after update on workflow_executions
  referencing old table as old_rows new table as new_rows for each statement execute function keep_months();

grant select, insert, update on tenant_months to radiant_engine;
grant select, insert on budget_alerts to radiant_engine;
grant select on tenant_months, budget_alerts to authenticated;
grant select (reservation_usd, reserved_usd, month, rerun_of) on workflow_executions to authenticated;

-- What was spent before there were budgets counts as well.
alter table workflow_executions no force row level security;
insert into tenant_months (tenant_id, month, spent_usd)
select tenant_id, month, sum(actual_cost_usd) from workflow_executions group by tenant_id, month having sum(actual_cost_usd) > 0;
alter table workflow_executions force row level security;

do $$
declare
  t text;
begin
  foreach t in array array['tenant_months', 'budget_alerts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to radiant_engine using (true) with check (true)', t || '_engine', t);
    execute format('create policy %I on %I for select to authenticated using (tenant_id = (select current_tenant()))', t || '_own', t);
  end loop;
end
$$;

revoke execute on function alert_budget(uuid, date), move_month(uuid, date, numeric, numeric, boolean, boolean), keep_months() from public;
grant execute on function alert_budget(uuid, date), move_month(uuid, date, numeric, numeric, boolean, boolean), keep_months() to radiant_engine;

reset role;
