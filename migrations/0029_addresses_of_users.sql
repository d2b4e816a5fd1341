-- An address is one user's within a tenant: nobody learns from a refusal which addresses other tenants have.
set local role radiant_owner;

alter table users drop constraint users_email_key, add constraint users_email_key unique (tenant_id, email);

reset role;
