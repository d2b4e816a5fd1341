-- Tenants pay, users ask, administrators run the place, keys prove who is calling.
set local role radiant_owner;

create table tenants (
  id uuid primary key default gen_random_uuid(),
  name varchar(200) not null unique,
  tier integer not null default 1 check (tier between 1 and 5),
  commercial boolean not null default true,
  budget_usd numeric(20, 9) check (budget_usd >= 0),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table users (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants (id),
  email varchar(320) not null unique,
  name varchar(200),
  role varchar(20) not null default 'tenant_user' check (role in ('tenant_admin', 'tenant_user')),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id)
);

create table administrators (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references users (id),
  role varchar(20) not null default 'platform_admin' check (role in ('platform_admin', 'operator', 'auditor')),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The key itself is shown once and kept nowhere; `secret_hash` is the SHA-256 of its random part.
create table api_keys (
  id uuid primary key default gen_random_uuid(),
  key_id varchar(32) not null unique,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  tenant_id uuid not null,
  user_id uuid not null,
  name varchar(200) not null,
  scopes text[] not null default '{}',
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index api_keys_user on api_keys (tenant_id, user_id);

reset role;
