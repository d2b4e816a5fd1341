-- Months add up whatever executions cost: the sum of amounts that are allowed is one that can be kept.
set local role radiant_owner;

alter table tenant_months
  alter column spent_usd type numeric(38, 9),
  alter column reserved_usd type numeric(38, 9);

reset role;
