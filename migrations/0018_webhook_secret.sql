-- A tenant's signature may come from Secrets Manager as well.
set local role radiant_owner;

alter table tenants drop constraint tenants_webhook_secret_check;
alter table tenants alter webhook_secret type varchar(2100);
alter table tenants add constraint tenants_webhook_secret_check check (
  webhook_secret ~ '^(env:RADIANT_SECRET_[A-Z0-9_]+|aws-sm:arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+(#[\w.-]+)?)$'
);

reset role;
