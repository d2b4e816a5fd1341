-- People in browsers: a session is opened with a key, may what the key may, and ends with it.
set local role radiant_owner;

-- The token itself is in the browser's cookie only; `secret_hash` is its SHA-256.
create table sessions (
  id uuid primary key default gen_random_uuid(),
  secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
  user_id uuid not null references users (id) on delete cascade,
  api_key_id uuid not null references api_keys (id) on delete cascade,
  created_at timestamptz not null default ledger_now(),
  last_seen_at timestamptz not null default ledger_now(),
  expires_at timestamptz not null,
  constraint session_ends_after_it_began check (expires_at > created_at)
);
create index sessions_user on sessions (user_id);
create index sessions_key on sessions (api_key_id);
create index sessions_expires on sessions (expires_at);

-- Who signed in and out. What is swept away after its time was no deed of anybody's.
create trigger sessions_audit_trigger after insert on sessions
  for each row execute function log_changes('session');
create trigger sessions_audit_trigger_end after delete on sessions
  for each row when (old.expires_at > ledger_now()) execute function log_changes('session');

create index api_keys_newest on api_keys (created_at desc, id desc);
create index users_newest on users (created_at desc, id desc);
create index tenants_newest on tenants (created_at desc, id desc);

alter table sessions enable row level security;
alter table sessions force row level security;
create policy sessions_engine on sessions for all to radiant_engine using (true) with check (true);
grant select, insert, update, delete on sessions to radiant_engine;

reset role;
